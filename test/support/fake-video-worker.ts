/** Writes one video for `fakeVideo`: YUV4MPEG2, 4:2:0, BT.601 in limited range, as Chromium's file camera reads it. */
import { open } from 'node:fs/promises';
import { workerData } from 'node:worker_threads';
import type { RgbImage } from '../../src/vision/types.ts';
import { type VideoPlan, type VideoShape, videoFrames } from './fake-video-frames.ts';

const { plan, shape, path } = workerData as {
  readonly plan: VideoPlan;
  readonly shape: VideoShape;
  readonly path: string;
};

const file = await open(path, 'w');
const converted = new WeakMap<RgbImage, Uint8Array>();
// Chromium knows no other name for 4:2:0.
await file.write(`YUV4MPEG2 W${shape.width} H${shape.height} F${shape.fps}:1 Ip A1:1 C420\n`);
for await (const image of videoFrames(plan, shape)) {
  const planes = converted.get(image) ?? yuv420(image);
  converted.set(image, planes);
  await file.write('FRAME\n');
  await file.write(planes);
}
await file.close();

function yuv420({ data, width, height }: RgbImage): Uint8Array {
  const planes = new Uint8Array((width * height * 3) / 2);
  const cbAt = width * height;
  const crAt = cbAt + cbAt / 4;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3;
      const [red, green, blue] = [data[at]!, data[at + 1]!, data[at + 2]!];
      planes[y * width + x] = 16.5 + (65.738 * red + 129.057 * green + 25.064 * blue) / 256;
    }
  }
  for (let y = 0; y < height; y += 2) {
    for (let x = 0; x < width; x += 2) {
      let [red, green, blue] = [0, 0, 0];
      for (const at of [y * width + x, y * width + x + 1, (y + 1) * width + x, (y + 1) * width + x + 1]) {
        red += data[at * 3]! / 4;
        green += data[at * 3 + 1]! / 4;
        blue += data[at * 3 + 2]! / 4;
      }
      const chroma = (y / 2) * (width / 2) + x / 2;
      planes[cbAt + chroma] = 128.5 + (-37.945 * red - 74.494 * green + 112.439 * blue) / 256;
      planes[crAt + chroma] = 128.5 + (112.439 * red - 94.154 * green - 18.285 * blue) / 256;
    }
  }
  return planes;
}
