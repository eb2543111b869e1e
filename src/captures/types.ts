/** The seams of body captures; `state`, `bus`, `storage` and `jobs` implement them, `http` and the worker use the desk. */
import type { Account } from '../protocol/accounts.ts';
import type { Artifact, BodyCapture, BodyCaptureStatus, RecordTable } from '../protocol/body-captures.ts';
import type { BodyMeasurement, BodyView, BodyViewEvidence } from '../protocol/body-measurement.ts';

/** Documents of captures. Everything rejects with state-unavailable (retryable) while Redis is away. */
export interface CaptureStore {
  /** False where there is one of this id already, which stays. */
  create(capture: BodyCapture): Promise<boolean>;
  read(captureId: string): Promise<BodyCapture | null>;
  /**
   * Reads, applies, and writes where nobody else wrote meanwhile; else once more from the start. null from `apply` leaves
   * it as it is. Gives the document as it is then; null where there is none. The store counts `revision`; the id, who it
   * belongs to and when it was made do not change.
   */
  change(captureId: string, apply: (capture: BodyCapture) => BodyCapture | null): Promise<BodyCapture | null>;
  /**
   * Newest first. `beforeMs`: created before then, for the next page. A page is longer than `limit` where several were
   * created in its last millisecond, so that none falls between two pages.
   */
  listOf(userId: string, page: CapturePage): Promise<readonly BodyCapture[]>;
  listAll(page: CapturePage & { readonly status?: BodyCaptureStatus }): Promise<readonly BodyCapture[]>;
  listOfPartner(partnerId: string, page: CapturePage): Promise<readonly BodyCapture[]>;
  remove(captureId: string): Promise<void>;
  /** Places in the queue are counted from 1; null for what does not wait. Lets go what was queued a day before. */
  enqueue(captureId: string, atMs: number): Promise<void>;
  dequeue(captureId: string): Promise<void>;
  queuePosition(captureId: string): Promise<number | null>;
  /** Files whose time is over, the longest overdue first. */
  dueArtifacts(nowMs: number, limit: number): Promise<readonly Artifact[]>;
  /** Forgets a file, once it is removed. Says nothing where it is not known. */
  removeArtifact(captureId: string, artifactId: string): Promise<void>;
}

export interface CapturePage {
  readonly limit: number;
  readonly beforeMs?: number;
}

/** Puts rows on their way to ClickHouse. Never waits and never throws; the stream keeps them until they are stored. */
export interface RecordLog {
  write(table: RecordTable, recordId: string, row: Readonly<Record<string, unknown>>): void;
}

/** What captures ask of accounts. */
export interface AccountReader {
  read(userId: string): Promise<Account | null>;
}

/** What pictures said, kept with their capture so that it can be measured again; a put replaces the view's. */
export interface EvidenceStore {
  put(captureId: string, evidence: BodyViewEvidence): Promise<void>;
  /** In the order of BODY_VIEWS. */
  all(captureId: string): Promise<readonly BodyViewEvidence[]>;
  remove(captureId: string): Promise<void>;
}

/** What a worker tells of a capture that it measures. */
export interface CaptureBook {
  /** The capture as it is to be measured; null where it is gone: nothing is to be kept of it then. */
  begin(captureId: string): Promise<BodyCapture | null>;
  /** Keeps the pictures for as long as policy and the account's consent, read now, allow; nothing where they do not. */
  keepPictures(
    captureId: string,
    pictures: readonly { readonly view: BodyView; readonly data: Uint8Array; readonly contentType: string }[],
  ): Promise<void>;
  /** `adjustmentId`: the re-measurement belongs to this edit, and the original stays. */
  complete(captureId: string, measurement: BodyMeasurement, adjustmentId: string | null): Promise<void>;
  fail(captureId: string, error: { readonly code: string; readonly message: string }): Promise<void>;
  /**
   * Adds a view of a live session. `complete`: the expected views are there, and the capture is to be measured now, by the
   * job `capture.jobId` with the capture's id as its idempotency key too, and `userId` as its owner. Said once, and again
   * where one of its views is delivered again before the measurement begins: the worker may have died in between. Rejects
   * with ticket-invalid, also for another picture of a view when the views are there.
   * @param ticketHash SHA-256 of the ticket, hex
   */
  collect(
    captureId: string,
    ticketHash: string,
    evidence: BodyViewEvidence,
  ): Promise<{ readonly complete: boolean; readonly capture: BodyCapture }>;
}

/**
 * Parameters of a job of kind `body`. The first job of a capture has the capture's id, one that measures a correction has
 * that of its adjustment: so what jobs leave behind is found without a list of them. Its parts are pictures named by
 * their view, or none where the evidence is kept.
 */
export interface BodyJobParams {
  readonly captureId: string;
  /** A re-measurement with corrected key points. */
  readonly adjustmentId: string | null;
}
