import { intersectionOverUnion } from './landmarks.ts';
import type { Box, Region } from './types.ts';

/** Short-range BlazeFace: the numbers belong to the model. */
const INPUT_PX = 128;
const LAYERS = [
  { cells: 16, anchorsPerCell: 2 },
  { cells: 8, anchorsPerCell: 6 },
] as const;
export const ANCHOR_COUNT = 896;
const KEYPOINTS = 6;
const VALUES = 4 + KEYPOINTS * 2;
const MIN_SCORE = 0.5;
/** Scores are logits; comparing with the threshold's logit spares 896 exponentials. */
const MIN_LOGIT = Math.log(MIN_SCORE / (1 - MIN_SCORE));
const OVERLAP = 0.3;

export interface FaceDetection {
  readonly score: number;
  readonly box: Box;
  /** x, y of right eye, left eye, nose tip, mouth, right and left ear. */
  readonly keypoints: readonly number[];
}

/** Centres x, y of the anchors, 0..1, in the order of the model's outputs. */
export function createAnchors(): Float32Array {
  const anchors = new Float32Array(ANCHOR_COUNT * 2);
  let at = 0;
  for (const { cells, anchorsPerCell } of LAYERS) {
    for (let cell = 0; cell < cells * cells; cell++) {
      for (let i = 0; i < anchorsPerCell; i++) {
        anchors[at++] = ((cell % cells) + 0.5) / cells;
        anchors[at++] = (Math.floor(cell / cells) + 0.5) / cells;
      }
    }
  }
  return anchors;
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
  const candidates: FaceDetection[] = [];
  for (let i = 0; i < ANCHOR_COUNT; i++) {
    const logit = logits[i]!;
    if (logit < MIN_LOGIT) continue;
    const anchorX = anchors[i * 2]!;
    const anchorY = anchors[i * 2 + 1]!;
    const at = i * VALUES;
    const width = offsets[at + 2]! / INPUT_PX;
    const height = offsets[at + 3]! / INPUT_PX;
    const x = anchorX + offsets[at]! / INPUT_PX - width / 2;
    const y = anchorY + offsets[at + 1]! / INPUT_PX - height / 2;
    const keypoints: number[] = [];
    for (let k = 4; k < VALUES; k += 2) {
      keypoints.push(anchorX + offsets[at + k]! / INPUT_PX, anchorY + offsets[at + k + 1]! / INPUT_PX);
    }
    candidates.push({ score: 1 / (1 + Math.exp(-logit)), box: { x, y, width, height }, keypoints });
  }
  return mergeOverlapping(candidates);
}

/** Weighted non-maximum suppression: what overlaps the best one is averaged into it by score. */
export function mergeOverlapping(detections: readonly FaceDetection[]): FaceDetection[] {
  let rest = detections.toSorted((a, b) => b.score - a.score);
  const merged: FaceDetection[] = [];
  while (rest.length > 0) {
    const best = rest[0]!;
    const group = rest.filter(
      (other) => other === best || intersectionOverUnion(best.box, other.box) > OVERLAP,
    );
    rest = rest.filter((other) => !group.includes(other));
    merged.push(weightedMean(group, best.score));
  }
  return merged;
}

function weightedMean(group: readonly FaceDetection[], score: number): FaceDetection {
  const total = group.reduce((sum, detection) => sum + detection.score, 0);
  const mean = (read: (detection: FaceDetection) => number) =>
    group.reduce((sum, detection) => sum + read(detection) * detection.score, 0) / total;
  return {
    score,
    box: {
      x: mean(({ box }) => box.x),
      y: mean(({ box }) => box.y),
      width: mean(({ box }) => box.width),
      height: mean(({ box }) => box.height),
    },
    keypoints: Array.from({ length: KEYPOINTS * 2 }, (_, k) => mean(({ keypoints }) => keypoints[k]!)),
  };
}

/** From the unit square of an upright region to pixels of the image. */
export function toImage(detection: FaceDetection, region: Region): FaceDetection {
  const left = region.centerX - region.sizePx / 2;
  const top = region.centerY - region.sizePx / 2;
  const { box } = detection;
  return {
    score: detection.score,
    box: {
      x: left + box.x * region.sizePx,
      y: top + box.y * region.sizePx,
      width: box.width * region.sizePx,
      height: box.height * region.sizePx,
    },
    keypoints: detection.keypoints.map((value, k) => (k % 2 === 0 ? left : top) + value * region.sizePx),
  };
}
