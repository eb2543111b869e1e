/** What the service answers to reviewers, as far as this page reads it. */
import type { ConsentFlags, Role } from '../../../src/protocol/accounts.ts';
import type { BodyCapture, BodyCaptureStatus } from '../../../src/protocol/body-captures.ts';
import type {
  BodyMeasurement,
  BodyMetrics,
  KeypointCorrection,
} from '../../../src/protocol/body-measurement.ts';
import type { BodyView } from '../../../src/protocol/body-vocabulary.ts';
import type { Adjustment, MeasuredCapture, User } from '../../body/api/capture-answers.ts';

export interface Reviewer extends User {
  readonly role: Role;
}

export interface ReviewedAdjustment extends Adjustment {
  /** Of a re-measurement by hand; null for an edit of numbers. */
  readonly keypoints: readonly KeypointCorrection[] | null;
  readonly approver_id: string | null;
  readonly promoted: boolean;
}

export interface ReviewedLabel {
  readonly label_id: string;
  readonly labeler_id: string;
  readonly measurements: Partial<BodyMetrics>;
  readonly approved: boolean;
  readonly notes: string;
  readonly created_at: string;
}

/** A file of a capture. Kept pictures are `raw`. */
export interface ReviewedArtifact {
  readonly artifact_id: string;
  readonly artifact_type: string;
  readonly view: BodyView | null;
  readonly remove_at: string | null;
}

/** `GET /api/v1/admin/captures`, a row. */
export interface ReviewSummary {
  readonly capture_id: string;
  readonly user_id: string;
  readonly status: BodyCaptureStatus;
  readonly source: BodyCapture['source'];
  readonly created_at: string;
  readonly overall_confidence: number | null;
  readonly has_open_adjustment: boolean;
  readonly for_training: boolean;
}

/** `GET /api/v1/admin/captures/{id}` */
export interface ReviewedCapture extends ReviewSummary {
  /** As it was when the capture was made. */
  readonly consent: ConsentFlags;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly metrics: {
    readonly original: BodyMeasurement;
    readonly current: BodyMetrics;
    readonly latest_adjustment_id: string | null;
  } | null;
  readonly adjustments: readonly ReviewedAdjustment[];
  readonly labels: readonly ReviewedLabel[];
  readonly artifacts: readonly ReviewedArtifact[];
}

export interface Page<Row> {
  readonly captures: readonly Row[];
  /** Milliseconds since 1970, for the next page, which may be empty; null where there are no more. */
  readonly next_before: number | null;
}

/** `GET /api/v1/partner/{id}/exports?format=json`, a row. */
export interface PartnerCapture {
  readonly capture_id: string;
  readonly customer_name: string;
  readonly reference: string;
  readonly status: BodyCaptureStatus;
  readonly created_at: string;
}

/** `GET /api/v1/capture/{id}/results?include=details`: what a partner sees of a capture. */
export interface PartnerResult extends MeasuredCapture {
  readonly details: MeasuredCapture['details'] & {
    readonly model_versions: BodyMeasurement['models'];
    readonly latest_adjustment: ReviewedAdjustment | null;
  };
}
