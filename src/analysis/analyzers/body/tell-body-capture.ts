import type { CaptureBook } from '../../../captures/types.ts';
import type { JobStatus } from '../../../protocol/jobs.ts';

/**
 * Tells a capture that its job has failed for good, whoever found that out: its worker, or the sweep that found nobody
 * working on it. May be told twice. To be called before anybody outside is told of the job's end.
 */
export async function tellBodyCapture(
  captures: Pick<CaptureBook, 'fail'>,
  { kind, state, subjectId, error }: JobStatus,
): Promise<void> {
  if (kind !== 'body' || state !== 'failed' || subjectId === null) return;
  await captures.fail(subjectId, error ?? { code: 'internal', message: 'the job failed' });
}
