import { type BodyMask, MASK_PIXELS, readMask } from './body-mask.ts';
import { BODY_POINT_COUNT } from './body-points.ts';
import { type ModelRunner, outputOfLength } from './model-runner.ts';
import { HEATMAP_CELLS, refineByHeat } from './pose-heatmap.ts';
import { regionFromAlignment } from './pose-region.ts';
import type { Region, RgbImage } from './types.ts';
import { createWarp } from './warp.ts';

const INPUT_PX = 256;
/** The body's 33, two that say where to look next, four that are not used. */
const MODEL_POINTS = 39;
/** x, y, z, visibility and presence. */
const VALUES = 5;

export interface BodyPose {
  /** 33 × (x, y, z): x and y in pixels of the image, z in the same scale from the middle of the hips, smaller is nearer. */
  readonly landmarks: Float32Array;
  /** 33 × (x, y, z) in metres from the middle of the hips, x to the image's right, y down, smaller z is nearer. */
  readonly worldLandmarks: Float32Array;
  /** For each point, 0..1 that nothing hides it. */
  readonly visibility: Float32Array;
  /** For each point, 0..1 that it lies in the picture; the model guesses a place for those that do not, too. */
  readonly presence: Float32Array;
  /** 0..1 that the region shows a person. */
  readonly score: number;
  /** Where the same person is looked for next. */
  readonly nextRegion: Region;
  /** null where it was not asked for. */
  readonly mask: BodyMask | null;
}

export interface PoseLandmarks {
  /** @param withMask also reads the segmentation, a quarter of a megabyte */
  find(image: RgbImage, region: Region, withMask: boolean): Promise<BodyPose>;
}

/** MediaPipe's pose landmarks (lite, full and heavy look alike) on one region of the image. */
export function createPoseLandmarks(model: ModelRunner): PoseLandmarks {
  const warp = createWarp({ sizePx: INPUT_PX, range: [0, 1], border: 'nearest' });
  const points = new Float32Array(MODEL_POINTS * VALUES);
  return {
    async find(image, region, withMask) {
      warp.write(image, region, model.input);
      const outputs = await model.run();
      points.set(outputOfLength(outputs, MODEL_POINTS * VALUES));
      refineByHeat(points, VALUES, outputOfLength(outputs, HEATMAP_CELLS * MODEL_POINTS), INPUT_PX);
      return {
        ...readPoints(points, region),
        worldLandmarks: turnUpright(outputOfLength(outputs, MODEL_POINTS * 3), region),
        score: outputOfLength(outputs, 1)[0]!,
        mask: withMask ? readMask(outputOfLength(outputs, MASK_PIXELS), region) : null,
      };
    },
  };
}

/**
 * From pixels of the model's input to pixels of the image.
 * @param points 39 × (x, y, z, visibility, presence), the last two before the sigmoid
 */
export function readPoints(
  points: Float32Array,
  region: Region,
): Pick<BodyPose, 'landmarks' | 'visibility' | 'presence' | 'nextRegion'> {
  const scale = region.sizePx / INPUT_PX;
  const cos = Math.cos(region.rotationRad) * scale;
  const sin = Math.sin(region.rotationRad) * scale;
  const landmarks = new Float32Array(BODY_POINT_COUNT * 3);
  const visibility = new Float32Array(BODY_POINT_COUNT);
  const presence = new Float32Array(BODY_POINT_COUNT);
  const alignment = [0, 0, 0, 0];
  for (let i = 0; i < BODY_POINT_COUNT + 2; i++) {
    const at = i * VALUES;
    const dx = points[at]! - INPUT_PX / 2;
    const dy = points[at + 1]! - INPUT_PX / 2;
    const x = region.centerX + dx * cos - dy * sin;
    const y = region.centerY + dx * sin + dy * cos;
    if (i < BODY_POINT_COUNT) {
      landmarks[i * 3] = x;
      landmarks[i * 3 + 1] = y;
      landmarks[i * 3 + 2] = points[at + 2]! * scale;
      visibility[i] = sigmoid(points[at + 3]!);
      presence[i] = sigmoid(points[at + 4]!);
    } else {
      alignment[(i - BODY_POINT_COUNT) * 2] = x;
      alignment[(i - BODY_POINT_COUNT) * 2 + 1] = y;
    }
  }
  return { landmarks, visibility, presence, nextRegion: regionFromAlignment(alignment) };
}

/** The model sees the region upright; turned back, y points down the picture. */
export function turnUpright(metres: Float32Array, region: Region): Float32Array {
  const cos = Math.cos(region.rotationRad);
  const sin = Math.sin(region.rotationRad);
  const turned = new Float32Array(BODY_POINT_COUNT * 3);
  for (let i = 0; i < turned.length; i += 3) {
    turned[i] = metres[i]! * cos - metres[i + 1]! * sin;
    turned[i + 1] = metres[i]! * sin + metres[i + 1]! * cos;
    turned[i + 2] = metres[i + 2]!;
  }
  return turned;
}

function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}
