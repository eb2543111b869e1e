export interface Point {
  readonly x: number;
  readonly y: number;
}

/** One signed number for each pixel of a picture, row by row. */
export interface Layer {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

/** Beyond this many standard deviations a stroke is nothing. */
const REACH = 3;

export function createLayer({ width, height }: { readonly width: number; readonly height: number }): Layer {
  return { width, height, values: new Float32Array(width * height) };
}

/**
 * Draws a line with a Gaussian profile; one point is a spot. Where strokes overlap the stronger counts, so that joints
 * are no stronger than what lies between them.
 */
export function stroke(layer: Layer, line: readonly Point[], sigmaPx: number, amount: number): void {
  const { width, height, values } = layer;
  line.forEach((from, index) => {
    const to = line[index + 1] ?? from;
    if (to === from && line.length > 1) return;
    const reach = REACH * sigmaPx;
    const left = Math.max(0, Math.floor(Math.min(from.x, to.x) - reach));
    const right = Math.min(width - 1, Math.ceil(Math.max(from.x, to.x) + reach));
    const top = Math.max(0, Math.floor(Math.min(from.y, to.y) - reach));
    const bottom = Math.min(height - 1, Math.ceil(Math.max(from.y, to.y) + reach));
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) {
        const value = amount * Math.exp(-squareDistance(from, to, x + 0.5, y + 0.5) / (2 * sigmaPx ** 2));
        const at = y * width + x;
        if (Math.abs(value) > Math.abs(values[at]!)) values[at] = value;
      }
    }
  });
}

function squareDistance(from: Point, to: Point, x: number, y: number): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const square = dx ** 2 + dy ** 2;
  const share = square === 0 ? 0 : Math.min(1, Math.max(0, ((x - from.x) * dx + (y - from.y) * dy) / square));
  return (x - from.x - share * dx) ** 2 + (y - from.y - share * dy) ** 2;
}
