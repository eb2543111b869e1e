import {
  BODY_METRIC_RANGES,
  BODY_METRICS,
  type BodyMeasurement,
  type BodyMetric,
  type BodyMetrics,
  type BodyProblem,
  type BodyView,
} from '../../../protocol/body-measurement.ts';

export type BodyFlag = BodyMeasurement['flags'][number];

/** All that a doubt can come from. */
export interface DoubtfulMeasurement {
  readonly metrics: BodyMetrics;
  /** 0..1 by metric. */
  readonly confidences: BodyMetrics;
  readonly scale: BodyMeasurement['scale'];
  readonly overallConfidence: number;
  /** Of the pictures, as they were seen. */
  readonly views: readonly {
    readonly view: BodyView;
    readonly lightingOk: boolean;
    readonly problems: readonly BodyProblem[];
  }[];
  /** Names of inputs beyond all that the regressors were fitted on; for people. */
  readonly beyondFitted: readonly string[];
  /** The outline is wider than the body that the joints tell of. */
  readonly looksLoose: boolean;
  /** Whether a card corrected the skin's colour; null where no skin was seen. */
  readonly skinCalibrated: boolean | null;
}

/** Below this somebody should look, or measure with a tape. */
const REVIEW_CONFIDENCE = 0.5;

/** What a person should look at before they trust a number, in an order that does not change. */
export function flagDoubts(measured: DoubtfulMeasurement): BodyFlag[] {
  const { scale, views, beyondFitted, overallConfidence } = measured;
  const flags: BodyFlag[] = [];
  const add = (code: string, message: string, metric: BodyMetric | null = null) =>
    flags.push({ code, metric, message });

  if (overallConfidence < REVIEW_CONFIDENCE) {
    add('low-confidence', 'the measurement as a whole is uncertain: a manual review is recommended');
  }
  for (const metric of BODY_METRICS) {
    const value = measured.metrics[metric];
    const confidence = measured.confidences[metric];
    if (value === null) continue;
    const { min, max } = BODY_METRIC_RANGES[metric];
    if (value < min || value > max) {
      add('out-of-range', 'no human measures this: it has to be measured again', metric);
    } else if (confidence !== null && confidence < REVIEW_CONFIDENCE) {
      add('low-confidence', 'this size is uncertain: a manual review is recommended', metric);
    }
  }
  if (beyondFitted.length > 0) {
    add(
      'beyond-fitted',
      `nobody of this size was among those that the sizes are learned from (${beyondFitted.join(', ')})`,
    );
  }
  if (scale.source === 'stature') {
    add('scale-from-stature', 'no card was seen: all sizes are as right as the stated height');
  }
  if (measured.looksLoose) {
    add('loose-clothing', 'the outline is wider than a body of this build: clothes may be measured with it');
  }
  for (const { view, lightingOk } of views) {
    if (!lightingOk) add('lighting', `the light of the picture "${view}" is not good enough to be sure`);
  }
  for (const { view, problems } of views) {
    for (const { code, message } of problems) {
      if (!SAID_OTHERWISE.has(code)) add(`picture-${code}`, `${view}: ${message}`);
    }
  }
  if (measured.skinCalibrated === false) {
    add(
      'skin-not-calibrated',
      'no card corrected the colours: tone and undertone are as the light made them',
    );
  }
  return flags;
}

/** Problems that one of the flags above tells of already. */
const SAID_OTHERWISE: ReadonlySet<BodyProblem['code']> = new Set(['no-card', 'too-dark', 'too-bright']);
