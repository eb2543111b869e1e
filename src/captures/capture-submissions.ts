import type { Caller } from '../protocol/accounts.ts';
import type { BodyCapture } from '../protocol/body-captures.ts';
import { BODY_VIEWS, type BodyView, REQUIRED_BODY_VIEWS, type Stated } from '../protocol/body-measurement.ts';
import { FramegateError } from '../protocol/framegate-error.ts';
import type { Correlation } from '../protocol/jobs.ts';
import { writeCaptureRows } from './capture-rows.ts';
import { createCapture } from './change-capture.ts';
import { derivedId } from './derived-id.ts';
import { accountOf, type CaptureDeskDeps } from './desk-deps.ts';
import { type GivenMeasurement, givenMeasurement } from './given-measurement.ts';
import { measured } from './measured-capture.ts';
import { emptyCapture, liveCapture, type NewCapture, uploadedCapture } from './new-capture.ts';
import { sha256 } from './sha256.ts';
import type { BodyJobParams } from './types.ts';

interface Submission {
  readonly stated: Stated;
  /** What the caller asks for; true needs the account's consent. */
  readonly storeImages: boolean;
}

export interface UploadedPicture {
  readonly view: BodyView;
  readonly contentType: string;
  readonly data: Uint8Array;
}

export interface PictureSubmission extends Submission {
  readonly source: BodyCapture['source'];
  readonly pictures: readonly UploadedPicture[];
  readonly webhookUrl: string | null;
  readonly correlation: Correlation;
  readonly idempotencyKey: string | null;
}

export interface MetricsSubmission extends Submission {
  readonly source: BodyCapture['source'];
  readonly measurement: GivenMeasurement;
  readonly idempotencyKey: string | null;
  /** Whose customer it is. */
  readonly partner?: BodyCapture['partner'];
}

export interface LiveSubmission extends Submission {
  readonly views: readonly BodyView[];
}

/** All of them reject with consent-missing where pictures are to be kept and the account has not allowed it. */
export interface CaptureSubmissions {
  /**
   * Resolves when the job is durable. Rejects with views-missing, and as JobDesk.submit; nothing is left behind then. The
   * same Idempotency-Key with the same content gives the same capture.
   */
  upload(caller: Caller, given: PictureSubmission): Promise<BodyCapture>;
  /** Done at once. Rejects with idempotency-conflict. */
  submitMetrics(caller: Caller, given: MetricsSubmission): Promise<BodyCapture>;
  /** The ticket is told once, and kept as its SHA-256. Rejects with views-missing. */
  openLive(
    caller: Caller,
    given: LiveSubmission,
  ): Promise<{ readonly capture: BodyCapture; readonly ticket: string }>;
}

export function createSubmissions(deps: CaptureDeskDeps): CaptureSubmissions {
  const { store, jobs, records } = deps;

  async function begin(
    caller: Caller,
    captureId: string,
    { stated, storeImages }: Submission,
    source: BodyCapture['source'],
  ): Promise<NewCapture> {
    const { consent } = await accountOf(deps, caller);
    if (storeImages && !consent.store_images) {
      throw new FramegateError(
        'consent-missing',
        'store_images=true needs the consent store_images of the account',
      );
    }
    const { userId } = caller;
    return { captureId, userId, nowMs: deps.nowMs(), storeImages, consent, source, stated };
  }

  /**
   * An erasure removes the account, then the captures that it finds: where it has not found this one, the account is gone
   * by now. Throws token-invalid then, and the capture goes too; late rows of it are turned away.
   */
  async function checkStays(caller: Caller, captureId: string): Promise<void> {
    try {
      await accountOf(deps, caller);
    } catch (thrown) {
      await store.remove(captureId).catch(() => {});
      throw thrown;
    }
  }

  async function upload(caller: Caller, given: PictureSubmission): Promise<BodyCapture> {
    const { pictures, idempotencyKey } = given;
    const views = BODY_VIEWS.filter((view) => pictures.some((one) => one.view === view));
    refuseMissing(views);
    const content = pictures.map(({ view, data }) => [view, sha256(data)]);
    const captureId =
      idempotencyKey === null
        ? deps.newId()
        : derivedId(
            JSON.stringify([caller.userId, idempotencyKey, content, given.stated, given.storeImages]),
          );
    const asked = uploadedCapture(await begin(caller, captureId, given, given.source), views, captureId);
    const isNew = await store.create(asked);
    if (isNew) await checkStays(caller, captureId);
    const capture = isNew ? asked : ((await store.read(captureId)) ?? asked);
    // A request that came before: what has been begun needs no job any more.
    if (capture.status !== 'queued') return capture;
    const { userId } = capture;
    try {
      // Before the job: a worker may have it at once, and takes it out of the queue.
      if (isNew) await store.enqueue(captureId, capture.createdAtMs);
      await jobs.submit({
        kind: 'body',
        owner: userId,
        correlation: given.correlation,
        params: { captureId, adjustmentId: null } satisfies BodyJobParams,
        parts: pictures.map(({ view, contentType, data }) => ({ name: view, contentType, data })),
        subjectId: captureId,
        webhookUrl: given.webhookUrl,
        idempotencyKey,
        jobId: captureId,
      });
    } catch (thrown) {
      if (isNew) await store.remove(captureId).catch(() => {});
      throw thrown;
    }
    if (isNew) writeCaptureRows(records, null, capture);
    return capture;
  }

  return {
    upload,
    async submitMetrics(caller, given) {
      const { idempotencyKey, partner = null } = given;
      const captureId =
        idempotencyKey === null
          ? deps.newId()
          : derivedId(JSON.stringify([caller.userId, idempotencyKey, partner?.reference ?? null]));
      const empty = emptyCapture({ ...(await begin(caller, captureId, given, given.source)), partner });
      const capture = measured(empty, givenMeasurement(given.measurement), null, empty.createdAtMs) ?? empty;
      if (await createCapture(deps, capture)) {
        await checkStays(caller, captureId);
        return capture;
      }
      const first = await store.read(captureId);
      if (
        first !== null &&
        JSON.stringify(first.metrics?.original) === JSON.stringify(capture.metrics?.original)
      )
        return first;
      throw new FramegateError(
        'idempotency-conflict',
        'this Idempotency-Key came before with another content; use a new one for new work',
      );
    },
    async openLive(caller, given) {
      const views = BODY_VIEWS.filter((view) => given.views.includes(view));
      refuseMissing(views);
      const ticket = deps.newTicket();
      const capture = liveCapture(
        await begin(caller, deps.newId(), given, 'web'),
        views,
        sha256(Buffer.from(ticket)),
      );
      await createCapture(deps, capture);
      await checkStays(caller, capture.captureId);
      return { capture, ticket };
    },
  };
}

function refuseMissing(views: readonly BodyView[]): void {
  const missing = REQUIRED_BODY_VIEWS.filter((view) => !views.includes(view));
  if (missing.length === 0) return;
  throw new FramegateError('views-missing', `a measurement needs ${missing.join(' and ')} too`, {
    details: { views: missing },
  });
}
