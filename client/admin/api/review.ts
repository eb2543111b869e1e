/** Captures as this page shows them, whatever role looks at them. */
import type { BodyCaptureStatus, BodyResult } from '../../../src/protocol/body-captures.ts';
import type { BodyMeasurement, BodyMetrics } from '../../../src/protocol/body-measurement.ts';
import type { CaptureSource } from '../review/capture-words.ts';
import type { ReviewedAdjustment, ReviewedArtifact, ReviewedLabel } from './admin-answers.ts';

/** A row of the list. */
export interface CaptureRow {
  readonly captureId: string;
  /** A partner's customer by name; null where reviewers see nobody's name. */
  readonly customer: string | null;
  readonly status: BodyCaptureStatus;
  readonly source: CaptureSource;
  readonly createdAt: string;
  /** 0..1; null where it is not known. */
  readonly confidence: number | null;
  /** An edit waits for somebody to decide. */
  readonly waits: boolean;
}

export interface RowPage {
  readonly rows: readonly CaptureRow[];
  /** Milliseconds since 1970, for the next page, which may be empty; null where there are no more. */
  readonly nextBefore: number | null;
}

/** What was measured, and how it stands now. */
export interface ReviewedMeasures {
  readonly original: BodyMetrics;
  readonly current: BodyMetrics;
  /** ± centimetres around the original. */
  readonly intervals: BodyMetrics;
  /** 0..1 */
  readonly confidences: BodyMetrics;
  readonly originalConfidence: number;
  readonly latestAdjustmentId: string | null;
  readonly scaleSource: BodyMeasurement['scale']['source'];
  readonly skin: BodyResult['skin'];
  readonly shape: BodyResult['shape'];
  readonly flags: BodyMeasurement['flags'];
  readonly lines: BodyMeasurement['lines'];
  readonly models: BodyMeasurement['models'];
}

export interface Review {
  readonly row: CaptureRow;
  readonly ownerId: string;
  /** null while there are no numbers. */
  readonly measures: ReviewedMeasures | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  /** In the order in which they took effect. */
  readonly adjustments: readonly ReviewedAdjustment[];
  /** What only those see who look after the data set; null for partners. */
  readonly dataSet: {
    readonly labels: readonly ReviewedLabel[];
    /** Pictures that are kept, for a time. */
    readonly pictures: readonly ReviewedArtifact[];
    readonly forTraining: boolean;
    /** Whether the owner allowed training when the capture was made. The service asks for what they allow now. */
    readonly trainingAllowedThen: boolean;
  } | null;
}
