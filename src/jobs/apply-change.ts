import { FINAL_JOB_STATES, type JobChange, type JobState, type JobStatus } from '../protocol/jobs.ts';

export function isFinal(state: JobState): boolean {
  return FINAL_JOB_STATES.includes(state);
}

/** The status after a change; the same object where the job has ended, which nothing undoes, or is in later hands. Pure. */
export function applyChange(status: JobStatus, change: JobChange): JobStatus {
  if (isFinal(status.state)) return status;
  switch (change.type) {
    case 'start':
      return {
        ...status,
        state: 'processing',
        attempts: status.attempts + 1,
        startedAtMs: status.startedAtMs ?? change.atMs,
        progress: 0,
      };
    case 'retry':
      if (change.attempt !== status.attempts) return status;
      return { ...status, state: 'retrying', error: change.error };
    case 'complete':
      return { ...status, state: 'completed', finishedAtMs: change.atMs, progress: 1, error: null };
    case 'fail':
      if (change.attempt !== status.attempts) return status;
      return { ...status, state: 'failed', finishedAtMs: change.atMs, error: change.error };
    case 'cancel':
      return { ...status, state: 'cancelled', finishedAtMs: change.atMs };
  }
}
