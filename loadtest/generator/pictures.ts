import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { changeScene, DEFAULT_SCENE, type FaceScene, type MonkTone } from '../../src/synthetic/face-scene.ts';
import { renderFace } from '../../src/synthetic/render-face.ts';
import type { CanonicalFace } from '../../src/vision/types.ts';
import { benchFrames } from '../bench/frames.ts';
import type { FramePicture } from './frame-message.ts';

/** One camera's pictures, in each of the sizes and qualities that `pace` may ask for; the largest first. */
export interface PictureSet {
  readonly rungs: readonly PictureRung[];
}

export interface PictureRung {
  readonly maxEdge: number;
  readonly quality: number;
  readonly pictures: readonly FramePicture[];
}

export type PictureLibrary = Readonly<Record<string, PictureSet>>;

const RUNGS = [
  { maxEdge: 512, quality: 80 },
  { maxEdge: 448, quality: 70 },
  { maxEdge: 384, quality: 60 },
] as const;
const STILL_FACES = 5;

/** The largest that the pace allows, or the smallest there is. */
export function rungFor(set: PictureSet, pace: { maxEdge: number; quality: number }): PictureRung {
  const fits = set.rungs.find(
    ({ maxEdge, quality }) => maxEdge <= pace.maxEdge && quality <= Math.max(pace.quality, RUNGS[2].quality),
  );
  return fits ?? set.rungs.at(-1)!;
}

/**
 * `swaying`: the face of the other benchmarks, which moves a little. `steady`: one that holds still and passes.
 * `aside`: one that is never right. `photograph-<n>`: one real picture each, where a folder is given.
 */
export async function loadPictures(
  canonical: CanonicalFace,
  photographsFolder: string | null = null,
): Promise<PictureLibrary> {
  const swaying = (await benchFrames(canonical)).map(({ data }) => data);
  const tones = Array.from({ length: STILL_FACES }, (_, index) => (2 * index + 1) as MonkTone);
  const steady = await Promise.all(
    tones.map((_, index) => rendered(changeScene(DEFAULT_SCENE, { seed: index + 1 }), canonical)),
  );
  const aside = await Promise.all(
    tones.map((skin, index) =>
      rendered(changeScene(DEFAULT_SCENE, { face: { x: 0.29, skin }, seed: index + 1 }), canonical),
    ),
  );
  const library: Record<string, PictureSet> = {
    swaying: await inAllRungs(swaying),
    steady: await inAllRungs(steady),
    aside: await inAllRungs(aside),
  };
  const photographs = photographsFolder === null ? [] : await photographsIn(photographsFolder);
  for (const [index, photograph] of photographs.entries()) {
    library[`photograph-${index + 1}`] = await inAllRungs([photograph]);
  }
  return library;
}

async function photographsIn(folder: string): Promise<Buffer[]> {
  const names = (await readdir(folder)).filter((name) => /\.(jpe?g|png|webp)$/i.test(name)).sort();
  return Promise.all(names.map((name) => readFile(join(folder, name))));
}

async function rendered(scene: FaceScene, canonical: CanonicalFace): Promise<Uint8Array> {
  const { data, width, height } = renderFace(scene, canonical).image;
  return sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 95 })
    .toBuffer();
}

async function inAllRungs(originals: readonly Uint8Array[]): Promise<PictureSet> {
  const rungs = await Promise.all(
    RUNGS.map(async ({ maxEdge, quality }) => ({
      maxEdge,
      quality,
      pictures: await Promise.all(originals.map((original) => encoded(original, maxEdge, quality))),
    })),
  );
  return { rungs };
}

async function encoded(original: Uint8Array, maxEdge: number, quality: number): Promise<FramePicture> {
  const { data, info } = await sharp(original)
    .autoOrient()
    .resize({ width: maxEdge, height: maxEdge, fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality })
    .toBuffer({ resolveWithObject: true });
  return { data: Uint8Array.from(data), width: info.width, height: info.height, format: 'jpeg' };
}
