import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { encodePicture } from './encode-picture.ts';
import type { PictureSource } from './picture-source.ts';

/** One photograph, held before the camera for `seconds`. */
export function imageSource(path: string, { seconds, fps }: { seconds: number; fps: number }): PictureSource {
  const name = basename(path);
  return {
    name,
    async *pictures() {
      const picture = encodePicture({ encoded: await readFile(path) }, 0, name);
      const count = Math.max(1, Math.round(seconds * fps));
      for (let index = 0; index < count; index++) yield { ...picture, atMs: (index * 1000) / fps };
    },
  };
}
