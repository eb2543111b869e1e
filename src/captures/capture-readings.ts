import type { Caller } from '../protocol/accounts.ts';
import type { BodyCapture, BodyCaptureStatus } from '../protocol/body-captures.ts';
import { BODY_VIEWS, type BodyView, type KeypointCorrection } from '../protocol/body-measurement.ts';
import type { JobStatus } from '../protocol/jobs.ts';
import { seen } from './capture-rights.ts';
import { changeCapture } from './change-capture.ts';
import { auditOthers, type CaptureDeskDeps } from './desk-deps.ts';
import { failedForGood } from './listed-artifacts.ts';
import { waitsForMeasurement } from './remeasured-capture.ts';
import type { CapturePage } from './types.ts';

export interface CaptureProgress {
  readonly captureId: string;
  readonly status: BodyCaptureStatus;
  /** From 1; null for what does not wait. */
  readonly queuePosition: number | null;
  /** 0..1 */
  readonly progress: number;
  /** Whether each picture that it is measured from is there. */
  readonly views: Readonly<Partial<Record<BodyView, boolean>>>;
  readonly error: BodyCapture['error'];
}

export interface CaptureReadings {
  /** Where the key points of a body were seen, in pixels of their picture; none of pictures that are not kept. Rejects as `read`. */
  keypoints(caller: Caller, captureId: string): Promise<readonly KeypointCorrection[]>;
  /** Rejects with not-found for what is not there and for what the caller may not see. */
  read(caller: Caller, captureId: string, why: 'result-read' | 'history-read'): Promise<BodyCapture>;
  /** How the capture and its job stand together. Rejects as `read`. */
  progress(caller: Caller, captureId: string): Promise<CaptureProgress>;
  /** The caller's own, newest first; see CaptureStore. */
  own(caller: Caller, page: CapturePage): Promise<readonly BodyCapture[]>;
}

/** A capture is kept before its job is handed in; a job that is not known after this long is lost. */
const JOB_COMES_WITHIN_MS = 60_000;

export function createReadings(deps: CaptureDeskDeps): CaptureReadings {
  const { store, jobs } = deps;

  /** The capture, with its job; one whose job has come to nothing is failed from now on. */
  async function withJob(
    found: BodyCapture,
  ): Promise<{ readonly capture: BodyCapture; readonly job: JobStatus | null }> {
    const isOpen = found.metrics === null ? isWaiting(found) : found.adjustments.some(waitsForMeasurement);
    if (!isOpen || found.jobId === null) return { capture: found, job: null };
    const job = await jobs.status(found.jobId, found.userId);
    const error = fateOf(job, deps.nowMs() - found.updatedAtMs);
    if (error === null) return { capture: found, job };
    const { jobId } = found;
    const capture = await changeCapture(deps, found.captureId, (one) =>
      // Done, or measured again, since it was looked at.
      one.jobId === jobId && one.revision === found.revision ? failedForGood(deps, one, error) : null,
    );
    await store.dequeue(found.captureId);
    return { capture: capture ?? found, job };
  }

  return {
    async read(caller, captureId, why) {
      const found = seen(caller, await store.read(captureId));
      auditOthers(deps, caller, found, `capture.${why}`);
      return (await withJob(found)).capture;
    },
    async progress(caller, captureId) {
      const { capture, job } = await withJob(seen(caller, await store.read(captureId)));
      const status = statusWith(capture, job);
      const queuePosition = status === 'queued' ? await store.queuePosition(captureId) : null;
      const { expectedViews, views, error } = capture;
      return {
        captureId,
        status,
        queuePosition,
        progress: progressOf(status, job),
        views: Object.fromEntries(
          BODY_VIEWS.filter((view) => expectedViews.includes(view) || views.includes(view)).map((view) => [
            view,
            views.includes(view),
          ]),
        ),
        error,
      };
    },
    async keypoints(caller, captureId) {
      const found = seen(caller, await store.read(captureId));
      auditOthers(deps, caller, found, 'capture.keypoints-read');
      const names = [...deps.pointNames];
      return (await deps.evidence.all(captureId)).flatMap(({ view, body }) => {
        if (body === null || (view !== 'front' && view !== 'side')) return [];
        return names.map((point, index) => ({
          view,
          point,
          x: body.landmarks[index * 3] ?? 0,
          y: body.landmarks[index * 3 + 1] ?? 0,
        }));
      });
    },
    own: (caller, page) => store.listOf(caller.userId, page),
  };
}

function isWaiting({ status }: BodyCapture): boolean {
  return status === 'queued' || status === 'processing';
}

/** What the job has come to, where that is nothing. */
function fateOf(job: JobStatus | null, ageMs: number): BodyCapture['error'] {
  if (job === null) {
    return ageMs < JOB_COMES_WITHIN_MS
      ? null
      : { code: 'job-lost', message: 'the job of this capture is not known any more; upload it again' };
  }
  if (job.state === 'failed') return job.error ?? { code: 'job-failed', message: 'the job failed' };
  if (job.state === 'cancelled') return { code: 'job-cancelled', message: 'the job was cancelled' };
  return null;
}

/** While it is measured, or measured again, its job says how far that is. */
function statusWith({ status, adjustments, metrics }: BodyCapture, job: JobStatus | null): BodyCaptureStatus {
  if (job === null) return status;
  const isOpen = metrics === null ? status !== 'failed' : adjustments.some(waitsForMeasurement);
  if (!isOpen || job.state === 'completed') return status;
  return job.state === 'pending' ? 'queued' : 'processing';
}

function progressOf(status: BodyCaptureStatus, job: JobStatus | null): number {
  if (status === 'done' || status === 'edited') return 1;
  return status === 'processing' ? (job?.progress ?? 0) : 0;
}
