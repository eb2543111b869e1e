import type { FramegateError } from '../protocol/framegate-error.ts';
import type { JobFailure, JobRequest } from '../protocol/jobs.ts';
import type { ModelIdentity, ResultRecord } from '../protocol/records.ts';
import type { JobOutcome } from './types.ts';

export interface EndedWork {
  readonly finishedAtMs: number;
  readonly durationMs: number;
  /** From 1. */
  readonly attempt: number;
  readonly outcome: JobOutcome | FramegateError | JobFailure;
  /** '' and no models where nobody came to the end of the work. */
  readonly analyzerVersion: string;
  readonly models: readonly ModelIdentity[];
  readonly codeVersion: string;
  /** '' where it is not known any more. */
  readonly imageSha256: string;
}

/** What RESULTS is told of a job that has ended. */
export function jobResult(
  { jobId, kind, correlation }: Pick<JobRequest, 'jobId' | 'kind' | 'correlation'>,
  work: EndedWork,
): ResultRecord {
  const { finishedAtMs, durationMs, attempt, outcome, codeVersion, imageSha256 } = work;
  const done = 'measurements' in outcome ? outcome : null;
  const error = 'measurements' in outcome ? null : { code: outcome.code, message: outcome.message };
  const sessionId = correlation.analysisSessionId ?? jobId;
  return {
    captureId: jobId,
    sessionId,
    kind,
    status: done === null ? 'failed' : 'done',
    profile: 'upload',
    finishedAtMs,
    durationMs,
    attempt,
    measurements: [...(done?.measurements ?? [])],
    result: done?.result ?? null,
    error,
    provenance: {
      analyzer: kind,
      analyzerVersion: work.analyzerVersion,
      codeVersion,
      models: [...(done?.models ?? work.models)],
      thresholds: {},
      sessionId,
      captureId: jobId,
      seq: 0,
      imageSha256,
    },
    correlation,
  };
}
