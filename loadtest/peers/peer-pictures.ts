import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { CanonicalFace } from '../../src/vision/types.ts';
import { benchFrames } from '../bench/frames.ts';

export interface PictureSet {
  readonly name: string;
  /** Places of its pictures among all of them. */
  readonly indices: readonly number[];
  /** As a camera would show them: a face that sways, or one person after the other, each for a while. */
  readonly sequence: readonly number[];
}

export interface PeerPictures {
  /** JPEGs of 512×384. */
  readonly jpegs: readonly Uint8Array<ArrayBuffer>[];
  readonly sets: readonly PictureSet[];
}

const [WIDTH, HEIGHT] = [512, 384];
const JPEG_QUALITY = 85;
const RENDERED_TIMES = 5;
/** Long enough that following a face is what the median shows, on both sides. */
const FRAMES_PER_PHOTOGRAPH = 6;

/** The rendered frames of `npm run bench` and, where the folder is given, its photographs fitted into the same size. */
export async function peerPictures(
  canonical: CanonicalFace,
  photographsFolder: string | null,
): Promise<PeerPictures> {
  const rendered = (await benchFrames(canonical)).map(({ data }) => data);
  const photographs = photographsFolder === null ? [] : await photographsIn(photographsFolder);
  const ofRendered = rendered.map((_, index) => index);
  const ofPhotographs = photographs.map((_, index) => rendered.length + index);
  const sets = [
    {
      name: 'rendered',
      indices: ofRendered,
      sequence: Array.from({ length: RENDERED_TIMES }, () => ofRendered).flat(),
    },
    {
      name: 'photographs',
      indices: ofPhotographs,
      sequence: ofPhotographs.flatMap((index) => new Array<number>(FRAMES_PER_PHOTOGRAPH).fill(index)),
    },
  ];
  return { jpegs: [...rendered, ...photographs], sets: sets.filter(({ indices }) => indices.length > 0) };
}

async function photographsIn(folder: string): Promise<Uint8Array<ArrayBuffer>[]> {
  const names = (await readdir(folder)).filter((name) => /\.(jpe?g|png|webp)$/i.test(name)).sort();
  return Promise.all(
    names.map(async (name) =>
      Uint8Array.from(
        await sharp(join(folder, name))
          .autoOrient()
          .resize({ width: WIDTH, height: HEIGHT, fit: 'contain', background: '#808080' })
          .flatten({ background: '#808080' })
          .jpeg({ quality: JPEG_QUALITY })
          .toBuffer(),
      ),
    ),
  );
}
