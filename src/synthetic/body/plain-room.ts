import { sceneLighting } from '../scene-lighting.ts';
import { smoothstep, valueNoise } from '../seeded-noise.ts';
import { linearColour } from '../srgb.ts';
import { worldToCamera } from './body-camera.ts';
import type { BodyScene } from './body-scene.ts';

/** A place on the floor that keeps light off it, in the room's axes (cm). */
export interface Footprint {
  readonly x: number;
  readonly z: number;
  /** Unit vector along the foot. */
  readonly alongX: number;
  readonly alongZ: number;
  readonly halfLengthCm: number;
  readonly halfWidthCm: number;
}

const SKIRTING_CM = 7;

/** Fills linear RGB (width × height × 3) with a wall, its skirting board and the floor. */
export function paintPlainRoom(scene: BodyScene, feet: readonly Footprint[], out: Float32Array): void {
  const { camera, room, light, width, height } = scene;
  const radians = Math.PI / 180;
  const m = worldToCamera(camera.tiltDeg * radians, camera.rollDeg * radians);
  const focalPx = height / 2 / Math.tan((camera.verticalFovDeg * radians) / 2);
  const wall = linearColour(room.wall);
  const floor = linearColour(room.floor);
  const tint = sceneLighting(light).colour;
  const wallZ = -room.wallDistanceCm;
  for (let y = 0; y < height; y++) {
    const up = (height / 2 - y - 0.5) / focalPx;
    for (let x = 0; x < width; x++) {
      const right = (x + 0.5 - width / 2) / focalPx;
      // The ray's direction in the room's axes: the transposed matrix times (right, up, -1).
      const dx = m[0]! * right + m[3]! * up - m[6]!;
      const dy = m[1]! * right + m[4]! * up - m[7]!;
      const dz = m[2]! * right + m[5]! * up - m[8]!;
      const toWall = (wallZ - camera.distanceCm) / dz;
      const wallY = camera.heightCm + toWall * dy;
      const at = (y * width + x) * 3;
      if (toWall > 0 && wallY > 0) {
        const wallX = toWall * dx;
        const bright = wallBrightness(wallX, wallY, room.texture);
        for (let channel = 0; channel < 3; channel++) {
          const board = smoothstep(SKIRTING_CM + 0.4, SKIRTING_CM, wallY);
          const colour = wall[channel]! + (0.8 - wall[channel]!) * board * 0.6;
          out[at + channel] = colour * bright * tint[channel]!;
        }
      } else {
        const toFloor = -camera.heightCm / dy;
        const floorX = toFloor * dx;
        const floorZ = camera.distanceCm + toFloor * dz;
        const bright =
          floorBrightness(floorX, floorZ, wallZ, room.texture) *
          contact(floorX, floorZ, feet, room.contactShadow);
        for (let channel = 0; channel < 3; channel++) {
          out[at + channel] = floor[channel]! * bright * tint[channel]!;
        }
      }
    }
  }
}

function wallBrightness(x: number, y: number, texture: number): number {
  const fall = 1.06 - 0.16 * smoothstep(0, 260, Math.abs(x + 40)) - 0.1 * smoothstep(120, 0, y);
  const corner = 1 - 0.25 * smoothstep(2.5, 0, y);
  const board = 1 - 0.2 * (1 - smoothstep(0, 0.6, Math.abs(y - SKIRTING_CM)));
  const uneven =
    1 + texture * (0.1 * (valueNoise(x / 60, y / 60, 61) - 0.5) + 0.05 * (valueNoise(x, y, 62) - 0.5));
  return fall * corner * board * uneven;
}

function floorBrightness(x: number, z: number, wallZ: number, texture: number): number {
  const fall = 1 - 0.12 * smoothstep(0, 250, Math.abs(x)) - 0.3 * smoothstep(wallZ + 14, wallZ, z);
  // Boards that run to the wall.
  const board = Math.floor(x / 14);
  const tone = texture * 0.25 * (valueNoise(board * 7.3, 0.5, 63) - 0.5);
  const grain = texture * 0.2 * (valueNoise(x * 1.1, z / 18 + board * 5, 64) - 0.5);
  const gap = texture * 0.5 * (1 - smoothstep(0.1, 0.45, Math.abs(x - (board + 0.5) * 14 + 7)));
  return fall * (1 + tone + grain) * (1 - gap);
}

/** Light that a floor keeps: dark where a sole lies, softly darker around the feet. */
function contact(x: number, z: number, feet: readonly Footprint[], strength: number): number {
  let kept = 1;
  for (const foot of feet) {
    const dx = x - foot.x;
    const dz = z - foot.z;
    if (dx * dx + dz * dz > 3600) continue;
    const forward = (dx * foot.alongX + dz * foot.alongZ) / foot.halfLengthCm;
    const aside = (dx * foot.alongZ - dz * foot.alongX) / foot.halfWidthCm;
    const near = Math.exp(-0.5 * Math.max(0, forward * forward + aside * aside - 0.7));
    const wide = Math.exp(-0.09 * (forward * forward + aside * aside));
    kept *= 1 - strength * (0.75 * near + 0.25 * wide);
  }
  return kept;
}
