import { ANCHOR_COUNT, createAnchors, decodeDetections, type FaceDetection } from './face-detections.ts';
import { letterbox } from './face-region.ts';
import { type ModelRunner, outputOfLength } from './model-runner.ts';
import { toImage } from './ssd-detections.ts';
import type { RgbImage } from './types.ts';
import { createWarp } from './warp.ts';

export interface FaceDetector {
  /** Faces in pixels of the image, the largest first. */
  detect(image: RgbImage): Promise<FaceDetection[]>;
}

/** MediaPipe's short-range face detector over the letterboxed image. */
export function createFaceDetector(model: ModelRunner): FaceDetector {
  const anchors = createAnchors();
  const warp = createWarp({ sizePx: 128, range: [-1, 1], border: 'black' });
  return {
    async detect(image) {
      const region = letterbox(image.width, image.height);
      warp.write(image, region, model.input);
      const outputs = await model.run();
      const offsets = outputOfLength(outputs, ANCHOR_COUNT * 16);
      const logits = outputOfLength(outputs, ANCHOR_COUNT);
      return decodeDetections(offsets, logits, anchors)
        .map((detection) => toImage(detection, region))
        .toSorted((a, b) => b.box.width * b.box.height - a.box.width * a.box.height);
    },
  };
}
