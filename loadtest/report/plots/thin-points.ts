export interface Point {
  readonly atMs: number;
  /** Null: nothing to show here, the line is broken. */
  readonly value: number | null;
}

/** At most about `limit` points: the least and the greatest of each stretch, so that no spike is lost. */
export function thinPoints(points: readonly Point[], limit: number): readonly Point[] {
  if (points.length <= limit) return points;
  const stretch = Math.ceil((2 * points.length) / limit);
  const kept: Point[] = [];
  for (let from = 0; from < points.length; from += stretch) {
    const part = points.slice(from, from + stretch);
    const values = part.filter(({ value }) => value !== null);
    if (values.length === 0) {
      kept.push(part[0]!);
      continue;
    }
    const least = values.reduce((best, point) => (point.value! < best.value! ? point : best));
    const greatest = values.reduce((best, point) => (point.value! > best.value! ? point : best));
    kept.push(...(least.atMs <= greatest.atMs ? [least, greatest] : [greatest, least]));
  }
  return kept;
}
