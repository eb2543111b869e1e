import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { FramegateError } from '../../protocol/framegate-error.ts';
import { imageSource } from './image-source.ts';
import { mjpegSource } from './mjpeg-source.ts';
import type { PictureSource } from './picture-source.ts';
import { y4mSource } from './y4m-source.ts';

export interface SourceOptions {
  /** Pictures a second, where the file does not say. */
  readonly fps: number;
  /** How long a photograph is shown. */
  readonly secondsPerImage: number;
}

const IMAGE_NAME = /\.(jpe?g|png|webp)$/i;
const MJPEG_NAME = /\.(mjpe?g)$/i;
const Y4M_NAME = /\.y4m$/i;

/** A source for each file; a folder gives its images and clips by name. Throws `usage` for what it does not know. */
export async function openSources(
  paths: readonly string[],
  options: SourceOptions,
): Promise<PictureSource[]> {
  const sources: PictureSource[] = [];
  for (const path of paths) {
    const found = await stat(path).catch(() => null);
    if (found === null) throw new FramegateError('usage', `there is no file or folder ${path}`);
    if (!found.isDirectory()) {
      sources.push(await openFile(path, options));
      continue;
    }
    const names = (await readdir(path)).filter((name) =>
      [IMAGE_NAME, MJPEG_NAME, Y4M_NAME].some((known) => known.test(name)),
    );
    if (names.length === 0) throw new FramegateError('usage', `${path} holds no images or clips`);
    for (const name of names.sort()) sources.push(await openFile(join(path, name), options));
  }
  return sources;
}

async function openFile(path: string, options: SourceOptions): Promise<PictureSource> {
  if (Y4M_NAME.test(path) || (await startsWith(path, 'YUV4MPEG2'))) return y4mSource(path);
  if (MJPEG_NAME.test(path)) return mjpegSource(path, options);
  // Whether it is an image the decoder says, so that a wrong ending is no obstacle; now, before anything is started.
  await sharp(path)
    .metadata()
    .catch((cause: unknown) => {
      throw new FramegateError('usage', `${path} is no JPEG, PNG or WebP image, MJPEG or Y4M clip`, {
        cause,
      });
    });
  return imageSource(path, { seconds: options.secondsPerImage, fps: options.fps });
}

async function startsWith(path: string, magic: string): Promise<boolean> {
  const file = await open(path);
  try {
    const head = Buffer.alloc(magic.length);
    await file.read(head, 0, head.length, 0);
    return head.toString('latin1') === magic;
  } finally {
    await file.close();
  }
}
