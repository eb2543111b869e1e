import { changeScene, DEFAULT_SCENE, type MonkTone } from '../../src/synthetic/face-scene.ts';
import { renderFace } from '../../src/synthetic/render-face.ts';
import { openModels } from '../../src/vision/model-registry.ts';
import { encodeImage } from './encode-image.ts';

export interface EncodedFrame {
  readonly data: Uint8Array<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
}

/** Good frontal faces of different people, as a client would send them. */
export async function renderedFrames(count: number): Promise<EncodedFrame[]> {
  const canonical = await (await openModels()).loadCanonicalFace();
  const frames: EncodedFrame[] = [];
  for (let index = 0; index < count; index++) {
    const skin = ((index % 10) + 1) as MonkTone;
    const { image } = renderFace(changeScene(DEFAULT_SCENE, { face: { skin }, seed: index + 1 }), canonical);
    frames.push({ data: await encodeImage(image), width: image.width, height: image.height });
  }
  return frames;
}
