import { packMask } from '../../src/analysis/body/evidence/pack-mask.ts';
import type { BodyViewEvidence } from '../../src/protocol/body-measurement.ts';
import { MASK_PIXELS, MASK_SIDE_PX } from '../../src/vision/body-mask.ts';
import { BODY_POINT, BODY_POINT_COUNT } from '../../src/vision/body-points.ts';

/** Where a made-up body stands in a picture of 1080 × 1920, pixels. */
export interface Standing {
  readonly crownY: number;
  readonly floorY: number;
  readonly x: number;
}

const STANDING: Standing = { crownY: 300, floorY: 1700, x: 540 };
const SIZE = { width: 1080, height: 1920 };
/** Shares of the stature: height over the floor, and to each side of the middle. */
const POINTS: Readonly<Record<string, readonly [height: number, aside: number]>> = {
  Eye: [0.935, 0.018],
  EyeInner: [0.935, 0.01],
  EyeOuter: [0.935, 0.026],
  Ear: [0.93, 0.045],
  Shoulder: [0.8, 0.105],
  Elbow: [0.63, 0.2],
  Wrist: [0.48, 0.27],
  Pinky: [0.44, 0.29],
  Index: [0.44, 0.28],
  Thumb: [0.45, 0.27],
  Hip: [0.517, 0.06],
  Knee: [0.28, 0.06],
  Ankle: [0.045, 0.07],
  Heel: [0.015, 0.07],
  FootIndex: [0.015, 0.08],
};

/** 33 × (x, y, z) of a body that stands upright and faces the camera. */
export function standingPoints({ crownY, floorY, x }: Standing): Float32Array {
  const staturePx = floorY - crownY;
  const points = new Float32Array(BODY_POINT_COUNT * 3);
  for (const [name, index] of Object.entries(BODY_POINT)) {
    const side = name.includes('eft') || name === 'mouthLeft' ? 1 : -1;
    const [height, aside] = POINTS[name.replace(/^(left|right)/, '')] ?? [0.905, 0.01];
    points[index * 3] = x + side * aside * staturePx;
    points[index * 3 + 1] = floorY - height * staturePx;
  }
  return points;
}

export interface MadeUpView {
  readonly standing?: Standing;
  /** Half widths of the trunk, shares of the stature, from the hips up. */
  readonly trunkShare?: number;
  readonly card?: BodyViewEvidence['card'];
  readonly problems?: BodyViewEvidence['problems'];
}

/** Evidence of a made-up body: a trunk of one width from crown to soles, arms beside it. */
export function bodyEvidence(
  view: 'front' | 'side',
  { standing = STANDING, trunkShare = 0.09, card = null, problems = [] }: MadeUpView = {},
): BodyViewEvidence {
  const { crownY, floorY, x } = standing;
  const staturePx = floorY - crownY;
  const region = { centerX: x, centerY: (crownY + floorY) / 2, sizePx: 1.2 * staturePx, rotationRad: 0 };
  const maskPx = region.sizePx / MASK_SIDE_PX;
  const confidence = Float32Array.from({ length: MASK_PIXELS }, (_, i) => {
    const dx = Math.abs(((i % MASK_SIDE_PX) + 0.5 - MASK_SIDE_PX / 2) * maskPx);
    const dy = Math.abs((Math.floor(i / MASK_SIDE_PX) + 0.5 - MASK_SIDE_PX / 2) * maskPx);
    const inside = Math.min(trunkShare * staturePx - dx, staturePx / 2 - dy) / maskPx;
    return Math.min(1, Math.max(0, 0.5 + inside));
  });
  return {
    view,
    imageSha256: 'a'.repeat(64),
    ...SIZE,
    focalPx: 2000,
    problems: [...problems],
    lightingOk: true,
    card,
    body: {
      landmarks: [...standingPoints(standing)],
      worldLandmarks: new Array<number>(BODY_POINT_COUNT * 3).fill(0),
      visibility: new Array<number>(BODY_POINT_COUNT).fill(1),
      presence: new Array<number>(BODY_POINT_COUNT).fill(1),
      score: 0.98,
      mask: packMask({ confidence, region }),
    },
    face: null,
    skin: [],
    models: [{ name: 'pose-landmark-full', version: '1', sha256: 'b'.repeat(64) }],
  };
}
