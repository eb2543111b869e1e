import { changeScene, type FaceScene } from '../../src/synthetic/face-scene.ts';
import { renderScene } from '../../src/synthetic/render-face.ts';
import { openModels } from '../../src/vision/model-registry.ts';
import { encodeImage } from './encode-image.ts';
import { goodScene } from './scene-faults.ts';

export type SceneName = 'nobody' | 'off-centre' | 'good';

/** How many pictures there are of each scene; they differ by noise and a tremor. */
export const PICTURES_PER_SCENE = 5;

const GOOD = goodScene();
const SCENES: Readonly<Record<SceneName, FaceScene>> = {
  nobody: changeScene(GOOD, { face: null }),
  'off-centre': changeScene(GOOD, { face: { x: 0.29 } }),
  good: GOOD,
};

/** JPEGs by `<scene>/<index>.jpg`, for a page that plays a camera under the test's control (pages/framegate-camera.ts). */
export async function scenePictures(
  size: { readonly width: number; readonly height: number } = { width: 640, height: 480 },
): Promise<ReadonlyMap<string, Uint8Array>> {
  const canonical = await (await openModels()).loadCanonicalFace();
  const pictures = new Map<string, Uint8Array>();
  for (const [name, scene] of Object.entries(SCENES)) {
    for (let index = 0; index < PICTURES_PER_SCENE; index++) {
      const { face } = scene;
      const { image } = renderScene(
        changeScene(scene, {
          ...size,
          seed: index + 1,
          ...(face !== null && { face: { x: face.x + 0.0005 * index, yawDeg: 0.1 * index } }),
        }),
        canonical,
      );
      pictures.set(`${name}/${index}.jpg`, await encodeImage(image, 'jpeg', 95));
    }
  }
  return pictures;
}
