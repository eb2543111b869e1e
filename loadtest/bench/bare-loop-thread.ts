import { parentPort, workerData } from 'node:worker_threads';
import { DEFAULT_DECODE_LIMITS, decodeImage } from '../../src/vision/decode-image.ts';
import { createFaceMesh } from '../../src/vision/face-mesh.ts';
import { regionFromLandmarks } from '../../src/vision/face-region.ts';
import { loadFaceModels } from '../../src/vision/load-face-models.ts';
import type { BareLoopData } from './bare-loop.ts';

const { modelsFolder, frames } = workerData as BareLoopData;
const { models } = await loadFaceModels(modelsFolder);
const mesh = createFaceMesh(models.mesh);
let region = { centerX: 256, centerY: 192, sizePx: 300, rotationRad: 0 };

async function loopFor(durationMs: number): Promise<number> {
  const endMs = performance.now() + durationMs;
  let done = 0;
  // The next picture is decoded while this one is inferred, as the pool does it: the bound is not to be handicapped.
  let next = decodeImage(frames[0]!.data, DEFAULT_DECODE_LIMITS);
  while (performance.now() < endMs) {
    const image = await next;
    next = decodeImage(frames[(done + 1) % frames.length]!.data, DEFAULT_DECODE_LIMITS);
    const { landmarks } = await mesh.find(image, region);
    region = regionFromLandmarks(landmarks);
    done++;
  }
  await next;
  return done;
}

await loopFor(300);
parentPort!.on('message', async (durationMs: number) => {
  parentPort!.postMessage(await loopFor(durationMs));
});
parentPort!.postMessage('ready');
