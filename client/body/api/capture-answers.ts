/** What `/api/v1` answers, as far as the page reads it. */
import type { ConsentFlags } from '../../../src/protocol/accounts.ts';
import type { BodyCaptureStatus, BodyResult } from '../../../src/protocol/body-captures.ts';
import type {
  BodyMeasurement,
  BodyMetrics,
  KeypointCorrection,
} from '../../../src/protocol/body-measurement.ts';
import type { BodyView } from '../../../src/protocol/body-vocabulary.ts';

export interface User {
  readonly id: string;
  readonly email: string;
  readonly display_name: string | null;
  readonly consent_flags: ConsentFlags;
}

export interface SignedIn {
  readonly user: User;
  readonly access_token: string;
  readonly refresh_token: string;
}

export interface BegunCapture {
  readonly capture_id: string;
  /** Of a live session. */
  readonly ticket?: string;
}

export interface CaptureStatus {
  readonly status: BodyCaptureStatus;
  /** From 1; null for what does not wait. */
  readonly queue_position: number | null;
  /** 0..1 */
  readonly progress: number;
  readonly views: Readonly<Partial<Record<BodyView, boolean>>>;
  readonly error?: { readonly code: string; readonly message: string };
}

export interface Adjustment {
  readonly adjustment_id: string;
  readonly user_id: string;
  readonly source: 'user' | 'tailor' | 'admin';
  readonly created_at: string;
  readonly notes: string;
  /** Of a correction; null for an edit of numbers. */
  readonly keypoints: readonly KeypointCorrection[] | null;
  readonly original_metrics: BodyMetrics;
  readonly adjusted_metrics: Partial<BodyMetrics>;
  /** null until somebody has decided. */
  readonly approved: boolean | null;
  readonly approver_id: string | null;
  readonly approved_at: string | null;
}

export interface MeasuredCapture extends BodyResult {
  readonly details: {
    readonly original_metrics: BodyMetrics;
    readonly original_confidence: number;
    /** ± centimetres around the original. */
    readonly intervals_cm: BodyMetrics;
    /** 0..1 */
    readonly confidences: BodyMetrics;
    readonly scale: { readonly source: 'card' | 'stature' };
    readonly flags: BodyMeasurement['flags'];
    readonly lines: BodyMeasurement['lines'];
  };
}

export interface CaptureHistory {
  readonly original: { readonly metrics: BodyMetrics; readonly measured_at: string };
  /** In the order in which they took effect. */
  readonly adjustments: readonly Adjustment[];
}
