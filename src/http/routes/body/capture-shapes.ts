/** What requests and answers about body captures look like. */
import { z } from 'zod';
import { noSuchCapture } from '../../../captures/capture-rights.ts';
import { ADJUSTMENT_SOURCES, type BodyResult } from '../../../protocol/body-captures.ts';
import { bodyMetricsSchema, keypointCorrectionSchema } from '../../../protocol/body-measurement.ts';
import { integerParameter } from '../../parameters.ts';
import { EXAMPLE_USER_ID } from './account-shapes.ts';

export const EXAMPLE_CAPTURE_ID = '3d0f8a52-9c1e-4b7d-8e2a-5f6b7c8d9e0f';
export const EXAMPLE_ADJUSTMENT_ID = '8b1d2c3e-4f50-4a6b-9c7d-0e1f2a3b4c5d';

/** Numbers and a note are short. */
export const MAX_CAPTURE_BODY_BYTES = 64 * 1024;

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export const captureParams = z.object({ id: z.string().max(128) });

/** Anything else than an id is nothing that could be found. Throws not-found. */
export function checkCaptureId(id: string): string {
  if (!ID.test(id)) throw noSuchCapture();
  return id;
}

const MAX_PAGE = 100;
export const DEFAULT_PAGE = 20;
/** Of lists of captures, newest first. */
export const pageQuery = z.object({
  limit: integerParameter({ min: 1, max: MAX_PAGE }).optional().describe(`Default ${DEFAULT_PAGE}`),
  before: integerParameter({ min: 0, max: Number.MAX_SAFE_INTEGER })
    .optional()
    .describe('`next_before` of the page before'),
});

export const NO_STORE = { 'cache-control': 'no-store' };

export const notesField = z.string().trim().min(1).max(500).describe('Why; kept with the edit');
export const measuresField = z
  .record(z.string().max(64), z.number())
  .describe('Centimetres by measure: `waist_circumference_cm`, or short `waist_cm`');

export const adjustmentShape = z.object({
  adjustment_id: z.string(),
  user_id: z.string(),
  source: z.enum(ADJUSTMENT_SOURCES),
  created_at: z.iso.datetime(),
  notes: z.string(),
  original_metrics: bodyMetricsSchema,
  adjusted_metrics: bodyMetricsSchema.partial(),
  keypoints: z.array(keypointCorrectionSchema).nullable(),
  approved: z.boolean().nullable(),
  approver_id: z.string().nullable(),
  approved_at: z.iso.datetime().nullable(),
  promoted: z.boolean(),
});

export const METRICS_EXAMPLE = {
  height_cm: 172.4,
  shoulder_width_cm: 41.2,
  chest_circumference_cm: 95.6,
  waist_circumference_cm: 75,
  hip_circumference_cm: 99.2,
  inseam_cm: 78.3,
  torso_length_cm: 52.1,
  neck_circumference_cm: 36.5,
  sleeve_length_cm: null,
};

export const RESULT_EXAMPLE: BodyResult = {
  capture_id: EXAMPLE_CAPTURE_ID,
  user_id: EXAMPLE_USER_ID,
  timestamp: '2025-12-10T12:33:45.000Z',
  metrics: METRICS_EXAMPLE,
  skin: {
    ita: 18.3,
    lab: { L: 56.2, a: 13.1, b: 16.5 },
    monk_bucket: 6,
    undertone: 'warm',
    palette: [{ hex: '#8B4B2F', reason: 'high-contrast warm' }],
  },
  shape: { type: 'hourglass', confidence: 0.82 },
  quality: { lighting_ok: true, card_detected: true, overall_confidence: 0.78 },
};
