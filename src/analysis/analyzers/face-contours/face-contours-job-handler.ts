import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { JobHandler, JobOutcome } from '../../../jobs/types.ts';
import { type ContourJobParams, contourJobParamsSchema } from '../../../protocol/contour-options.ts';
import { FramegateError } from '../../../protocol/framegate-error.ts';
import type { JobRequest } from '../../../protocol/jobs.ts';
import { measurementSchema } from '../../../protocol/records.ts';
import { type CacheKey, type ContourCache, requestDigest } from './cache/contour-cache.ts';
import { FACE_CONTOURS_VERSION, type FaceContoursThreads } from './face-contours-threads.ts';

export interface FaceContoursJobDeps {
  readonly threads: FaceContoursThreads;
  /** null: every job is drawn. */
  readonly cache: ContourCache | null;
  /** Before each job's work, except in loadtest mode: to try a client against a slow service. */
  readonly delayMs: number;
  readonly onCache?: (outcome: 'hit' | 'near' | 'miss' | 'unavailable') => void;
}

const keptSchema = z.object({
  result: z.record(z.string(), z.unknown()),
  measurements: z.array(measurementSchema),
});

type Parts = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

/** Draws a job's picture: the regions of its part `segmentation-map` where there is one, else the mesh's. */
export function createFaceContoursJobHandler(deps: FaceContoursJobDeps): JobHandler {
  const { threads, cache } = deps;

  async function run(request: JobRequest, parts: Parts, signal: AbortSignal): Promise<JobOutcome> {
    const params = paramsOf(request);
    const image = parts.get('image');
    if (image === undefined) throw new FramegateError('request-invalid', 'the job has no image');
    if (deps.delayMs > 0 && !params.loadtestMode) await pause(deps.delayMs, signal);
    // Also where nothing is cached: it decodes the picture, which nothing else does beside a map.
    const fingerprint = await threads.fingerprint(image, signal);
    const map = parts.get('segmentation-map');
    const mapSha256 = request.parts.find(({ name }) => name === 'segmentation-map')?.sha256 ?? null;
    const version = versionOf(threads);
    const key: CacheKey = {
      owner: request.owner,
      likeness: fingerprint.likeness,
      digest: requestDigest(fingerprint, mapSha256, params, version),
    };
    const known = await find(key);
    if (known !== null) return known;
    const landmarks = params.landmarks?.map(([x, y]) => ({ x, y })) ?? null;
    const drawn =
      map === undefined
        ? await threads.draw({ type: 'mesh', image, landmarks, options: params.options }, signal)
        : await threads.draw(
            {
              type: 'map',
              map,
              width: fingerprint.width,
              height: fingerprint.height,
              landmarks: landmarks ?? [],
              options: params.options,
            },
            signal,
          );
    const outcome = { result: { ...drawn.result }, measurements: drawn.measurements };
    // Other models may have come into use meanwhile: nobody can say then by which it was drawn.
    if (versionOf(threads) === version) {
      await cache?.keep(key, outcome).catch(() => {
        // The next one of its kind is drawn again, that is all.
      });
    }
    return outcome;
  }

  async function find(key: CacheKey): Promise<JobOutcome | null> {
    if (cache === null) return null;
    try {
      const answer = await cache.find(key);
      deps.onCache?.(answer.outcome);
      return answer.outcome === 'hit' ? keptSchema.parse(answer.result) : null;
    } catch {
      deps.onCache?.('unavailable');
      return null;
    }
  }

  return {
    kind: 'face-contours',
    version: FACE_CONTOURS_VERSION,
    modelsOf: () => threads.models,
    run: async (request, parts, { signal }) => {
      const { result, measurements } = await run(request, parts, signal);
      return { result: { ...result, doneStatus: paramsOf(request).doneStatus }, measurements };
    },
  };
}

function paramsOf(request: JobRequest): ContourJobParams {
  const parsed = contourJobParamsSchema.safeParse(request.params);
  if (!parsed.success) throw new FramegateError('request-invalid', 'the job has other params than it takes');
  return parsed.data;
}

async function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  await delay(delayMs, undefined, { signal }).catch((cause: unknown) => {
    throw new FramegateError('server-draining', 'the worker is stopping', { retryable: true, cause });
  });
}

/** Of all that draws: the same request may give another result where it differs. */
function versionOf({ models }: Pick<FaceContoursThreads, 'models'>): string {
  return [FACE_CONTOURS_VERSION, ...models.map(({ name, sha256 }) => `${name}:${sha256}`)].join(' ');
}
