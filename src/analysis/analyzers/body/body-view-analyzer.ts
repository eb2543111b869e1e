import type { BodyJobParams, CaptureBook } from '../../../captures/types.ts';
import type { JobDesk } from '../../../jobs/types.ts';
import type { BodyViewEvidence } from '../../../protocol/body-measurement.ts';
import { viewOfProfile } from '../../../protocol/body-vocabulary.ts';
import { FramegateError } from '../../../protocol/framegate-error.ts';
import type { CaptureRecord } from '../../../protocol/records.ts';
import type { Analyzer } from '../../types.ts';
import { BODY_VERSION, type BodyThreads } from './body-threads.ts';
import { bodyViewResult, type Collected } from './body-view-result.ts';

export interface BodyViewAnalyzerDeps {
  readonly threads: Pick<BodyThreads, 'models' | 'read'>;
  readonly captures: Pick<CaptureBook, 'collect' | 'keepPictures'>;
  readonly jobs: Pick<JobDesk, 'submit'>;
}

const NOT_COLLECTED: Collected = { collected: false, notCollected: null, complete: false, jobId: null };

/**
 * A view of a live session. Where it was taken for a body capture it is added there, and the last one hands in the job
 * that measures. A view with a problem that blocks is not added: its place stays free for a better one. The threads are
 * the caller's: they serve jobs too, and are closed by whoever made them.
 */
export function createBodyViewAnalyzer(deps: BodyViewAnalyzerDeps): Analyzer {
  const { threads, captures, jobs } = deps;

  async function collect(
    record: CaptureRecord,
    evidence: BodyViewEvidence,
    image: Uint8Array,
  ): Promise<Collected> {
    if (record.collect === undefined) return NOT_COLLECTED;
    if (evidence.problems.some(({ blocks }) => blocks)) return { ...NOT_COLLECTED, notCollected: 'blocked' };
    const { captureId, ticketHash } = record.collect;
    const added = await captures.collect(captureId, ticketHash, evidence).catch((thrown: unknown) => {
      if (thrown instanceof FramegateError && thrown.code === 'ticket-invalid') return null;
      throw thrown;
    });
    if (added === null) return { ...NOT_COLLECTED, notCollected: 'ticket-invalid' };
    const contentType = `image/${record.format}`;
    const { complete, capture } = added;
    // A picture that comes again when all is measured must not begin its time anew.
    if (capture.metrics === null)
      await captures.keepPictures(captureId, [{ view: evidence.view, data: image, contentType }]);
    const jobId = complete ? capture.jobId : null;
    if (jobId !== null) {
      // The ids are the capture's own: a view that is delivered again finds the job that is there.
      await jobs.submit({
        kind: 'body',
        owner: capture.userId,
        correlation: { requestId: record.captureId, analysisSessionId: record.sessionId, frameSeq: null },
        params: { captureId, adjustmentId: null } satisfies BodyJobParams,
        parts: [],
        subjectId: captureId,
        idempotencyKey: captureId,
        jobId,
      });
    }
    return { collected: true, notCollected: null, complete, jobId };
  }

  return {
    kind: 'body-view',
    version: BODY_VERSION,
    get models() {
      return threads.models;
    },
    async analyse(record, image, signal) {
      const view = viewOfProfile(record.profile);
      if (view === null)
        throw new FramegateError('analysis-failed', `a ${record.profile} is no view of a body`);
      // The thread takes its bytes away, and they may have to be kept.
      const { evidence } = await threads.read(view, new Uint8Array(image), signal);
      const result = bodyViewResult(evidence, await collect(record, evidence, image));
      return { result: { ...result }, measurements: [], models: evidence.models };
    },
    close: async () => {},
  };
}
