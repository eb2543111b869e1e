import type { BodyCapture } from '../../protocol/body-captures.ts';
import { BODY_METRICS, type BodyMetrics } from '../../protocol/body-measurement.ts';
import type { DatasetRecord } from '../../protocol/training-dataset.ts';

export type TrueMetrics = Pick<DatasetRecord, 'truth' | 'truthSources'>;

/**
 * What people have approved of a capture: edits in their order, then labels, a tape's word being the last. null where nobody
 * has approved anything. Pure.
 */
export function trueMetrics({ adjustments, labels }: BodyCapture): TrueMetrics | null {
  const edits = adjustments.filter(({ approved }) => approved === true);
  const tapes = labels.filter(({ approved }) => approved);
  if (edits.length + tapes.length === 0) return null;
  const truth: Partial<BodyMetrics> = {};
  const truthSources: TrueMetrics['truthSources'] = {};
  const take = (given: Partial<BodyMetrics>, source: 'label' | 'adjustment' | 'correction') => {
    for (const metric of BODY_METRICS) {
      const value = given[metric];
      if (value === undefined || value === null) continue;
      truth[metric] = value;
      truthSources[metric] = source;
    }
  };
  for (const { adjustedMetrics, keypoints } of edits) {
    take(adjustedMetrics, keypoints === null ? 'adjustment' : 'correction');
  }
  for (const { measurements } of tapes) take(measurements, 'label');
  return { truth, truthSources };
}
