import { BODY_METRICS, type BodyMeasurement } from '../../../protocol/body-measurement.ts';
import type { Measurement } from '../../../protocol/records.ts';

/** Rows for ClickHouse: `body.<metric>` in centimetres for what was measured, and how sure the whole is. */
export function bodyMeasurements({ metrics, confidences, quality }: BodyMeasurement): Measurement[] {
  const rows = BODY_METRICS.flatMap((metric): Measurement[] => {
    const value = metrics[metric];
    if (value === null) return [];
    return [{ metric: `body.${metric}`, value, unit: 'cm', confidence: confidences[metric] ?? 0 }];
  });
  const overall = quality.overall_confidence;
  return [...rows, { metric: 'body.confidence', value: overall, unit: 'share', confidence: overall }];
}
