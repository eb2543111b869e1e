import { srgbFromLinear } from '../vision/colour.ts';
import type { FrameAnalysis } from '../vision/types.ts';
import { faceLight } from './face-light.ts';
import { centring } from './measures/centring.ts';
import { faceRatio } from './measures/face-ratio.ts';
import { sideLight } from './measures/side-light.ts';

/** The limits that a caller of `/v1/validate/face` gives; angles apply to both sides. */
export interface FaceThresholds {
  readonly yawDeg: number;
  readonly pitchDeg: number;
  readonly rollDeg: number;
  readonly minFaceRatio: number;
  readonly maxFaceRatio: number;
  /** From the middle of the picture, in its widths and heights. */
  readonly centerTolerance: number;
  /** Light on the face as an 8-bit value, read at the white of the eye, so that it asks the same of every skin tone. */
  readonly minBrightness: number;
  /** Share by which the darker half of the face may be darker. */
  readonly maxSideLight: number;
}

export interface FaceGate {
  readonly success: boolean;
  /** Absent where it passes. */
  readonly reason?: string;
  readonly details: Readonly<Record<string, number>>;
}

export interface FaceValidation {
  readonly ok: boolean;
  /** Of the first gate that does not pass. */
  readonly reason?: string;
  readonly diagnosis: Readonly<
    Partial<Record<'pose' | 'faceRatio' | 'centering' | 'lighting' | 'sideLighting', FaceGate>>
  >;
}

const DECIMALS = 1000;

/** Judges one picture's face by the caller's limits. Pure. */
export function validateFace(analysis: FrameAnalysis, thresholds: FaceThresholds): FaceValidation {
  const { face } = analysis;
  if (face === null) return { ok: false, reason: 'NO_FACE_DETECTED', diagnosis: {} };
  if (analysis.faceCount > 1) return { ok: false, reason: 'MULTIPLE_FACES_DETECTED', diagnosis: {} };
  const input = { analysis, previous: null, elapsedMs: 0 };
  const { yawDeg, pitchDeg, rollDeg } = face.pose;
  const ratio = faceRatio.read(input) ?? 0;
  const offset = centring.read(input) ?? 1;
  const light = faceLight(face.appearance);
  const brightness = 255 * srgbFromLinear(light ?? face.appearance.luminanceP95);
  const side = sideLight.read(input) ?? 0;
  const diagnosis = {
    pose: gate(
      { yawDeg, pitchDeg, rollDeg },
      Math.abs(yawDeg) > thresholds.yawDeg && 'YAW_OUT_OF_RANGE',
      Math.abs(pitchDeg) > thresholds.pitchDeg && 'PITCH_OUT_OF_RANGE',
      Math.abs(rollDeg) > thresholds.rollDeg && 'ROLL_OUT_OF_RANGE',
    ),
    faceRatio: gate(
      { faceRatio: ratio },
      ratio < thresholds.minFaceRatio && 'FACE_TOO_SMALL',
      ratio > thresholds.maxFaceRatio && 'FACE_TOO_LARGE',
    ),
    centering: gate({ offset }, offset > thresholds.centerTolerance && 'FACE_OFF_CENTER'),
    lighting: gate({ brightness }, brightness < thresholds.minBrightness && 'TOO_DARK'),
    sideLighting: gate({ sideLight: side }, side > thresholds.maxSideLight && 'SIDE_LIGHT'),
  };
  const failed = Object.values(diagnosis).find(({ success }) => !success);
  return { ok: failed === undefined, ...(failed?.reason && { reason: failed.reason }), diagnosis };
}

function gate(details: Record<string, number>, ...reasons: (string | false)[]): FaceGate {
  const reason = reasons.find((one) => one !== false);
  const rounded = Object.fromEntries(
    Object.entries(details).map(([name, value]) => [name, Math.round(value * DECIMALS) / DECIMALS]),
  );
  return { success: reason === undefined, ...(reason && { reason }), details: rounded };
}
