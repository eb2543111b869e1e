import type { Adjustment, BodyCapture } from '../../protocol/body-captures.ts';
import { BODY_METRICS, type BodyMetric } from '../../protocol/body-measurement.ts';
import type { MeasurementSheet, SheetEdit, SheetMetric } from './types.ts';
import { EDITORS, METRIC_NAMES } from './words.ts';

export interface SheetOptions {
  /** Of the account; a partner's own name for its customer comes first. */
  readonly displayName: string | null;
  readonly issuedAtMs: number;
  /** Skin tone is told only where somebody asks for it. */
  readonly withSkin?: boolean;
  readonly withShape?: boolean;
}

/** What a capture's sheet says; null while it has no metrics. */
export function sheetOfCapture(capture: BodyCapture, options: SheetOptions): MeasurementSheet | null {
  if (!capture.metrics) return null;
  const { original, current } = capture.metrics;
  const standing = capture.adjustments.filter(({ approved }) => approved !== false);
  const metricOf = (metric: BodyMetric): SheetMetric => ({
    valueCm: current[metric],
    intervalCm: original.intervals[metric],
    confidence: original.confidences[metric],
    edit:
      current[metric] === original.metrics[metric]
        ? null
        : editOf(metric, standing, original.metrics[metric]),
  });
  return {
    captureId: capture.captureId,
    customerName: capture.partner?.customerName ?? options.displayName,
    reference: capture.partner?.reference ?? null,
    measuredAtMs: capture.createdAtMs,
    issuedAtMs: options.issuedAtMs,
    metrics: Object.fromEntries(BODY_METRICS.map((metric) => [metric, metricOf(metric)])) as Record<
      BodyMetric,
      SheetMetric
    >,
    scale: original.scale.source,
    notes: standing
      .filter(({ notes }) => notes !== '')
      .map(({ source, notes }) => `${EDITORS[source]}: ${notes}`),
    warnings: original.flags.map(({ metric, message }) =>
      metric === null ? message : `${METRIC_NAMES[metric]}: ${message}`,
    ),
    skin: options.withSkin ? original.skin : null,
    shape: options.withShape ? original.shape : null,
    models: original.models.map(({ name, version }) => ({ name, version })),
  };
}

/** The last change of this metric that nobody has refused. */
function editOf(
  metric: BodyMetric,
  standing: readonly Adjustment[],
  originalCm: number | null,
): SheetEdit | null {
  const last = standing.findLast(({ adjustedMetrics }) => typeof adjustedMetrics[metric] === 'number');
  return last ? { by: last.source, approved: last.approved === true, originalCm } : null;
}
