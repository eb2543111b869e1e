/** What people who look after the data set are told of captures. */
import { z } from 'zod';
import { adjustmentBody } from '../../../captures/capture-result.ts';
import { isOpen } from '../../../captures/capture-review.ts';
import { viewOf } from '../../../captures/object-paths.ts';
import { consentFlagsSchema } from '../../../protocol/accounts.ts';
import {
  ARTIFACT_TYPES,
  type Artifact,
  BODY_CAPTURE_STATUSES,
  type BodyCapture,
  CAPTURE_SOURCES,
  type Label,
} from '../../../protocol/body-captures.ts';
import { BODY_VIEWS, bodyMeasurementSchema, bodyMetricsSchema } from '../../../protocol/body-measurement.ts';
import { adjustmentShape } from './capture-shapes.ts';

const isoTime = z.iso.datetime();

export const labelShape = z.object({
  label_id: z.string(),
  capture_id: z.string(),
  labeler_id: z.string(),
  measurements: bodyMetricsSchema.partial(),
  approved: z.boolean(),
  notes: z.string(),
  created_at: isoTime,
});

export const reviewSummaryShape = z.object({
  capture_id: z.string(),
  user_id: z.string(),
  status: z.enum(BODY_CAPTURE_STATUSES),
  source: z.enum(CAPTURE_SOURCES),
  created_at: isoTime,
  updated_at: isoTime,
  views: z.array(z.enum(BODY_VIEWS)),
  overall_confidence: z.number().nullable(),
  has_open_adjustment: z.boolean(),
  adjustments: z.number().int(),
  labels: z.number().int(),
  raw_pictures: z.number().int().describe('How many are kept'),
  for_training: z.boolean(),
});

const artifactShape = z.object({
  artifact_id: z.string(),
  artifact_type: z.enum(ARTIFACT_TYPES),
  view: z.enum(BODY_VIEWS).nullable().describe('Which picture it is, or was read from'),
  created_at: isoTime,
  remove_at: isoTime.nullable(),
});

export const reviewedShape = reviewSummaryShape.omit({ adjustments: true, labels: true }).extend({
  store_images: z.boolean(),
  consent: consentFlagsSchema.describe('As it was when the capture was made'),
  stated: z.object({ height_cm: z.number().nullable(), sex: z.string().nullable() }),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  metrics: z
    .object({
      original: bodyMeasurementSchema,
      current: bodyMetricsSchema,
      latest_adjustment_id: z.string().nullable(),
    })
    .nullable(),
  adjustments: z.array(adjustmentShape),
  labels: z.array(labelShape),
  artifacts: z.array(artifactShape),
  partner: z.object({ partner_id: z.string(), customer_name: z.string(), reference: z.string() }).nullable(),
  revision: z.number().int(),
});

export function labelBody(label: Label): z.infer<typeof labelShape> {
  return {
    label_id: label.labelId,
    capture_id: label.captureId,
    labeler_id: label.labelerId,
    measurements: label.measurements,
    approved: label.approved,
    notes: label.notes,
    created_at: timeOf(label.createdAtMs),
  };
}

export function reviewSummary(capture: BodyCapture): z.infer<typeof reviewSummaryShape> {
  const { adjustments, labels, artifacts, metrics } = capture;
  return {
    capture_id: capture.captureId,
    user_id: capture.userId,
    status: capture.status,
    source: capture.source,
    created_at: timeOf(capture.createdAtMs),
    updated_at: timeOf(capture.updatedAtMs),
    views: capture.views,
    overall_confidence: metrics?.overallConfidence ?? null,
    has_open_adjustment: isOpen(capture),
    adjustments: adjustments.length,
    labels: labels.length,
    raw_pictures: artifacts.filter(({ artifactType }) => artifactType === 'raw').length,
    for_training: capture.forTraining,
  };
}

/** All but its secrets, and where its files lie. */
export function reviewed(capture: BodyCapture): z.infer<typeof reviewedShape> {
  const { metrics, partner, stated } = capture;
  return {
    ...reviewSummary(capture),
    store_images: capture.storeImages,
    consent: capture.consent,
    stated: { height_cm: stated.heightCm, sex: stated.sex },
    error: capture.error,
    metrics: metrics && {
      original: metrics.original,
      current: metrics.current,
      latest_adjustment_id: metrics.latestAdjustmentId,
    },
    adjustments: capture.adjustments.map(adjustmentBody),
    labels: capture.labels.map(labelBody),
    artifacts: capture.artifacts.map(artifactBody),
    partner: partner && {
      partner_id: partner.partnerId,
      customer_name: partner.customerName,
      reference: partner.reference,
    },
    revision: capture.revision,
  };
}

function artifactBody(artifact: Artifact): z.infer<typeof artifactShape> {
  return {
    artifact_id: artifact.artifactId,
    artifact_type: artifact.artifactType,
    view: viewOf(artifact.bucketPath),
    created_at: timeOf(artifact.createdAtMs),
    remove_at: artifact.removeAtMs === null ? null : timeOf(artifact.removeAtMs),
  };
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
