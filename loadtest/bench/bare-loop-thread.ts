import { parentPort, workerData } from 'node:worker_threads';
import { DEFAULT_DECODE_LIMITS, decodeImage } from '../../src/vision/decode-image.ts';
import { createFaceMesh } from '../../src/vision/face-mesh.ts';
import { regionFromLandmarks } from '../../src/vision/face-region.ts';
import { loadFaceModels } from '../../src/vision/load-face-models.ts';
import type { BareLoopData, BareLoopOrder } from './bare-loop.ts';

const { modelsFolder, frames } = workerData as BareLoopData;
const { models } = await loadFaceModels(modelsFolder);
const mesh = createFaceMesh(models.mesh);
let region = { centerX: 256, centerY: 192, sizePx: 300, rotationRad: 0 };

/** Frames done in the time. `overlapped`: the next picture is decoded while this one is inferred. */
async function loopFor({ durationMs, overlapped }: BareLoopOrder): Promise<number> {
  const endMs = performance.now() + durationMs;
  const decode = (index: number) => decodeImage(frames[index % frames.length]!.data, DEFAULT_DECODE_LIMITS);
  let done = 0;
  let next = decode(0);
  while (performance.now() < endMs) {
    const image = await next;
    if (overlapped) next = decode(done + 1);
    const { landmarks } = await mesh.find(image, region);
    region = regionFromLandmarks(landmarks);
    if (!overlapped) next = decode(done + 1);
    done++;
  }
  await next;
  return done;
}

await loopFor({ durationMs: 300, overlapped: true });
parentPort!.on('message', async (order: BareLoopOrder) => {
  parentPort!.postMessage(await loopFor(order));
});
parentPort!.postMessage('ready');
