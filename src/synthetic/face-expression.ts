import type { SceneFace } from './face-scene.ts';
import { EYES, INNER_LIP_LOWER, INNER_LIP_UPPER, LIPS_OUTER } from './face-topology.ts';
import { smoothstep } from './seeded-noise.ts';

/** The canonical lids are half closed; wide-awake ones stand this much further apart. */
const AWAKE_UPPER_CM = 0.17;
const AWAKE_LOWER_CM = 0.05;
const JAW_HINGE_Y = 0.5;
const JAW_HINGE_Z = -2.5;
const JAW_WIDE_OPEN_RAD = (19 * Math.PI) / 180;

/**
 * The canonical vertices with eyes, mouth and jaw as the scene wants them (468 × 3, centimetres).
 * The lids always follow `eyesOpen`; at rest the lips, which the canonical face leaves parted, are closed.
 */
export function expressFace(
  rest: Float32Array,
  face: Pick<SceneFace, 'eyesOpen' | 'mouthOpen' | 'smile'>,
): Float32Array {
  const positions = rest.slice();
  closeLips(positions, 1 - smoothstep(0, 0.25, face.mouthOpen));
  openJaw(positions, rest, face.mouthOpen);
  smileLips(positions, rest, face.smile);
  moveLids(positions, face.eyesOpen);
  return positions;
}

function closeLips(positions: Float32Array, share: number): void {
  for (let place = 1; place < INNER_LIP_UPPER.length - 1; place++) {
    const upper = INNER_LIP_UPPER[place]! * 3;
    const lower = INNER_LIP_LOWER[place]! * 3;
    const gap = positions[upper + 1]! - positions[lower + 1]!;
    positions[upper + 1] = positions[upper + 1]! - share * gap * 0.46;
    positions[lower + 1] = positions[lower + 1]! + share * gap * 0.46;
    const meetZ = (positions[upper + 2]! + positions[lower + 2]!) / 2;
    positions[upper + 2] = positions[upper + 2]! + share * (meetZ - positions[upper + 2]!);
    positions[lower + 2] = positions[lower + 2]! + share * (meetZ - positions[lower + 2]!);
  }
}

/** Turns whatever hangs on the jaw about its hinge; the corners of the mouth follow by half. */
function openJaw(positions: Float32Array, rest: Float32Array, share: number): void {
  if (share <= 0) return;
  for (let at = 0; at < rest.length; at += 3) {
    const x = Math.abs(rest[at]!);
    const y = rest[at + 1]!;
    const beside = smoothstep(1.5, 3.6, x);
    const weight = smoothstep(-4.25 + beside * 2, -4.4 - beside * 4, y) * smoothstep(-3.5, 2, rest[at + 2]!);
    if (weight === 0) continue;
    const angle = share * JAW_WIDE_OPEN_RAD * weight;
    const cos = Math.cos(angle);
    const sin = Math.sin(angle);
    const dy = positions[at + 1]! - JAW_HINGE_Y;
    const dz = positions[at + 2]! - JAW_HINGE_Z;
    // The joint also slides down and forwards.
    positions[at + 1] = JAW_HINGE_Y + dy * cos - dz * sin - 0.4 * share * weight;
    positions[at + 2] = JAW_HINGE_Z + dz * cos + dy * sin + 0.8 * share * weight;
  }
}

function smileLips(positions: Float32Array, rest: Float32Array, share: number): void {
  if (share <= 0) return;
  for (const side of [-1, 1]) {
    for (let at = 0; at < rest.length; at += 3) {
      const dx = rest[at]! - side * 2.5;
      const dy = rest[at + 1]! + 4.3;
      const near = Math.exp(-(dx * dx + dy * dy) / 3.2) * share;
      const cheekY = rest[at + 1]! + 1.2;
      const cheekX = rest[at]! - side * 4;
      const cheek = Math.exp(-(cheekX * cheekX + cheekY * cheekY) / 4) * share;
      positions[at] = positions[at]! + side * near * 0.5;
      positions[at + 1] = positions[at + 1]! + near * 0.55 + cheek * 0.2;
      positions[at + 2] = positions[at + 2]! - near * 0.35 + cheek * 0.2;
    }
  }
  for (const vertex of LIPS_OUTER) positions[vertex * 3 + 2] = positions[vertex * 3 + 2]! - 0.1 * share;
}

function moveLids(positions: Float32Array, open: number): void {
  for (const eye of EYES) {
    const last = eye.upperLid.length - 1;
    for (let place = 0; place <= last; place++) {
      const upper = eye.upperLid[place]! * 3;
      const lower = eye.lowerLid[place]! * 3;
      const crease = eye.crease[place]! * 3;
      // The lids part most over the middle of the eye.
      const arch = Math.sin(((place + 1) / (last + 2)) * Math.PI);
      positions[upper + 1] = positions[upper + 1]! + AWAKE_UPPER_CM * arch;
      positions[lower + 1] = positions[lower + 1]! - AWAKE_LOWER_CM * arch;
      positions[crease + 1] = positions[crease + 1]! + AWAKE_UPPER_CM * 0.6 * arch;
      const shut = 1 - open;
      const gapY = positions[upper + 1]! - positions[lower + 1]!;
      const gapZ = positions[upper + 2]! - positions[lower + 2]!;
      positions[upper + 1] = positions[upper + 1]! - gapY * shut * 0.92;
      positions[upper + 2] = positions[upper + 2]! - gapZ * shut * 0.92 + shut * arch * 0.12;
      positions[lower + 1] = positions[lower + 1]! + gapY * shut * 0.08;
      positions[lower + 2] = positions[lower + 2]! + shut * arch * 0.08;
      positions[crease + 1] = positions[crease + 1]! - gapY * shut * 0.6;
    }
  }
}
