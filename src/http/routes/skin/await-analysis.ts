import type { JobDesk } from '../../../jobs/types.ts';
import { ERROR_CODES, type ErrorCode } from '../../../protocol/error-codes.ts';
import { FramegateError } from '../../../protocol/framegate-error.ts';
import type { JobFailure, JobStatus } from '../../../protocol/jobs.ts';

export interface Waiting {
  readonly subject: string | null;
  /** Aborted when the caller is gone. */
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  /** Whether the job is of use to nobody once its caller is gone. */
  readonly endsWithCaller: boolean;
}

/** What their names say is for the log alone, where the worker has written it. */
const INSIDE: readonly string[] = ['internal', 'worker-crashed'];

/**
 * A job's result, once it is there. Rejects with what the job failed by, job-failed, job-cancelled, job-lost, with
 * job-timeout where it has not ended in time, and with provider-unavailable where it has not because of that.
 */
export async function awaitAnalysis(
  desk: Pick<JobDesk, 'status' | 'wait' | 'result' | 'cancel'>,
  jobId: string,
  { subject, signal, timeoutMs, endsWithCaller }: Waiting,
): Promise<Record<string, unknown>> {
  const status = await desk.wait(jobId, { timeoutMs, signal }).catch(async (thrown: unknown) => {
    const isLate = thrown instanceof FramegateError && thrown.code === 'job-timeout';
    const setback = isLate ? await setbackOf(jobId) : null;
    // Nobody can ask for its result any more.
    if (endsWithCaller && (isLate || signal.aborted)) await desk.cancel(jobId, subject);
    throw setback ?? thrown;
  });
  if (status.state !== 'completed') throw failureOf(status);
  const result = await desk.result(jobId, subject);
  if (result === null) throw new FramegateError('job-lost', 'the analysis is not known any more');
  return result;

  /** A provider that is away must not look like one that is slow: it is tried again for longer than callers wait. */
  async function setbackOf(id: string): Promise<FramegateError | null> {
    const status = await desk.status(id, subject);
    if (status?.state !== 'retrying' || status.error?.code !== 'provider-unavailable') return null;
    return errorOf(status.error);
  }
}

function failureOf({ state, error }: JobStatus): FramegateError {
  if (state === 'cancelled') return new FramegateError('job-cancelled', 'the analysis was cancelled');
  return errorOf(error ?? { code: 'job-failed', message: 'the analysis failed' });
}

function errorOf({ code, message }: JobFailure): FramegateError {
  if (!Object.hasOwn(ERROR_CODES, code) || INSIDE.includes(code)) {
    return new FramegateError('job-failed', 'the analysis failed');
  }
  return new FramegateError(code as ErrorCode, message);
}
