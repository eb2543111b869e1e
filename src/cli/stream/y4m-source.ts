import { type FileHandle, open } from 'node:fs/promises';
import { basename } from 'node:path';
import { FramegateError } from '../../protocol/framegate-error.ts';
import { encodePicture } from './encode-picture.ts';
import type { PictureSource } from './picture-source.ts';

/** YUV4MPEG2, the raw video that ffmpeg writes and Chromium's fake camera reads: 8-bit 4:2:0, 4:2:2, 4:4:4, mono. */
export function y4mSource(path: string): PictureSource {
  const name = basename(path);
  return {
    name,
    async *pictures() {
      const file = await open(path);
      try {
        const reader = lineReader(file);
        const header = parseY4mHeader(await reader.line(), name);
        const planes = new Uint8Array(header.frameBytes);
        for (let index = 0; ; index++) {
          const frameLine = await reader.line();
          if (frameLine === null) return;
          if (!frameLine.startsWith('FRAME')) throw corrupt(name, 'a frame header is missing');
          if (!(await reader.fill(planes))) throw corrupt(name, 'the last frame is cut off');
          const rgb = yuvToRgb(planes, header);
          yield encodePicture(
            { rgb, width: header.width, height: header.height },
            (index * 1000) / header.fps,
            name,
          );
        }
      } finally {
        await file.close();
      }
    },
  };
}

export interface Y4mHeader {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  /** Luma samples per chroma sample along each axis; 0 for mono. */
  readonly chromaX: 0 | 1 | 2;
  readonly chromaY: 0 | 1 | 2;
  readonly fullRange: boolean;
  readonly frameBytes: number;
}

const MAX_SIDE_PX = 16_384;
const CHROMA: Record<string, readonly [0 | 1 | 2, 0 | 1 | 2]> = {
  '420': [2, 2],
  '420jpeg': [2, 2],
  '420mpeg2': [2, 2],
  '420paldv': [2, 2],
  '422': [2, 1],
  '444': [1, 1],
  mono: [0, 0],
};

export function parseY4mHeader(line: string | null, name: string): Y4mHeader {
  if (line === null || !line.startsWith('YUV4MPEG2')) {
    throw new FramegateError('image-unsupported', `${name} is not a YUV4MPEG2 file`);
  }
  const tags = new Map(
    line
      .split(' ')
      .slice(1)
      .map((tag) => [tag[0], tag.slice(1)]),
  );
  const width = Number(tags.get('W'));
  const height = Number(tags.get('H'));
  const [numerator, denominator] = (tags.get('F') ?? '30:1').split(':').map(Number);
  const chroma = tags.get('C') ?? '420';
  const steps = CHROMA[chroma];
  if (steps === undefined)
    throw new FramegateError('image-unsupported', `${name} has the pixel format ${chroma}`);
  const sidesFit = [width, height].every((side) => Number.isInteger(side) && side > 0 && side <= MAX_SIDE_PX);
  const fps = numerator! / denominator!;
  if (!sidesFit || !(fps > 0)) throw corrupt(name, 'its header has no usable size or rate');
  const [chromaX, chromaY] = steps;
  const chromaBytes =
    chromaX === 0 || chromaY === 0 ? 0 : 2 * Math.ceil(width / chromaX) * Math.ceil(height / chromaY);
  const fullRange = chroma === '420jpeg' || line.includes('XCOLORRANGE=FULL');
  return { width, height, fps, chromaX, chromaY, fullRange, frameBytes: width * height + chromaBytes };
}

/** Planar BT.601 YCbCr to interleaved RGB. */
export function yuvToRgb(planes: Uint8Array, header: Y4mHeader): Uint8Array {
  const { width, height, chromaX, chromaY, fullRange } = header;
  const rgb = new Uint8ClampedArray(width * height * 3);
  const chromaWidth = chromaX === 0 ? 0 : Math.ceil(width / chromaX);
  const cbAt = width * height;
  const crAt = cbAt + (header.frameBytes - cbAt) / 2;
  const lumaScale = fullRange ? 1 : 255 / 219;
  const lumaOffset = fullRange ? 0 : 16;
  const chromaScale = fullRange ? 1 : 255 / 224;
  for (let y = 0, at = 0; y < height; y++) {
    const chromaRow = chromaY === 0 ? 0 : Math.floor(y / chromaY) * chromaWidth;
    for (let x = 0; x < width; x++, at++) {
      const luma = (planes[at]! - lumaOffset) * lumaScale;
      const chromaAt = chromaX === 0 ? -1 : chromaRow + Math.floor(x / chromaX);
      const cb = chromaAt < 0 ? 0 : (planes[cbAt + chromaAt]! - 128) * chromaScale;
      const cr = chromaAt < 0 ? 0 : (planes[crAt + chromaAt]! - 128) * chromaScale;
      rgb[at * 3] = luma + 1.402 * cr;
      rgb[at * 3 + 1] = luma - 0.344_136 * cb - 0.714_136 * cr;
      rgb[at * 3 + 2] = luma + 1.772 * cb;
    }
  }
  return new Uint8Array(rgb.buffer);
}

interface LineReader {
  /** Up to the next newline; null at the end of the file. */
  line(): Promise<string | null>;
  /** Fills the whole array, or gives false where the file ends before. */
  fill(target: Uint8Array): Promise<boolean>;
}

const MAX_LINE_BYTES = 1024;

function lineReader(file: FileHandle): LineReader {
  let position = 0;
  return {
    async line() {
      const buffer = Buffer.alloc(MAX_LINE_BYTES);
      const { bytesRead } = await file.read(buffer, 0, MAX_LINE_BYTES, position);
      const end = buffer.subarray(0, bytesRead).indexOf(0x0a);
      if (end < 0) return null;
      position += end + 1;
      return buffer.toString('latin1', 0, end);
    },
    async fill(target) {
      const { bytesRead } = await file.read(target, 0, target.length, position);
      position += bytesRead;
      return bytesRead === target.length;
    },
  };
}

function corrupt(name: string, reason: string): FramegateError {
  return new FramegateError('image-corrupt', `${name}: ${reason}`);
}
