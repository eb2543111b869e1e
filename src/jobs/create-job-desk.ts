import { createHash, randomUUID } from 'node:crypto';
import { FramegateError } from '../protocol/framegate-error.ts';
import type { JobRequest, JobStatus } from '../protocol/jobs.ts';
import { isFinal } from './apply-change.ts';
import type { JobClock, JobEvents, JobQueue } from './job-ports.ts';
import type { JobStore } from './job-store.ts';
import type { JobDesk, SubmitJob } from './types.ts';

export interface JobDeskDeps {
  readonly store: JobStore;
  readonly queue: JobQueue;
  readonly events: JobEvents;
  readonly clock: JobClock;
  /** Throws webhook-refused for an address that may not be told. */
  readonly checkWebhookUrl: (url: string) => Promise<void>;
}

/** Between looks at a job that somebody waits for, should the message of its end be lost. */
const LOOK_AGAIN_MS = 1000;

/** Where work is handed in and asked after. */
export function createJobDesk(deps: JobDeskDeps): JobDesk {
  const { store, queue, events, clock } = deps;

  async function readOwn(jobId: string, owner: string | null): Promise<JobStatus | null> {
    const status = await store.read(jobId);
    return status !== null && status.owner === owner ? status : null;
  }

  async function submit(job: SubmitJob) {
    const { kind, owner, correlation, params, webhookUrl = null } = job;
    if (webhookUrl !== null && job.webhookChecked !== true) await deps.checkWebhookUrl(webhookUrl);
    const jobId = job.jobId ?? randomUUID();
    const nowMs = clock.nowMs();
    const parts = job.parts.map(({ name, contentType, data }) => ({
      name,
      contentType,
      bytes: data.byteLength,
      sha256: createHash('sha256').update(data).digest('hex'),
    }));
    const request: JobRequest = {
      jobId,
      kind,
      owner,
      submittedAtMs: nowMs,
      correlation,
      params,
      parts,
      webhookUrl,
    };
    const status: JobStatus = {
      jobId,
      kind,
      owner,
      state: 'pending',
      attempts: 0,
      progress: 0,
      createdAtMs: nowMs,
      startedAtMs: null,
      finishedAtMs: null,
      error: null,
      correlation,
      subjectId: job.subjectId ?? null,
      webhookUrl,
    };
    const { existing } = await store.create(status, idempotencyOf(job, parts));
    if (existing !== null) return { status: await repeated(existing), isRepeat: true };
    try {
      await queue.publish(
        request,
        job.parts.map(({ data }) => data),
      );
    } catch (thrown) {
      // Nobody will ever work on it.
      await store.remove(jobId).catch(() => {});
      throw thrown;
    }
    events.record('submitted', status);
    return { status, isRepeat: false };
  }

  async function repeated(existing: { jobId: string; sameContent: boolean }): Promise<JobStatus> {
    const first = existing.sameContent ? await store.read(existing.jobId) : null;
    if (first !== null) return first;
    throw new FramegateError(
      'idempotency-conflict',
      'this Idempotency-Key came before with another content; use a new one for new work',
    );
  }

  function wait(jobId: string, { timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal }) {
    const { promise, resolve, reject } = Promise.withResolvers<JobStatus>();
    const look = () => {
      store.read(jobId).then(
        (status) => {
          if (status === null) reject(new FramegateError('job-lost', 'the job is not known any more'));
          else if (isFinal(status.state)) resolve(status);
        },
        // Redis may be back at the next look.
        () => {},
      );
    };
    const stopListening = store.onEnd((ended) => {
      if (ended === jobId) look();
    });
    const looking = setInterval(look, LOOK_AGAIN_MS);
    const timeout = setTimeout(
      () => reject(new FramegateError('job-timeout', 'the job is not finished yet; it goes on')),
      timeoutMs,
    );
    const aborted = () => reject(new FramegateError('job-timeout', 'the caller has gone'));
    signal?.addEventListener('abort', aborted);
    if (signal?.aborted) aborted();
    look();
    return promise.finally(() => {
      stopListening();
      clearInterval(looking);
      clearTimeout(timeout);
      signal?.removeEventListener('abort', aborted);
    });
  }

  async function cancel(jobId: string, owner: string | null): Promise<JobStatus | null> {
    if ((await readOwn(jobId, owner)) === null) return null;
    const outcome = await store.change(jobId, { type: 'cancel', atMs: clock.nowMs() });
    if (outcome === null) return null;
    if (outcome.changed) events.record('cancelled', outcome.status);
    return outcome.status;
  }

  return {
    submit,
    status: readOwn,
    result: async (jobId, owner) => ((await readOwn(jobId, owner)) === null ? null : store.result(jobId)),
    wait,
    cancel,
    forget: async (jobId, owner) => {
      if ((await cancel(jobId, owner)) === null) return false;
      await store.remove(jobId);
      return true;
    },
  };
}

/** The same key means the same work only for the same caller and the same bytes. */
function idempotencyOf(job: SubmitJob, parts: readonly { readonly sha256: string }[]) {
  if (job.idempotencyKey === undefined || job.idempotencyKey === null) return null;
  const hash = (...texts: string[]) => createHash('sha256').update(JSON.stringify(texts)).digest('hex');
  return {
    key: hash(job.kind, job.owner ?? '', job.idempotencyKey),
    contentHash: hash(JSON.stringify(job.params), ...parts.map(({ sha256 }) => sha256)),
  };
}
