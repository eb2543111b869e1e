import { type BodyMask, confidenceAt } from './body-mask.ts';
import { letterbox } from './face-region.ts';
import { type ModelRunner, outputOfLength } from './model-runner.ts';
import { regionSpan } from './pose-region.ts';
import {
  countAnchors,
  decodeSsd,
  layAnchors,
  type SsdDetection,
  type SsdModel,
  toImage,
} from './ssd-detections.ts';
import type { Region, RgbImage } from './types.ts';
import { createWarp } from './warp.ts';

/** BlazePose's detector: the numbers belong to the model. */
export const POSE_DETECTOR: SsdModel = {
  inputPx: 224,
  layers: [
    { cells: 28, anchorsPerCell: 2 },
    { cells: 14, anchorsPerCell: 2 },
    { cells: 7, anchorsPerCell: 6 },
  ],
  keypoints: 4,
};

/** Painted over from here on: the rim of a person that is left would be found again. */
const HIDE_CONFIDENCE = 0.25;

/**
 * The box is the head's. Key points: middle of the hips, a point above it on the circle around the whole body, middle
 * of the shoulders, a point on the circle around the upper body.
 */
export type PoseDetection = SsdDetection;

export interface PoseDetector {
  /**
   * Bodies in pixels of the image, the largest first.
   * @param hidden people to leave out: the model overlooks others beside somebody who is twice as large
   */
  detect(image: RgbImage, hidden?: readonly BodyMask[]): Promise<PoseDetection[]>;
}

/** MediaPipe's person detector over the letterboxed image. */
export function createPoseDetector(model: ModelRunner): PoseDetector {
  const anchors = layAnchors(POSE_DETECTOR);
  const anchorCount = countAnchors(POSE_DETECTOR);
  const warp = createWarp({ sizePx: POSE_DETECTOR.inputPx, range: [-1, 1], border: 'black' });
  return {
    async detect(image, hidden = []) {
      const region = letterbox(image.width, image.height);
      warp.write(image, region, model.input);
      for (const mask of hidden) paintOver(model.input, region, mask);
      const outputs = await model.run();
      const offsets = outputOfLength(outputs, anchorCount * (4 + POSE_DETECTOR.keypoints * 2));
      const logits = outputOfLength(outputs, anchorCount);
      return decodeSsd(POSE_DETECTOR, anchors, offsets, logits)
        .map((detection) => toImage(detection, region))
        .toSorted((a, b) => regionSpan(b.keypoints) - regionSpan(a.keypoints));
    },
  };
}

/** Middle grey where the mask has the person. */
function paintOver(planes: Float32Array, { centerX, centerY, sizePx }: Region, mask: BodyMask): void {
  const side = POSE_DETECTOR.inputPx;
  const scale = sizePx / side;
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const x = centerX + (column + 0.5 - side / 2) * scale;
      const y = centerY + (row + 0.5 - side / 2) * scale;
      if (confidenceAt(mask, x, y) < HIDE_CONFIDENCE) continue;
      for (let plane = 0; plane < 3; plane++) planes[(plane * side + row) * side + column] = 0;
    }
  }
}
