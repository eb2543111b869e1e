/** From what the service answers to what the page shows. Pure. */
import type { CaptureHistory, CaptureStatus } from '../../body/api/capture-answers.ts';
import type {
  Page,
  PartnerCapture,
  PartnerResult,
  ReviewedAdjustment,
  ReviewedCapture,
  ReviewSummary,
} from './admin-answers.ts';
import type { CaptureRow, Review, RowPage } from './review.ts';

export function rowsOf({ captures, next_before }: Page<ReviewSummary>): RowPage {
  return { rows: captures.map(rowOf), nextBefore: next_before };
}

function rowOf(summary: ReviewSummary): CaptureRow {
  return {
    captureId: summary.capture_id,
    customer: null,
    status: summary.status,
    source: summary.source,
    createdAt: summary.created_at,
    confidence: summary.overall_confidence,
    waits: summary.has_open_adjustment,
  };
}

export function reviewOf(capture: ReviewedCapture): Review {
  const { metrics } = capture;
  return {
    row: rowOf(capture),
    ownerId: capture.user_id,
    measures: metrics && {
      original: metrics.original.metrics,
      current: metrics.current,
      intervals: metrics.original.intervals,
      confidences: metrics.original.confidences,
      originalConfidence: metrics.original.quality.overall_confidence,
      latestAdjustmentId: metrics.latest_adjustment_id,
      scaleSource: metrics.original.scale.source,
      skin: metrics.original.skin,
      shape: metrics.original.shape,
      flags: metrics.original.flags,
      lines: metrics.original.lines,
      models: metrics.original.models,
    },
    error: capture.error,
    adjustments: capture.adjustments,
    dataSet: {
      labels: capture.labels,
      pictures: capture.artifacts.filter(({ artifact_type }) => artifact_type === 'raw'),
      forTraining: capture.for_training,
      trainingAllowedThen: capture.consent.training,
    },
  };
}

/** The list of exports tells a status, and no more: an edited capture has an edit that waits. */
export function partnerRowsOf({ captures, next_before }: Page<PartnerCapture>): RowPage {
  return { rows: captures.map(partnerRowOf), nextBefore: next_before };
}

function partnerRowOf(capture: PartnerCapture): CaptureRow {
  return {
    captureId: capture.capture_id,
    customer: [capture.customer_name, capture.reference].filter((text) => text !== '').join(' · '),
    status: capture.status,
    source: 'partner',
    createdAt: capture.created_at,
    confidence: null,
    waits: capture.status === 'edited',
  };
}

/** @param result null while there are no numbers */
export function partnerReviewOf(
  captureId: string,
  status: CaptureStatus,
  result: PartnerResult | null,
  history: CaptureHistory | null,
): Review {
  const adjustments = (history?.adjustments ?? []) as readonly ReviewedAdjustment[];
  return {
    row: {
      captureId,
      customer: null,
      status: status.status,
      source: 'partner',
      createdAt: result?.timestamp ?? '',
      confidence: result?.quality.overall_confidence ?? null,
      waits: adjustments.some(({ approved }) => approved === null),
    },
    ownerId: result?.user_id ?? '',
    measures: result && {
      original: result.details.original_metrics,
      current: result.metrics,
      intervals: result.details.intervals_cm,
      confidences: result.details.confidences,
      originalConfidence: result.details.original_confidence,
      latestAdjustmentId: result.details.latest_adjustment?.adjustment_id ?? null,
      scaleSource: result.details.scale.source,
      skin: result.skin,
      shape: result.shape,
      flags: result.details.flags,
      lines: result.details.lines,
      models: result.details.model_versions,
    },
    error: status.error ?? null,
    adjustments,
    dataSet: null,
  };
}
