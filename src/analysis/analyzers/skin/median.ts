/** 0 of an empty list. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** Of the chosen values of a plane; 0 where none is. */
export function medianWhere(plane: Float32Array, chosen: (index: number) => boolean): number {
  const values = new Float32Array(plane.length);
  let count = 0;
  for (let i = 0; i < plane.length; i++) if (chosen(i)) values[count++] = plane[i]!;
  return count === 0 ? 0 : values.subarray(0, count).sort()[Math.round((count - 1) / 2)]!;
}
