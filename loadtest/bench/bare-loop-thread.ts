import { parentPort, workerData } from 'node:worker_threads';
import { DEFAULT_DECODE_LIMITS, startDecoding } from '../../src/vision/decode-image.ts';
import { createFaceMesh } from '../../src/vision/face-mesh.ts';
import { regionFromLandmarks } from '../../src/vision/face-region.ts';
import { createJpegDecoder } from '../../src/vision/jpeg-decoder.ts';
import { loadFaceModels } from '../../src/vision/load-face-models.ts';
import type { BareLoopData, BareLoopOrder } from './bare-loop.ts';

const { modelsFolder, frames } = workerData as BareLoopData;
const { models } = await loadFaceModels(modelsFolder);
const mesh = createFaceMesh(models.mesh);
let region = { centerX: 256, centerY: 192, sizePx: 300, rotationRad: 0 };

const jpegDecoder = createJpegDecoder();

/** Frames done in the time. The next picture is started while this one is inferred; only sharp has threads for that. */
async function loopFor({ durationMs, decoder }: BareLoopOrder): Promise<number> {
  const endMs = performance.now() + durationMs;
  const start = (index: number) => {
    const { data } = frames[index % frames.length]!;
    return startDecoding(data, DEFAULT_DECODE_LIMITS, undefined, decoder === 'own' ? jpegDecoder : null);
  };
  let done = 0;
  let next = start(0);
  while (performance.now() < endMs) {
    const { image } = await next.finish();
    done++;
    next = start(done);
    const { landmarks } = await mesh.find(image, region);
    region = regionFromLandmarks(landmarks);
  }
  await next.finish();
  return done;
}

await loopFor({ durationMs: 300, decoder: 'sharp' });
await loopFor({ durationMs: 300, decoder: 'own' });
parentPort!.on('message', async (order: BareLoopOrder) => {
  parentPort!.postMessage(await loopFor(order));
});
parentPort!.postMessage('ready');
