import { countAnchors, decodeSsd, layAnchors, type SsdDetection, type SsdModel } from './ssd-detections.ts';

/** Short-range BlazeFace: the numbers belong to the model. */
const MODEL: SsdModel = {
  inputPx: 128,
  layers: [
    { cells: 16, anchorsPerCell: 2 },
    { cells: 8, anchorsPerCell: 6 },
  ],
  keypoints: 6,
};
export const ANCHOR_COUNT = countAnchors(MODEL);

/** Its key points are right eye, left eye, nose tip, mouth, right and left ear. */
export type FaceDetection = SsdDetection;

/** Centres x, y of the anchors, 0..1, in the order of the model's outputs. */
export function createAnchors(): Float32Array {
  return layAnchors(MODEL);
}

/**
 * Turns the model's outputs into faces in the unit square of its input, best first.
 * @param offsets 896 × 16: centre x, y, width, height and six points, in input pixels, relative to the anchor
 * @param logits 896
 */
export function decodeDetections(
  offsets: Float32Array,
  logits: Float32Array,
  anchors: Float32Array,
): FaceDetection[] {
  return decodeSsd(MODEL, anchors, offsets, logits);
}
