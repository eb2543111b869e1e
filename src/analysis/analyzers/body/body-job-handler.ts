import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { BodyJobParams, CaptureBook, CaptureStore, EvidenceStore } from '../../../captures/types.ts';
import type { JobContext, JobHandler, JobOutcome } from '../../../jobs/types.ts';
import type { BodyCapture } from '../../../protocol/body-captures.ts';
import {
  BODY_VIEWS,
  type BodyMeasurement,
  type BodyStage,
  type BodyView,
  type BodyViewEvidence,
  type KeypointCorrection,
  REQUIRED_BODY_VIEWS,
  type Stated,
} from '../../../protocol/body-measurement.ts';
import { FramegateError } from '../../../protocol/framegate-error.ts';
import type { JobRequest } from '../../../protocol/jobs.ts';
import type { StageDurations } from '../../body/assemble-measurement.ts';
import { bodyMeasurements } from './body-measurements.ts';
import { BODY_VERSION, type BodyThreads } from './body-threads.ts';

/** From evidence to sizes. */
export interface BodyMeasurer {
  /** Rejects with capture-not-measurable where the pictures do not allow it, and with model-missing. */
  measure(
    evidence: readonly BodyViewEvidence[],
    stated: Stated,
    durations: StageDurations,
  ): Promise<BodyMeasurement>;
  /** Throws request-invalid for a key point that is none. */
  correct(
    evidence: readonly BodyViewEvidence[],
    keypoints: readonly KeypointCorrection[],
  ): readonly BodyViewEvidence[];
}

export interface BodyJobDeps {
  readonly threads: Pick<BodyThreads, 'models' | 'read'>;
  readonly measurer: BodyMeasurer;
  readonly captures: Pick<CaptureBook, 'begin' | 'keepPictures' | 'complete'>;
  readonly store: Pick<CaptureStore, 'read'>;
  readonly evidence: EvidenceStore;
}

type Parts = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

const paramsSchema = z.object({ captureId: z.string(), adjustmentId: z.string().nullable() });
/** Of the work, until all pictures are read, and until the sizes are known. */
const READ_SHARE = 0.8;
const MEASURED_SHARE = 0.9;

/**
 * Measures a capture from its job's pictures, or from what is kept of them. What a picture says is kept as soon as it is
 * known: a second run reads no picture again. Of a capture that is deleted meanwhile nothing stays, and its job ends as
 * `failed` with not-found: nobody is to be given its result. What becomes of the capture when the job fails for good is
 * `tellBodyCapture`'s, which also hears of jobs that were lost.
 */
export function createBodyJobHandler(deps: BodyJobDeps): JobHandler {
  const { threads, measurer, captures, evidence } = deps;

  async function run(request: JobRequest, parts: Parts, context: JobContext): Promise<JobOutcome> {
    const { captureId, adjustmentId } = paramsOf(request);
    const capture = await captures.begin(captureId);
    if (capture === null) return forget(captureId);
    try {
      const { seen, durations } = await evidenceOf(captureId, parts, context);
      refuseMissing(seen);
      const corrected =
        adjustmentId === null ? seen : measurer.correct(seen, keypointsOf(capture, adjustmentId));
      const measurement = await measurer.measure(corrected, capture.stated, durations);
      context.progress(MEASURED_SHARE);
      await captures.keepPictures(captureId, picturesOf(request, parts));
      await captures.complete(captureId, measurement, adjustmentId);
      if (await isGone(captureId)) return await forget(captureId);
      const { models } = measurement;
      return { result: { ...measurement }, measurements: bodyMeasurements(measurement), models };
    } catch (thrown) {
      if (await isGone(captureId)) return forget(captureId);
      throw thrown;
    }
  }

  /** Of the job's pictures, each read at most once over all runs of the job; without pictures, of all that is kept. */
  async function evidenceOf(
    captureId: string,
    parts: Parts,
    { signal, progress }: JobContext,
  ): Promise<{ readonly seen: readonly BodyViewEvidence[]; readonly durations: StageDurations }> {
    const kept = await evidence.all(captureId);
    const views = BODY_VIEWS.filter((view) => parts.has(view));
    if (views.length === 0) return { seen: kept, durations: {} };
    const durations: Partial<Record<BodyStage, number>> = {};
    let done = 0;
    const read = await Promise.allSettled(
      views.map(async (view) => {
        const image = parts.get(view)!;
        const known = kept.find((one) => one.view === view && one.imageSha256 === sha256(image));
        const seen = known ?? (await readView(captureId, view, image, { signal, durations }));
        done++;
        progress((READ_SHARE * done) / views.length);
        return seen;
      }),
    );
    // Not at the first that fails: what the others keep has to be there before anybody clears it away.
    const seen = read.map((outcome) => {
      if (outcome.status === 'rejected') throw outcome.reason;
      return outcome.value;
    });
    return { seen, durations };
  }

  async function readView(
    captureId: string,
    view: BodyView,
    image: Uint8Array<ArrayBuffer>,
    { signal, durations }: { signal: AbortSignal; durations: Partial<Record<BodyStage, number>> },
  ): Promise<BodyViewEvidence> {
    // The thread takes its bytes away, and they may have to be kept.
    const read = await threads.read(view, new Uint8Array(image), signal);
    await evidence.put(captureId, read.evidence);
    for (const [stage, ms] of Object.entries(read.durations) as [BodyStage, number][])
      durations[stage] = (durations[stage] ?? 0) + ms;
    return read.evidence;
  }

  async function isGone(captureId: string): Promise<boolean> {
    return (await deps.store.read(captureId)) === null;
  }

  async function forget(captureId: string): Promise<never> {
    await evidence.remove(captureId);
    throw new FramegateError('not-found', 'the capture is gone: nothing of it is measured or kept');
  }

  return { kind: 'body', version: BODY_VERSION, modelsOf: () => threads.models, run };
}

function paramsOf({ params }: JobRequest): BodyJobParams {
  const parsed = paramsSchema.safeParse(params);
  if (!parsed.success) throw new FramegateError('request-invalid', 'the job has other params than it takes');
  return parsed.data;
}

function refuseMissing(seen: readonly BodyViewEvidence[]): void {
  const missing = REQUIRED_BODY_VIEWS.filter((view) => !seen.some((one) => one.view === view));
  if (missing.length === 0) return;
  throw new FramegateError('capture-not-measurable', `there is no picture ${missing.join(' and none ')}`, {
    details: { views: missing },
  });
}

function keypointsOf({ adjustments }: BodyCapture, adjustmentId: string): readonly KeypointCorrection[] {
  const keypoints = adjustments.find((one) => one.adjustmentId === adjustmentId)?.keypoints;
  if (keypoints) return keypoints;
  throw new FramegateError('request-invalid', 'the capture has no correction of this id');
}

function picturesOf(request: JobRequest, parts: Parts) {
  return BODY_VIEWS.flatMap((view) => {
    const data = parts.get(view);
    const contentType = request.parts.find(({ name }) => name === view)?.contentType;
    return data === undefined || contentType === undefined ? [] : [{ view, data, contentType }];
  });
}

function sha256(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
