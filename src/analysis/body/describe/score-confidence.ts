import {
  BODY_METRICS,
  type BodyMeasurement,
  type BodyMetric,
  type BodyMetrics,
  type BodyStage,
} from '../../../protocol/body-measurement.ts';

export type StageConfidence = Pick<BodyMeasurement['stages'][number], 'stage' | 'confidence'>;

/** What a stage is worth for the sizes, which are what a person is measured for. Skin and shape hang on them, not they on it. */
const STAGE_WEIGHTS: Readonly<Record<BodyStage, number>> = {
  'pre-check': 1,
  card: 2,
  colour: 0.25,
  pose: 2,
  segmentation: 2,
  skin: 0.25,
  widths: 3,
  circumferences: 3,
  shape: 0.25,
  confidence: 0,
};
/** A stage that found nothing lowers the whole, but does not make nothing of it. */
const LEAST = 0.02;

/** Half width of a 90 % interval, as a share of the size, at which half of the confidence is left: ±4 cm of 80 is 0.05. */
const HALF_CONFIDENCE_SHARE = 0.08;

/** 0..1: the weighted geometric mean of the stages that were gone through, so that one bad stage cannot be made up for. */
export function scoreConfidence(stages: readonly StageConfidence[]): number {
  let logSum = 0;
  let total = 0;
  for (const { stage, confidence } of stages) {
    const weight = STAGE_WEIGHTS[stage];
    logSum += weight * Math.log(Math.min(1, Math.max(LEAST, confidence)));
    total += weight;
  }
  return total === 0 ? 0 : Math.exp(logSum / total);
}

/** 0..1 by how wide the interval is for the size; 1 would be no interval at all. */
export function metricConfidence(valueCm: number, halfWidthCm: number): number {
  return 1 / (1 + (halfWidthCm / valueCm / HALF_CONFIDENCE_SHARE) ** 2);
}

/** The same for each metric; null where it, or its interval, is. */
export function metricConfidences(metrics: BodyMetrics, intervals: BodyMetrics): BodyMetrics {
  const confidenceOf = (metric: BodyMetric): number | null => {
    const value = metrics[metric];
    const halfWidth = intervals[metric];
    return value === null || halfWidth === null ? null : metricConfidence(value, halfWidth);
  };
  return Object.fromEntries(BODY_METRICS.map((metric) => [metric, confidenceOf(metric)])) as BodyMetrics;
}
