import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { faceScene, type MonkTone } from '../../src/synthetic/face-scene.ts';
import { renderFace } from '../../src/synthetic/render-face.ts';
import type { LoadedFaceModels } from '../../src/vision/load-face-models.ts';
import type { CanonicalFace, RgbImage } from '../../src/vision/types.ts';
import { sharedData } from '../../test/support/shared-data.ts';
import { createSkinReader, type SkinReader } from './skin-reader.ts';

/** A picture with one face, and where that is. */
export interface SkinPicture {
  readonly name: string;
  readonly image: RgbImage;
  readonly landmarks: Float32Array;
}

const EDGE_PX = 1024;

/** Well-lit faces as wide as a good capture's, with true landmarks. */
export function renderedPicture(canonical: CanonicalFace, skin: MonkTone, yawDeg = 0): SkinPicture {
  const scene = faceScene({
    width: EDGE_PX,
    height: EDGE_PX,
    face: { distanceCm: 34, skin, yawDeg },
    camera: { noise: 0.004 },
  });
  const { image, landmarks } = renderFace(scene, canonical);
  return { name: `rendered-${skin}${yawDeg === 0 ? '' : `-yaw${yawDeg}`}`, image, landmarks };
}

const TONES: readonly MonkTone[] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

/** What skin accuracy is measured on: photographs where there are any, rendered faces, and one face in every tone. */
export async function skinAccuracyPictures(
  loaded: LoadedFaceModels,
  {
    photographs: named,
    most,
    print,
  }: { readonly photographs: string | undefined; readonly most: number; print(line: string): void },
): Promise<{ reader: SkinReader; pictures: SkinPicture[]; tones: SkinPicture[] }> {
  const reader = createSkinReader(loaded);
  const folder = named ?? sharedData('faces');
  if (folder === null) print('no photographs: rendered faces alone (--photographs FOLDER)');
  const tones = TONES.map((tone) => renderedPicture(loaded.canonical, tone));
  const found = folder === null ? [] : await photographs(folder, reader, most);
  return { reader, pictures: [tones[3]!, tones[7]!, ...found], tones };
}

/** The photographs of a folder that show a face, as large as a 1024 px still. */
export async function photographs(folder: string, reader: SkinReader, most: number): Promise<SkinPicture[]> {
  const names = (await readdir(folder)).filter((name) => /\.(jpe?g|png)$/i.test(name)).sort();
  const pictures: SkinPicture[] = [];
  for (const name of names.slice(0, most)) {
    const { data, info } = await sharp(join(folder, name))
      .resize(EDGE_PX, EDGE_PX, { fit: 'inside', withoutEnlargement: true })
      .flatten({ background: 'white' })
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    const image: RgbImage = { width: info.width, height: info.height, data: new Uint8Array(data) };
    const landmarks = await reader.landmarksOf(image);
    if (landmarks !== null) pictures.push({ name, image, landmarks });
  }
  return pictures;
}
