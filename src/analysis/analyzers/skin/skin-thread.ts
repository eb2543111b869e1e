/** A thread that measures skin: models are loaded once, one still at a time. */
import { parentPort, workerData } from 'node:worker_threads';
import { createFrameAnalysis } from '../../../vision/analyse-frame.ts';
import { decodeImage } from '../../../vision/decode-image.ts';
import { createFaceFinder } from '../../../vision/face-finder.ts';
import { loadFaceModels } from '../../../vision/load-face-models.ts';
import { type JobServer, serveJobs } from '../../../vision/serve-jobs.ts';
import { measureSkin } from './measure-skin.ts';
import type { SkinResult } from './skin-result.ts';
import type { SkinThreadData, SkinThreadJob, SkinThreadReady } from './skin-threads.ts';

if (parentPort === null) throw new Error('skin-thread runs as a worker thread');
await serveJobs(parentPort, prepare);

async function prepare(): Promise<{ ready: SkinThreadReady; server: JobServer<SkinThreadJob, SkinResult> }> {
  const { modelsFolder, modelVersions, limits } = workerData as SkinThreadData;
  const { models, canonical, identities } = await loadFaceModels(modelsFolder, modelVersions);
  const stage = createFrameAnalysis(createFaceFinder(models), canonical);
  let working: Promise<unknown> = Promise.resolve();

  async function measure(bytes: Uint8Array<ArrayBuffer>): Promise<SkinResult> {
    const image = await decodeImage(bytes, limits);
    // A still has no track: the detector looks for every face, and the mesh twice.
    const { analysis } = await stage.analyse(image, null);
    return measureSkin(image, analysis);
  }

  return {
    ready: { models: identities },
    server: {
      // The pool gives one job at a time: the models' buffers and a still's pixels are there once.
      answer(job) {
        const result = measure(job.image);
        working = result.catch(() => {});
        return result;
      },
      async stop() {
        await working;
        await Promise.all([models.detector.close(), models.mesh.close()]);
      },
    },
  };
}
