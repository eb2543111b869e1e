import type {
  BodyMeasurement,
  BodyStage,
  BodyViewEvidence,
  Stated,
} from '../../protocol/body-measurement.ts';
import { BODY_STAGES } from '../../protocol/body-measurement.ts';
import type { ModelIdentity } from '../../protocol/records.ts';
import { roundTo } from '../../protocol/round-to.ts';
import { classifyShape } from './describe/classify-shape.ts';
import { flagDoubts } from './describe/flag-doubts.ts';
import { scoreConfidence } from './describe/score-confidence.ts';
import type { LoadedBodyRegressors } from './regressors/load-body-regressors.ts';
import { type MeasuredSizes, measureBody } from './sizes/measure-body.ts';
import { calibrateSkin } from './skin/calibrate-skin.ts';
import { describeSkin } from './skin/describe-skin.ts';

/** Milliseconds that stages took where pictures were read; a re-measurement from evidence has none of them. */
export type StageDurations = Readonly<Partial<Record<BodyStage, number>>>;

/** A scale with this relative standard deviation is half trusted. */
const HALF_TRUSTED_SD = 0.03;
/** From this many standard deviations card and stated height contradict each other. */
const MAX_DISAGREEMENT = 3;
/** What a view is worth that has a problem which does not forbid it. */
const DOUBTED = 0.7;
/** What the card's stage is worth where a stated height has to stand in for it. */
const STATED_ONLY = 0.5;

/**
 * The whole measurement from what the pictures said: sizes, shape, skin, and how sure each stage is. Pure but for the
 * clock that times its own stages. Throws as measureBody does.
 */
export function assembleMeasurement(
  evidence: readonly BodyViewEvidence[],
  stated: Stated,
  { regressors, identity }: LoadedBodyRegressors,
  durations: StageDurations = {},
): BodyMeasurement {
  const took: Partial<Record<BodyStage, number>> = { ...durations };
  const timed = <Result>(stage: BodyStage, run: () => Result): Result => {
    const started = performance.now();
    const result = run();
    took[stage] = (took[stage] ?? 0) + performance.now() - started;
    return result;
  };
  const sizes = timed('circumferences', () => measureBody(evidence, stated, regressors));
  const { metrics, intervals, confidences, scale, lines } = sizes;
  const shape = timed('shape', () => classifyShape({ metrics, intervals, sex: stated.sex }));
  const calibrated = timed('colour', () => calibrateSkin(evidence));
  const skin = timed('skin', () => describeSkin(evidence));

  const trust: Readonly<Record<BodyStage, number | null>> = {
    ...trustOfPictures(evidence),
    card: cardTrust(sizes),
    colour: calibrated?.confidence ?? null,
    skin: skin === null ? null : (calibrated?.confidence ?? null),
    widths: 1 / (1 + (scale.relativeSd / HALF_TRUSTED_SD) ** 2),
    circumferences: meanOf([
      confidences.chest_circumference_cm,
      confidences.waist_circumference_cm,
      confidences.hip_circumference_cm,
    ]),
    shape: shape?.confidence ?? null,
    confidence: 1,
  };
  const stages = BODY_STAGES.flatMap((stage) => {
    const confidence = trust[stage];
    if (confidence === null) return [];
    return [{ stage, confidence: roundTo(confidence, 3), durationMs: roundTo(took[stage] ?? 0, 1) }];
  });
  const overallConfidence = roundTo(scoreConfidence(stages), 3);
  const flags = flagDoubts({
    metrics,
    confidences,
    scale,
    overallConfidence,
    views: evidence,
    beyondFitted: sizes.beyondFitted,
    looksLoose: sizes.looksLoose,
    skinCalibrated: calibrated === null ? null : calibrated.calibratedBy !== 'nothing',
  });
  if ((sizes.scaleDisagreement ?? 0) > MAX_DISAGREEMENT) {
    flags.push({
      code: 'height-unlike-card',
      metric: 'height_cm',
      message: 'the stated height and the card tell of different sizes: one of them is wrong',
    });
  }
  return {
    metrics,
    skin,
    shape,
    quality: {
      lighting_ok: evidence.every(({ lightingOk }) => lightingOk),
      card_detected: evidence.some(({ card }) => card !== null),
      overall_confidence: overallConfidence,
    },
    intervals,
    confidences,
    scale,
    flags: [...flags],
    lines,
    stages,
    models: modelsOf(evidence, identity),
  };
}

function trustOfPictures(
  evidence: readonly BodyViewEvidence[],
): Record<'pre-check' | 'pose' | 'segmentation', number> {
  const bodies = evidence.flatMap(({ body }) => body ?? []);
  const score = meanOf(bodies.map((body) => body.score));
  return {
    'pre-check': meanOf(evidence.map(({ problems }) => (problems.length === 0 ? 1 : DOUBTED))),
    pose: score,
    segmentation: score,
  };
}

function cardTrust({ scale, scaleDisagreement }: MeasuredSizes): number {
  if (scale.source === 'stature') return STATED_ONLY;
  return (scaleDisagreement ?? 0) > MAX_DISAGREEMENT ? DOUBTED : 1;
}

function meanOf(values: readonly (number | null)[]): number {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? 0 : known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** Each once, in the order in which they were used. */
function modelsOf(evidence: readonly BodyViewEvidence[], regressors: ModelIdentity): ModelIdentity[] {
  const all = [...evidence.flatMap(({ models }) => models), regressors];
  return [...new Map(all.map((model) => [`${model.name}@${model.version}`, model])).values()];
}
