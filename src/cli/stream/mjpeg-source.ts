import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { FramegateError } from '../../protocol/framegate-error.ts';
import { encodePicture } from './encode-picture.ts';
import type { PictureSource } from './picture-source.ts';

/** JPEGs in a row, as cameras and `ffmpeg -f mjpeg` write them. The format has no clock: `fps` gives the time. */
export function mjpegSource(path: string, { fps }: { fps: number }): PictureSource {
  const name = basename(path);
  return {
    name,
    async *pictures() {
      let index = 0;
      for await (const encoded of splitJpegs(createReadStream(path, { highWaterMark: 1 << 20 }))) {
        yield encodePicture({ encoded }, (index++ * 1000) / fps, name);
      }
      if (index === 0) throw new FramegateError('image-unsupported', `${name} holds no JPEG`);
    },
  };
}

/** The JPEGs of a byte stream, one by one; bytes between them are passed over, a last one that is cut off is left out. */
export async function* splitJpegs(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let pending: Buffer<ArrayBufferLike> = Buffer.alloc(0);
  for await (const chunk of chunks) {
    pending = Buffer.concat([pending, chunk]);
    for (;;) {
      const start = pending.indexOf(START_OF_IMAGE);
      if (start < 0) {
        pending = pending.subarray(Math.max(0, pending.length - 2));
        break;
      }
      const end = jpegEnd(pending, start);
      if (end === null) {
        pending = pending.subarray(start);
        break;
      }
      yield pending.subarray(start, end);
      pending = pending.subarray(end);
    }
  }
}

const START_OF_IMAGE = Buffer.from([0xff, 0xd8, 0xff]);
const START_OF_SCAN = 0xda;
const END_OF_IMAGE = 0xd9;

/**
 * Where the JPEG that starts at `start` ends, or null where more bytes are needed. Segments are stepped over by
 * their lengths, because a thumbnail inside of one has an end of its own.
 */
function jpegEnd(bytes: Uint8Array, start: number): number | null {
  let at = start + 2;
  while (at + 4 <= bytes.length) {
    const marker = bytes[at + 1]!;
    if (bytes[at] !== 0xff || marker === 0xff) {
      at++;
      continue;
    }
    if (marker === END_OF_IMAGE) return at + 2;
    at += 2 + ((bytes[at + 2]! << 8) | bytes[at + 3]!);
    if (marker !== START_OF_SCAN) continue;
    // Entropy-coded data: a real marker is neither a stuffed zero nor a restart.
    while (at + 1 < bytes.length) {
      const next = bytes[at + 1]!;
      if (bytes[at] === 0xff && next !== 0x00 && !(next >= 0xd0 && next <= 0xd7)) break;
      at++;
    }
    if (at + 1 < bytes.length && bytes[at + 1] === END_OF_IMAGE) return at + 2;
  }
  return null;
}
