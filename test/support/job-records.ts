import type { JobRequest, JobStatus } from '../../src/protocol/jobs.ts';

export const CORRELATION = { requestId: 'request-1', analysisSessionId: null, frameSeq: null };

export function jobStatus(jobId: string, overrides: Partial<JobStatus> = {}): JobStatus {
  return {
    jobId,
    kind: 'skin',
    owner: null,
    state: 'pending',
    attempts: 0,
    progress: 0,
    createdAtMs: 1_760_000_000_000,
    startedAtMs: null,
    finishedAtMs: null,
    error: null,
    correlation: CORRELATION,
    subjectId: null,
    webhookUrl: null,
    ...overrides,
  };
}

export function jobRequest(jobId: string, overrides: Partial<JobRequest> = {}): JobRequest {
  return {
    jobId,
    kind: 'skin',
    owner: null,
    submittedAtMs: 1_760_000_000_000,
    correlation: CORRELATION,
    params: {},
    parts: [],
    webhookUrl: null,
    ...overrides,
  };
}
