import type { BodyCapture } from '../../protocol/body-captures.ts';
import type { BodyViewEvidence } from '../../protocol/body-measurement.ts';
import {
  type DatasetRecord,
  datasetRecordSchema,
  skinToneBucketOf,
} from '../../protocol/training-dataset.ts';
import type { Pseudonyms } from './pseudonyms.ts';
import { trueMetrics } from './true-metrics.ts';

export interface RecordParts {
  readonly evidence: readonly BodyViewEvidence[];
  readonly inputs: Readonly<Record<string, number>> | null;
  readonly pseudonyms: Pseudonyms;
}

/**
 * A capture without what names or shows anybody; null where it was not measured or nobody has approved a number of it.
 * Pure: the same capture gives the same record.
 */
export function datasetRecord(
  capture: BodyCapture,
  { evidence, inputs, pseudonyms }: RecordParts,
): DatasetRecord | null {
  const known = trueMetrics(capture);
  if (known === null || capture.metrics === null) return null;
  const { original } = capture.metrics;
  const skinTone = original.skin?.monk_bucket ?? null;
  // The schema drops all that the format has no place for.
  return datasetRecordSchema.parse({
    id: pseudonyms.ofCapture(capture),
    person: pseudonyms.ofPerson(capture),
    stated: capture.stated,
    original: original.metrics,
    ...known,
    skinTone,
    skinToneBucket: skinToneBucketOf(skinTone),
    shape: original.shape?.type ?? null,
    overallConfidence: original.quality.overall_confidence,
    scale: original.scale,
    inputs,
    evidence,
    models: original.models,
    images: [],
  });
}
