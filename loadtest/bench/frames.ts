import sharp from 'sharp';
import { changeScene, DEFAULT_SCENE } from '../../src/synthetic/face-scene.ts';
import { renderFace } from '../../src/synthetic/render-face.ts';
import type { CanonicalFace } from '../../src/vision/types.ts';

export interface BenchFrame {
  readonly data: Uint8Array<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
}

const FRAME_COUNT = 12;
const JPEG_QUALITY = 85;

/** A face that sways a little, 512×384, as JPEGs of about the size that a phone's frame has. */
export async function benchFrames(canonical: CanonicalFace): Promise<BenchFrame[]> {
  const frames: BenchFrame[] = [];
  for (let index = 0; index < FRAME_COUNT; index++) {
    const phase = (2 * Math.PI * index) / FRAME_COUNT;
    const scene = changeScene(DEFAULT_SCENE, {
      face: { yawDeg: 3 * Math.sin(phase), rollDeg: 2 * Math.cos(phase), x: 0.5 + 0.01 * Math.cos(phase) },
      seed: index + 1,
    });
    const { image } = renderFace(scene, canonical);
    const { width, height } = image;
    const jpeg = await sharp(image.data, { raw: { width, height, channels: 3 } })
      .jpeg({ quality: JPEG_QUALITY })
      .toBuffer();
    frames.push({ data: Uint8Array.from(jpeg), width, height });
  }
  return frames;
}
