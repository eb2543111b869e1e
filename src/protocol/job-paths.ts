import type { JobKind } from './jobs.ts';

/** Where a job is asked after at the api, without its host: an api knows only where it listens, not how it is reached. */
export interface JobPaths {
  readonly status: string;
  readonly result: string;
}

/**
 * null for kinds whose jobs nobody can ask after.
 * @param subjectId what the job works on, where that has an id of its own
 */
export function jobPaths(kind: JobKind, jobId: string, subjectId: string | null): JobPaths | null {
  const id = encodeURIComponent(jobId);
  switch (kind) {
    case 'image-variants':
      return { status: `/api/v1/images/jobs/${id}`, result: `/api/v1/images/jobs/${id}/result` };
    case 'face-contours':
      return { status: `/api/v1/frontal/crop/status/${id}`, result: `/api/v1/frontal/contours/${id}` };
    case 'body': {
      if (subjectId === null) return null;
      const capture = `/api/v1/capture/${encodeURIComponent(subjectId)}`;
      return { status: `${capture}/status`, result: `${capture}/results` };
    }
    case 'partner-batch': {
      const batch = `/api/v1/partner/batches/${id}`;
      return { status: batch, result: batch };
    }
    // Its caller waits for the answer.
    case 'skin':
    case 'webhook':
      return null;
  }
}
