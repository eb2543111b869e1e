import type { FaceScene } from './face-scene.ts';
import { sceneLighting } from './scene-lighting.ts';
import { seededRandom, smoothstep, valueNoise } from './seeded-noise.ts';
import { linearColour } from './srgb.ts';

const COLUMNS = 160;

/** Fills linear RGB (width × height × 3) with the room behind everybody; it is painted small, as it is out of focus. */
export function paintRoom(scene: FaceScene, out: Float32Array): void {
  const rows = Math.max(2, Math.round((COLUMNS * scene.height) / scene.width));
  const small = paintSmall(scene, rows);
  const { width, height } = scene;
  for (let y = 0; y < height; y++) {
    const sy = Math.min(rows - 1.001, Math.max(0, ((y + 0.5) * rows) / height - 0.5));
    const row = sy | 0;
    const fy = sy - row;
    for (let x = 0; x < width; x++) {
      const sx = Math.min(COLUMNS - 1.001, Math.max(0, ((x + 0.5) * COLUMNS) / width - 0.5));
      const column = sx | 0;
      const fx = sx - column;
      const from = (row * COLUMNS + column) * 3;
      const below = from + COLUMNS * 3;
      const at = (y * width + x) * 3;
      const w00 = (1 - fx) * (1 - fy);
      const w10 = fx * (1 - fy);
      const w01 = (1 - fx) * fy;
      const w11 = fx * fy;
      for (let channel = 0; channel < 3; channel++) {
        out[at + channel] =
          small[from + channel]! * w00 +
          small[from + 3 + channel]! * w10 +
          small[below + channel]! * w01 +
          small[below + 3 + channel]! * w11;
      }
    }
  }
}

function paintSmall(scene: FaceScene, rows: number): Float32Array {
  const { background, light } = scene;
  const { seed } = background;
  const base = linearColour(background.colour);
  const tint = sceneLighting(light).colour;
  const pieces = furniture(seed);
  const small = new Float32Array(COLUMNS * rows * 3);
  for (let row = 0; row < rows; row++) {
    const v = (row + 0.5) / rows;
    for (let column = 0; column < COLUMNS; column++) {
      const u = (column + 0.5) / COLUMNS;
      let brightness = 1 + background.gradient * (0.5 - v);
      if (background.texture > 0) {
        brightness *= 1 + background.texture * 0.5 * (valueNoise(u * 5, v * 4, seed) - 0.5);
        for (const piece of pieces) {
          brightness *= 1 + background.texture * piece.contrast * softRectangle(u, v, piece, 0.012);
        }
      }
      const window = background.window;
      const glass = window === null ? 0 : softRectangle(u, v, window, 0.015);
      for (let channel = 0; channel < 3; channel++) {
        const wall = base[channel]! * Math.max(0, brightness) * tint[channel]!;
        small[(row * COLUMNS + column) * 3 + channel] = wall + ((window?.brightness ?? 0) - wall) * glass;
      }
    }
  }
  return small;
}

interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Pictures on the wall, a shelf and what stands below. */
function furniture(seed: number): (Rectangle & { contrast: number })[] {
  const random = seededRandom(seed);
  return Array.from({ length: 7 }, (_, piece) => ({
    x: random() * 0.9 - 0.05,
    y: piece < 4 ? random() * 0.4 : 0.5 + random() * 0.3,
    width: 0.06 + random() * 0.2,
    height: piece < 4 ? 0.08 + random() * 0.2 : 0.6,
    contrast: random() < 0.6 ? -0.3 - random() * 0.7 : 0.3 + random() * 0.4,
  }));
}

function softRectangle(u: number, v: number, { x, y, width, height }: Rectangle, soft: number): number {
  return (
    smoothstep(x - soft, x + soft, u) *
    (1 - smoothstep(x + width - soft, x + width + soft, u)) *
    smoothstep(y - soft, y + soft, v) *
    (1 - smoothstep(y + height - soft, y + height + soft, v))
  );
}
