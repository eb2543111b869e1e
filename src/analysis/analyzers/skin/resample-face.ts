import { LINEAR } from '../../../vision/colour.ts';
import { LANDMARK } from '../../../vision/landmarks.ts';
import type { RgbImage } from '../../../vision/types.ts';

/** Where the surface lies on the still: still = origin + x · right + y · down, all in pixels of the still. */
export interface Placement {
  readonly width: number;
  readonly height: number;
  readonly originX: number;
  readonly originY: number;
  /** One surface pixel to the right; one down is (−y, x) of it. */
  readonly stepX: number;
  readonly stepY: number;
  readonly interocularSeenPx: number;
}

/** Share of the surface's height above the eyes: room for the forehead. */
const EYE_LINE = 0.38;
/** Samples a side of a surface pixel at most; further ones change nothing that can be seen. */
const MAX_SAMPLES = 6;

export function createPlacement(
  landmarks: Float32Array,
  surface: { readonly width: number; readonly height: number; readonly interocularPx: number },
): Placement {
  const middle = (a: number, b: number) => ({
    x: (landmarks[a * 3]! + landmarks[b * 3]!) / 2,
    y: (landmarks[a * 3 + 1]! + landmarks[b * 3 + 1]!) / 2,
  });
  const right = middle(LANDMARK.rightEyeOuter, LANDMARK.rightEyeInner);
  const left = middle(LANDMARK.leftEyeInner, LANDMARK.leftEyeOuter);
  const [stepX, stepY] = [
    (left.x - right.x) / surface.interocularPx,
    (left.y - right.y) / surface.interocularPx,
  ];
  const [across, down] = [surface.width / 2, surface.height * EYE_LINE];
  return {
    width: surface.width,
    height: surface.height,
    originX: (left.x + right.x) / 2 - across * stepX + down * stepY,
    originY: (left.y + right.y) / 2 - across * stepY - down * stepX,
    stepX,
    stepY,
    interocularSeenPx: Math.hypot(left.x - right.x, left.y - right.y),
  };
}

/** The surface's coordinates of a point of the still. */
export function toSurface(placement: Placement, x: number, y: number): { x: number; y: number } {
  const { originX, originY, stepX, stepY } = placement;
  const square = stepX ** 2 + stepY ** 2;
  const [dx, dy] = [x - originX, y - originY];
  return { x: (dx * stepX + dy * stepY) / square, y: (dy * stepX - dx * stepY) / square };
}

/**
 * Linear light, interleaved, 0..1; −1 where the surface leaves the still. Each pixel is the mean of bilinear samples
 * spread evenly over it, as many as it covers pixels of the still: the same low-pass for every size.
 * @param chosen pixels that are wanted, all by default; the others stay 0
 */
export function resampleFace(image: RgbImage, placement: Placement, chosen?: Uint8Array): Float32Array {
  const { width, height, originX, originY, stepX, stepY } = placement;
  const out = new Float32Array(width * height * 3);
  const side = Math.min(MAX_SAMPLES, Math.max(1, Math.ceil(Math.hypot(stepX, stepY) + 0.25)));
  const weight = 1 / side ** 2;
  const { data } = image;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      if (chosen !== undefined && chosen[row * width + column] === 0) continue;
      let [red, green, blue] = [0, 0, 0];
      let outside = false;
      for (let sample = 0; sample < side * side; sample++) {
        const u = column + ((sample % side) + 0.5) / side;
        const v = row + (Math.floor(sample / side) + 0.5) / side;
        const x = originX + u * stepX - v * stepY - 0.5;
        const y = originY + u * stepY + v * stepX - 0.5;
        const [x0, y0] = [Math.floor(x), Math.floor(y)];
        if (x0 < 0 || y0 < 0 || x0 + 1 >= image.width || y0 + 1 >= image.height) {
          outside = true;
          break;
        }
        const [fx, fy] = [x - x0, y - y0];
        const at = (y0 * image.width + x0) * 3;
        const below = at + image.width * 3;
        const [w00, w10, w01, w11] = [(1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy];
        red +=
          w00 * LINEAR[data[at]!]! +
          w10 * LINEAR[data[at + 3]!]! +
          w01 * LINEAR[data[below]!]! +
          w11 * LINEAR[data[below + 3]!]!;
        green +=
          w00 * LINEAR[data[at + 1]!]! +
          w10 * LINEAR[data[at + 4]!]! +
          w01 * LINEAR[data[below + 1]!]! +
          w11 * LINEAR[data[below + 4]!]!;
        blue +=
          w00 * LINEAR[data[at + 2]!]! +
          w10 * LINEAR[data[at + 5]!]! +
          w01 * LINEAR[data[below + 2]!]! +
          w11 * LINEAR[data[below + 5]!]!;
      }
      const to = (row * width + column) * 3;
      out[to] = outside ? -1 : red * weight;
      out[to + 1] = outside ? -1 : green * weight;
      out[to + 2] = outside ? -1 : blue * weight;
    }
  }
  return out;
}
