import { evaluate } from '../../../guidance/evaluate.ts';
import type { Check } from '../../../protocol/checks.ts';
import { FramegateError } from '../../../protocol/framegate-error.ts';
import type { CaptureRecord } from '../../../protocol/records.ts';
import { flatPoints } from '../../../vision/landmarks.ts';
import type { FrameAnalysis, RgbImage } from '../../../vision/types.ts';
import type { FaceQualityResult } from './face-quality-result.ts';
import { type FeatureReading, readFeatures } from './features/face-features.ts';
import { measureSkinTone } from './skin-tone/measure-skin-tone.ts';
import { prepareStillFace } from './still-face.ts';

/** What of a capture the measuring depends on. */
export type StillProfile = Pick<CaptureRecord, 'profile' | 'level' | 'thresholds'>;

/**
 * Measures a decoded still. Pure.
 * Throws analysis-failed where the still shows no face.
 */
export function measureStill(
  image: RgbImage,
  analysis: FrameAnalysis,
  capture: StillProfile,
): FaceQualityResult {
  const { face } = analysis;
  if (face === null) throw new FramegateError('analysis-failed', 'no face was found in the still');
  const { profile: name, level, thresholds } = capture;
  const evaluation = evaluate(
    { analysis, previous: null, elapsedMs: 0 },
    { name, level, thresholds, dwellMs: 0 },
  );
  const features = readFeatures(prepareStillFace(image, analysis, face));
  const { yawDeg, pitchDeg, rollDeg, distanceCm } = face.pose;
  return {
    schema: 'framegate.face-quality/1',
    image: { width: image.width, height: image.height },
    overallScore: overallScore(evaluation.checks, features),
    face: {
      box: { ...face.box },
      yawDeg,
      pitchDeg,
      rollDeg,
      distanceCm,
      meshScore: face.score,
      landmarks: flatPoints(face.landmarks),
    },
    faceCount: analysis.faceCount,
    verdict: evaluation.verdict,
    checks: evaluation.checks.map((check) => ({ ...check })),
    features: features.map((feature) => ({ ...feature })),
    skinTone: mutable(measureSkinTone(image, face)),
  };
}

/** √(mean × least) of what counts and could be assessed. A mean alone would hide closed eyes among fifteen good marks. */
export function overallScore(checks: readonly Check[], features: readonly FeatureReading[]): number {
  const scores = [
    ...checks.filter((check) => check.status !== 'unknown').map((check) => check.score),
    ...features.flatMap((feature) => (feature.counts && feature.score !== null ? [feature.score] : [])),
  ];
  if (scores.length === 0) return 0;
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  return Math.sqrt(mean * Math.min(...scores));
}

/** The schema's types are plain JSON, which knows no readonly. */
function mutable(skinTone: ReturnType<typeof measureSkinTone>): FaceQualityResult['skinTone'] {
  return skinTone === null ? null : structuredClone(skinTone as NonNullable<FaceQualityResult['skinTone']>);
}
