import { smoothstep } from './seeded-noise.ts';

/** Where the neck begins, in the face's axes (cm). Body places are relative to it, in axes that stay upright. */
export const NECK_TOP: readonly [number, number, number] = [0, -3.5, -4];

/** Rings from inside the head down to below the shoulders: height, depth, half width and half depth. */
export const BODY_RINGS: readonly (readonly [y: number, z: number, rx: number, rz: number])[] = [
  [2, 0, 5.3, 5],
  [-2, 0, 5.3, 5],
  [-5, -0.3, 5.4, 5.1],
  [-8, -0.6, 5.8, 5.4],
  [-9.5, -0.9, 6.9, 6],
  [-10.8, -1.2, 9.6, 6.8],
  [-12.4, -1.4, 13.6, 7.8],
  [-14.6, -1.6, 17.2, 8.8],
  [-18, -1.8, 19.8, 9.8],
  [-24, -1.8, 21.2, 10.8],
  [-50, -1.8, 22, 11],
];
export const BODY_COLUMNS = 32;
/** The collar: rows from here on are clothes. */
export const COLLAR_RING = 4;

export function placeBody(out: Float32Array, start: number): void {
  let at = start * 3;
  for (const [y, z, rx, rz] of BODY_RINGS) {
    for (let column = 0; column < BODY_COLUMNS; column++) {
      const angle = (column / BODY_COLUMNS) * 2 * Math.PI;
      out[at++] = Math.sin(angle) * rx;
      // The front of the collar sits lower than its back.
      out[at++] = y - (y < -4 && y > -20 ? 1.4 * Math.cos(angle) : 0);
      out[at++] = z + Math.cos(angle) * rz;
    }
  }
}

/** Long hair that hangs behind the ears: an open sheet from the image's right over the back to its left. */
export const CURTAIN_ROWS = 9;
export const CURTAIN_COLUMNS = 28;

export function placeCurtain(out: Float32Array, start: number): void {
  let at = start * 3;
  for (let row = 0; row < CURTAIN_ROWS; row++) {
    const down = row / (CURTAIN_ROWS - 1);
    // The upper edge hides within the head, also when it is tilted.
    const width = 6.2 + 2.6 * smoothstep(0, 0.35, down) + Math.sin(down * 2.6);
    for (let column = 0; column < CURTAIN_COLUMNS; column++) {
      const angle = (72 + (216 * column) / (CURTAIN_COLUMNS - 1)) * (Math.PI / 180);
      const wave = 0.35 * Math.sin(column * 1.9 + down * 5) * down;
      out[at++] = Math.sin(angle) * (width + wave);
      out[at++] = 7 - 24 * down;
      out[at++] = 0.6 + Math.cos(angle) * (width + wave);
    }
  }
}
