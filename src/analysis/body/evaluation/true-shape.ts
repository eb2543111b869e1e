import {
  BODY_METRICS,
  BODY_SHAPES,
  type BodyMetric,
  type BodyMetrics,
  type Sex,
} from '../../../protocol/body-measurement.ts';
import { classifyShape } from '../describe/classify-shape.ts';

export type BodyShapeType = (typeof BODY_SHAPES)[number];
export { BODY_SHAPES };

/** The class of a body whose sizes are known, centimetres; null without chest, waist and hip. */
export function trueShape(
  sizes: Readonly<Partial<Record<BodyMetric, number | null>>>,
  sex: Sex | null,
): BodyShapeType | null {
  const metrics = metricsOf((metric) => sizes[metric] ?? null);
  return classifyShape({ metrics, intervals: metricsOf(() => 0), sex })?.type ?? null;
}

function metricsOf(give: (metric: BodyMetric) => number | null): BodyMetrics {
  return Object.fromEntries(BODY_METRICS.map((metric) => [metric, give(metric)])) as BodyMetrics;
}
