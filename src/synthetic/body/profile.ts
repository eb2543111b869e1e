/** A curve through points that overshoots none of them (monotone cubic, Fritsch and Carlson); constant beyond its ends. */
export type Profile = (at: number) => number;

/** @param points sorted by their first number, at least two */
export function profile(points: readonly (readonly [at: number, value: number])[]): Profile {
  const last = points.length - 1;
  const slope = points.slice(1).map(([at, value], i) => (value - points[i]![1]) / (at - points[i]![0]));
  const tangent = points.map((_, i) => {
    const before = slope[i - 1] ?? 0;
    const after = slope[i] ?? 0;
    return before * after <= 0 ? 0 : (2 * before * after) / (before + after);
  });
  return (at) => {
    if (at <= points[0]![0]) return points[0]![1];
    if (at >= points[last]![0]) return points[last]![1];
    let i = 0;
    while (points[i + 1]![0] < at) i++;
    const [from, start] = points[i]!;
    const [to, end] = points[i + 1]!;
    const width = to - from;
    const t = (at - from) / width;
    const rest = 1 - t;
    return (
      start * (1 + 2 * t) * rest * rest +
      tangent[i]! * width * t * rest * rest +
      end * t * t * (3 - 2 * t) -
      tangent[i + 1]! * width * t * t * rest
    );
  };
}
