/**
 * Moves labels apart that want the same place, as little as may be, within the range; same order as given.
 * Where they do not all fit, they overlap evenly.
 */
export function spreadLabels(
  wanted: readonly number[],
  gap: number,
  [least, greatest]: readonly [number, number],
): number[] {
  const fitting = Math.min(gap, (greatest - least) / Math.max(1, wanted.length - 1));
  const order = wanted.map((y, index) => ({ y, index })).sort((a, b) => a.y - b.y);
  const placed = order.map(({ y }) => Math.min(greatest, Math.max(least, y)));
  // Down from the top, then up from the bottom: what was pushed out below comes back.
  for (let i = 1; i < placed.length; i++) placed[i] = Math.max(placed[i]!, placed[i - 1]! + fitting);
  for (let i = placed.length - 1; i >= 0; i--) {
    const limit = i === placed.length - 1 ? greatest : placed[i + 1]! - fitting;
    placed[i] = Math.min(placed[i]!, limit);
  }
  const result = new Array<number>(wanted.length);
  order.forEach(({ index }, i) => {
    result[index] = placed[i]!;
  });
  return result;
}
