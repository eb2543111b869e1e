import { LANDMARK_COUNT } from './landmarks.ts';
import { type ModelRunner, outputOfLength } from './model-runner.ts';
import type { Region, RgbImage } from './types.ts';
import { createWarp, type WarpOptions } from './warp.ts';

const INPUT_PX = 192;
/** How the model takes its input. */
export const MESH_WARP: WarpOptions = { sizePx: INPUT_PX, range: [0, 1], border: 'nearest' };

export interface MeshResult {
  /** 468 × (x, y, z) in pixels of the image; the caller owns it. */
  readonly landmarks: Float32Array;
  /** 0..1 that the region shows a face. */
  readonly score: number;
}

export interface FaceMesh {
  find(image: RgbImage, region: Region): Promise<MeshResult>;
}

/** MediaPipe's face mesh on one region of the image. */
export function createFaceMesh(model: ModelRunner): FaceMesh {
  const warp = createWarp(MESH_WARP);
  return {
    async find(image, region) {
      warp.write(image, region, model.input);
      return readMesh(await model.run(), region);
    },
  };
}

/** The model's outputs for this region. */
export function readMesh(outputs: readonly Float32Array[], region: Region): MeshResult {
  const logit = outputOfLength(outputs, 1)[0]!;
  return {
    landmarks: toImagePixels(outputOfLength(outputs, LANDMARK_COUNT * 3), region),
    score: 1 / (1 + Math.exp(-logit)),
  };
}

/** From pixels of the model's input to pixels of the image; z in the same scale. */
export function toImagePixels(points: Float32Array, region: Region): Float32Array {
  const scale = region.sizePx / INPUT_PX;
  const cos = Math.cos(region.rotationRad) * scale;
  const sin = Math.sin(region.rotationRad) * scale;
  const landmarks = new Float32Array(points.length);
  for (let i = 0; i < points.length; i += 3) {
    const x = points[i]! - INPUT_PX / 2;
    const y = points[i + 1]! - INPUT_PX / 2;
    landmarks[i] = region.centerX + x * cos - y * sin;
    landmarks[i + 1] = region.centerY + x * sin + y * cos;
    landmarks[i + 2] = points[i + 2]! * scale;
  }
  return landmarks;
}
