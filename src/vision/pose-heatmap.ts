const CELLS = 64;
/** Cells on each side of a point that have a say. */
const REACH = 3;
/** A point whose heat nowhere nears this stays where the regression put it. */
const MIN_CONFIDENCE = 0.5;

export const HEATMAP_CELLS = CELLS * CELLS;

/**
 * Moves each point to the centre of the heat around it, which places it better than the regression alone. A point outside
 * of the map stays.
 * @param points `valuesPerPoint` numbers each, x and y first, in pixels of the model's input; changed in place
 * @param heat 64 × 64 × points, before the sigmoid: row, column, point
 */
export function refineByHeat(
  points: Float32Array,
  valuesPerPoint: number,
  heat: Float32Array,
  inputPx: number,
): void {
  const count = points.length / valuesPerPoint;
  const cellPx = inputPx / CELLS;
  for (let point = 0; point < count; point++) {
    const at = point * valuesPerPoint;
    const column = Math.floor(points[at]! / cellPx);
    const row = Math.floor(points[at + 1]! / cellPx);
    if (!(column >= 0 && column < CELLS && row >= 0 && row < CELLS)) continue;
    let total = 0;
    let best = 0;
    let sumX = 0;
    let sumY = 0;
    for (let y = Math.max(0, row - REACH); y <= Math.min(CELLS - 1, row + REACH); y++) {
      for (let x = Math.max(0, column - REACH); x <= Math.min(CELLS - 1, column + REACH); x++) {
        const confidence = 1 / (1 + Math.exp(-heat[(y * CELLS + x) * count + point]!));
        total += confidence;
        best = Math.max(best, confidence);
        sumX += x * confidence;
        sumY += y * confidence;
      }
    }
    if (best < MIN_CONFIDENCE) continue;
    points[at] = (sumX / total) * cellPx;
    points[at + 1] = (sumY / total) * cellPx;
  }
}
