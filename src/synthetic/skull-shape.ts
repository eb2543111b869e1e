import { FACE_OVAL } from '../vision/skin-regions.ts';
import { smoothstep, valueNoise } from './seeded-noise.ts';

/** An ellipsoid, in the face's axes and centimetres, that the oval runs into towards the back of the head. */
const SKULL = { y: 2.2, z: -2.6, rx: 7.75, ry: 10.3, rz: 9.8 };

/**
 * A point of the head behind the face: `step` around the oval (0 at the forehead, growing to the image's right, between
 * its vertices too), `along` 0 at the oval and 1 at the back of the head, lifted `lift` cm off the skin. Writes to `out[at..at+2]`.
 */
export function placeSkullPoint(
  face: Float32Array,
  step: number,
  along: number,
  lift: number,
  out: Float32Array,
  at: number,
): void {
  const x = ovalCoordinate(face, step, 0);
  const y = ovalCoordinate(face, step, 1);
  const z = ovalCoordinate(face, step, 2);
  // The oval's direction on the unit sphere, turned towards the back pole (0, 0, -1).
  let dx = x / SKULL.rx;
  let dy = (y - SKULL.y) / SKULL.ry;
  let dz = (z - SKULL.z) / SKULL.rz;
  const length = Math.hypot(dx, dy, dz);
  dx /= length;
  dy /= length;
  dz /= length;
  const onSphereX = dx * SKULL.rx;
  const onSphereY = dy * SKULL.ry + SKULL.y;
  const onSphereZ = dz * SKULL.rz + SKULL.z;
  const side = Math.hypot(dx, dy);
  const angle = Math.acos(-dz) * (1 - along);
  const turnedX = (dx / side) * Math.sin(angle);
  const turnedY = (dy / side) * Math.sin(angle);
  const turnedZ = -Math.cos(angle);
  // What the oval lies off the ellipsoid fades out on the way back.
  const keep = (1 - along) ** 4;
  let nx = turnedX / SKULL.rx;
  let ny = turnedY / SKULL.ry;
  let nz = turnedZ / SKULL.rz;
  const scale = lift / Math.hypot(nx, ny, nz);
  nx *= scale;
  ny *= scale;
  nz *= scale;
  out[at] = turnedX * SKULL.rx + (x - onSphereX) * keep + nx;
  out[at + 1] = turnedY * SKULL.ry + SKULL.y + (y - onSphereY) * keep + ny;
  out[at + 2] = turnedZ * SKULL.rz + SKULL.z + (z - onSphereZ) * keep + nz;
}

/** The oval as a closed Catmull-Rom curve through its vertices. */
function ovalCoordinate(face: Float32Array, step: number, axis: number): number {
  const count = FACE_OVAL.length;
  const at = Math.floor(step);
  const share = step - at;
  const vertex = (offset: number): number => face[FACE_OVAL[(at + offset + count) % count]! * 3 + axis]!;
  const p1 = vertex(0);
  if (share === 0) return p1;
  const p0 = vertex(-1);
  const p2 = vertex(1);
  const p3 = vertex(2);
  return (
    p1 + 0.5 * share * (p2 - p0 + share * (2 * p0 - 5 * p1 + 4 * p2 - p3 + share * (3 * (p1 - p2) + p3 - p0)))
  );
}

/** Where the hair begins (`along`) for steps from the forehead (0) over temple (6) and ear (8) to the chin (18). */
const HAIRLINE = [
  0.09, 0.09, 0.09, 0.085, 0.075, 0.055, 0.045, 0.055, 0.15, 0.34, 0.44, 0.52, 0.6, 0.66, 0.7, 0.74, 0.76,
  0.78, 0.8,
] as const;

/** How far hair stands off the skin; negative, and so hidden, where none grows. */
export function hairLiftCm(step: number, along: number): number {
  const fromTop = Math.min(step, FACE_OVAL.length - step);
  const before = Math.floor(fromTop);
  const after = Math.min(HAIRLINE.length - 1, before + 1);
  const start = HAIRLINE[before]! + (HAIRLINE[after]! - HAIRLINE[before]!) * (fromTop - before);
  // Locks of uneven length and height.
  const uneven = valueNoise(step * 2.3, 0.5, 41) - 0.5;
  const thicknessCm = 2.4 - 1.5 * smoothstep(3, 8, fromTop) + 0.5 * uneven;
  return -0.4 + (0.4 + thicknessCm) * smoothstep(start - 0.03 + 0.02 * uneven, start + 0.17, along);
}
