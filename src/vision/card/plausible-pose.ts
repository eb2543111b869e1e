import { assumedCamera } from '../camera-model.ts';
import { type Quad, sideLengths } from './card-geometry.ts';
import { type CardPose, fitCardPoses } from './card-pose.ts';

/** Logarithms of focal lengths against the usual one: from wide phone cameras to short telephotos. */
const FOCAL_STEPS = [-0.36, -0.24, -0.12, 0, 0.12, 0.24, 0.36];
/** How far focal lengths are from the usual one, and how well one may be known from a card at best: standard deviations. */
const FOCAL_SD_SHARE = 0.15;
const MIN_FOCAL_SD_SHARE = 0.03;
/** Steeper ones are measured badly, and a square is an ID-1 card seen at 51°. */
const MAX_TILT_DEG = 42;
/** How far a card's corners may be from where a true card's would be: of its longer side, and at least. */
const MAX_MISFIT_SHARE = 0.015;
const MAX_MISFIT_PX = 0.9;

export interface PosedCorners {
  /** Clockwise, the first side a long one. */
  readonly corners: Quad;
  readonly fitted: CardPose;
  /** Standard deviation of the focal length that the pose stands on, as a share; 0 where the caller gave it. */
  readonly focalSdShare: number;
  /** Of what is allowed, 0..1. */
  readonly misfit: number;
}

/**
 * The pose that says that the quad is an ID-1 rectangle before a pinhole, and which sides are the long ones. Where the
 * focal length is not known, it is weighed: how well each plausible one makes a card of the quad, and how usual it is.
 * null where no ID-1 card within 42° of facing the camera looks like it.
 * @param cornerSdPx how far a corner's coordinate may be off: a standard deviation
 */
export function plausiblePose(
  corners: Quad,
  size: { readonly width: number; readonly height: number },
  cornerSdPx: number,
  focalPx?: number,
): PosedCorners | null {
  const longSidePx = Math.max(...sideLengths(corners));
  const maxMisfitPx = Math.max(MAX_MISFIT_PX, MAX_MISFIT_SHARE * longSidePx);
  const usual = assumedCamera(size.width, size.height);
  // Of two mirrored poses the better one may be too steep to be meant: at the picture's edge they are tilted differently.
  const poseWith = (turn: Quad, focal: number) =>
    fitCardPoses(turn, { ...usual, focalPx: focal }).find(
      ({ misfitPx, tiltDeg }) => misfitPx <= maxMisfitPx && tiltDeg <= MAX_TILT_DEG,
    ) ?? null;
  const [a, b, c, d] = corners;
  const turns: readonly Quad[] = [corners, [b, c, d, a]];
  let best: PosedCorners | null = null;
  for (const turn of turns) {
    const focal =
      focalPx === undefined ? weighFocal(turn, usual.focalPx, cornerSdPx, poseWith) : { focalPx, sdShare: 0 };
    const fitted = focal === null ? null : poseWith(turn, focal.focalPx);
    if (focal === null || fitted === null) continue;
    if (best === null || fitted.tiltDeg < best.fitted.tiltDeg) {
      const misfit = fitted.misfitPx / maxMisfitPx;
      best = { corners: turn, fitted, focalSdShare: focal.sdShare, misfit };
    }
  }
  return best;
}

/** Mean and spread of the focal lengths, each weighed by its likelihood. null where none makes a card of the quad. */
function weighFocal(
  turn: Quad,
  usualPx: number,
  cornerSdPx: number,
  poseWith: (turn: Quad, focalPx: number) => CardPose | null,
): { readonly focalPx: number; readonly sdShare: number } | null {
  const tried = FOCAL_STEPS.flatMap((step) => {
    const fitted = poseWith(turn, usualPx * Math.exp(step));
    if (fitted === null) return [];
    return [{ step, cost: 4 * (fitted.misfitPx / cornerSdPx) ** 2 + (step / FOCAL_SD_SHARE) ** 2 }];
  });
  if (tried.length === 0) return null;
  const least = Math.min(...tried.map(({ cost }) => cost));
  const weighed = tried.map(({ step, cost }) => ({ step, weight: Math.exp((least - cost) / 2) }));
  const total = weighed.reduce((sum, { weight }) => sum + weight, 0);
  const mean = weighed.reduce((sum, { step, weight }) => sum + step * weight, 0) / total;
  const variance = weighed.reduce((sum, { step, weight }) => sum + (step - mean) ** 2 * weight, 0) / total;
  return { focalPx: usualPx * Math.exp(mean), sdShare: Math.max(MIN_FOCAL_SD_SHARE, Math.sqrt(variance)) };
}
