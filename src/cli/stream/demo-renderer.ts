/** Renders and encodes the demo's pictures on a thread of its own: the client's clock is not to wait for them. */
import { parentPort, workerData } from 'node:worker_threads';
import { demoSequence } from '../../synthetic/demo-sequence.ts';
import { renderScene } from '../../synthetic/render-face.ts';
import { openModels } from '../../vision/model-registry.ts';

export interface DemoRendererData {
  readonly modelsFolder: string;
  readonly fps: number;
}

export interface DemoPicture {
  readonly timeMs: number;
  readonly rgb: Uint8Array<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
}

const { modelsFolder, fps } = workerData as DemoRendererData;
const canonical = await (await openModels(modelsFolder)).loadCanonicalFace();
const frames = demoSequence({ fps })[Symbol.iterator]();

parentPort!.on('message', () => {
  const { done, value } = frames.next();
  if (done) {
    parentPort!.postMessage(null);
    return;
  }
  const { image } = renderScene(value.scene, canonical);
  const picture: DemoPicture = {
    timeMs: value.timeMs,
    rgb: new Uint8Array(image.data),
    width: image.width,
    height: image.height,
  };
  parentPort!.postMessage(picture, [picture.rgb.buffer]);
});
