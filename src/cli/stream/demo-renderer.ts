/** Renders the demo's pictures on a thread of its own: the client's clock is not to wait for them. */
import { parentPort, workerData } from 'node:worker_threads';
import type { BodyView } from '../../protocol/body-vocabulary.ts';
import { demoBodySequence } from '../../synthetic/body/demo-pictures.ts';
import { demoSequence } from '../../synthetic/demo-sequence.ts';
import { renderScene } from '../../synthetic/render-face.ts';
import { openModels } from '../../vision/model-registry.ts';
import type { RgbImage } from '../../vision/types.ts';

export interface DemoRendererData {
  readonly modelsFolder: string;
  readonly fps: number;
  /** What of a body is shown; null: a face. */
  readonly view: BodyView | null;
}

export interface DemoPicture {
  readonly timeMs: number;
  readonly rgb: Uint8Array<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
}

const { modelsFolder, fps, view } = workerData as DemoRendererData;
const canonical = await (await openModels(modelsFolder)).loadCanonicalFace();
const pictures = view === null ? faces() : demoBodySequence(view, canonical, { fps });

parentPort!.on('message', () => {
  const { done, value } = pictures.next();
  if (done) {
    parentPort!.postMessage(null);
    return;
  }
  const { timeMs, image } = value;
  const picture: DemoPicture = {
    timeMs,
    rgb: new Uint8Array(image.data),
    width: image.width,
    height: image.height,
  };
  parentPort!.postMessage(picture, [picture.rgb.buffer]);
});

function* faces(): Generator<{ readonly timeMs: number; readonly image: RgbImage }, undefined> {
  for (const { timeMs, scene } of demoSequence({ fps })) {
    yield { timeMs, image: renderScene(scene, canonical).image };
  }
}
