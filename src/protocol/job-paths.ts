import type { JobKind } from './jobs.ts';

/** Where a job is asked after at the api, without its host: an api knows only where it listens, not how it is reached. */
export interface JobPaths {
  readonly status: string;
  readonly result: string;
}

/** null for kinds whose jobs nobody can ask after by their id. */
export function jobPaths(kind: JobKind, jobId: string): JobPaths | null {
  const id = encodeURIComponent(jobId);
  switch (kind) {
    case 'image-variants':
      return { status: `/api/v1/images/jobs/${id}`, result: `/api/v1/images/jobs/${id}/result` };
    case 'face-contours':
      return { status: `/api/v1/frontal/crop/status/${id}`, result: `/api/v1/frontal/contours/${id}` };
    // Asked after by the id of their capture.
    case 'body':
    case 'skin':
    case 'webhook':
      return null;
  }
}
