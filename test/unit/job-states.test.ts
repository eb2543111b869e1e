import { describe, expect, it } from 'vitest';
import { applyChange, isFinal } from '../../src/jobs/apply-change.ts';
import { JOB_STATES, type JobChange, type JobState } from '../../src/protocol/jobs.ts';
import { jobStatus } from '../support/job-records.ts';

const ERROR = { code: 'analysis-timeout', message: 'slow' };
const CHANGES: readonly JobChange[] = [
  { type: 'start', atMs: 9 },
  { type: 'retry', attempt: 1, error: ERROR },
  { type: 'complete', atMs: 9, result: {} },
  { type: 'fail', attempt: 1, atMs: 9, error: ERROR },
  { type: 'cancel', atMs: 9 },
];
/** From each state, what start, retry, complete, fail and cancel lead to. */
const NEXT: Record<JobState, readonly JobState[]> = {
  pending: ['processing', 'retrying', 'completed', 'failed', 'cancelled'],
  processing: ['processing', 'retrying', 'completed', 'failed', 'cancelled'],
  retrying: ['processing', 'retrying', 'completed', 'failed', 'cancelled'],
  completed: ['completed', 'completed', 'completed', 'completed', 'completed'],
  failed: ['failed', 'failed', 'failed', 'failed', 'failed'],
  cancelled: ['cancelled', 'cancelled', 'cancelled', 'cancelled', 'cancelled'],
};

describe('a job’s states', () => {
  for (const state of JOB_STATES) {
    for (const [i, change] of CHANGES.entries()) {
      it(`${state}, ${change.type} → ${NEXT[state][i]}`, () => {
        const before = jobStatus('j', { state, attempts: 1 });
        const after = applyChange(before, change);
        expect(after.state).toBe(NEXT[state][i]);
        if (isFinal(state)) expect(after).toBe(before);
        expect(after.finishedAtMs).toBe(isFinal(after.state) && !isFinal(state) ? 9 : null);
      });
    }
  }

  it('a try counts when it begins, and the first begin stays', () => {
    const first = applyChange(jobStatus('j'), { type: 'start', atMs: 5 });
    const second = applyChange({ ...first, progress: 0.7 }, { type: 'start', atMs: 8 });
    expect(second).toMatchObject({ attempts: 2, startedAtMs: 5, progress: 0 });
  });

  it('a success has no error, a failure its own', () => {
    const retrying = jobStatus('j', { state: 'retrying', attempts: 1, error: ERROR });
    expect(applyChange(retrying, { type: 'complete', atMs: 9, result: {} })).toMatchObject({
      error: null,
      progress: 1,
    });
    const worse = { code: 'image-corrupt', message: 'broken' };
    expect(applyChange(retrying, { type: 'fail', attempt: 1, atMs: 9, error: worse }).error).toBe(worse);
  });

  it.each(['retry', 'fail'] as const)(
    'a %s of a try that another one has followed changes nothing',
    (type) => {
      const status = jobStatus('j', { state: 'processing', attempts: 2 });
      expect(applyChange(status, { type, attempt: 1, atMs: 9, error: ERROR })).toBe(status);
    },
  );
});
