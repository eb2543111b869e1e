import { intersectionOverUnion } from './landmarks.ts';
import type { Box, Region } from './types.ts';

/** What a single-shot detector of MediaPipe's family is made of. */
export interface SsdModel {
  /** Side of the square that it takes. */
  readonly inputPx: number;
  /** Square grids of anchors, in the order of the model's outputs. */
  readonly layers: readonly { readonly cells: number; readonly anchorsPerCell: number }[];
  readonly keypoints: number;
}

export interface SsdDetection {
  readonly score: number;
  readonly box: Box;
  /** x, y of each key point, flat. */
  readonly keypoints: readonly number[];
}

const MIN_SCORE = 0.5;
/** Scores are logits; comparing with the threshold's logit spares an exponential for each anchor. */
const MIN_LOGIT = Math.log(MIN_SCORE / (1 - MIN_SCORE));
const OVERLAP = 0.3;

export function countAnchors({ layers }: SsdModel): number {
  return layers.reduce((sum, { cells, anchorsPerCell }) => sum + cells * cells * anchorsPerCell, 0);
}

/** Centres x, y of the anchors, 0..1, in the order of the model's outputs. */
export function layAnchors(model: SsdModel): Float32Array {
  const anchors = new Float32Array(countAnchors(model) * 2);
  let at = 0;
  for (const { cells, anchorsPerCell } of model.layers) {
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
 * Turns the model's outputs into detections in the unit square of its input, best first.
 * @param offsets for each anchor: centre x, y, width, height and the key points, in input pixels, relative to it
 * @param logits one for each anchor
 */
export function decodeSsd(
  model: SsdModel,
  anchors: Float32Array,
  offsets: Float32Array,
  logits: Float32Array,
): SsdDetection[] {
  const values = 4 + model.keypoints * 2;
  const { inputPx } = model;
  const candidates: SsdDetection[] = [];
  for (let i = 0; i < anchors.length / 2; i++) {
    const logit = logits[i]!;
    if (logit < MIN_LOGIT) continue;
    const anchorX = anchors[i * 2]!;
    const anchorY = anchors[i * 2 + 1]!;
    const at = i * values;
    const width = offsets[at + 2]! / inputPx;
    const height = offsets[at + 3]! / inputPx;
    const x = anchorX + offsets[at]! / inputPx - width / 2;
    const y = anchorY + offsets[at + 1]! / inputPx - height / 2;
    const keypoints: number[] = [];
    for (let k = 4; k < values; k += 2) {
      keypoints.push(anchorX + offsets[at + k]! / inputPx, anchorY + offsets[at + k + 1]! / inputPx);
    }
    candidates.push({ score: 1 / (1 + Math.exp(-logit)), box: { x, y, width, height }, keypoints });
  }
  return mergeOverlapping(candidates);
}

/** Weighted non-maximum suppression: what overlaps the best one is averaged into it by score. */
export function mergeOverlapping(detections: readonly SsdDetection[]): SsdDetection[] {
  let rest = detections.toSorted((a, b) => b.score - a.score);
  const merged: SsdDetection[] = [];
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

function weightedMean(group: readonly SsdDetection[], score: number): SsdDetection {
  const total = group.reduce((sum, detection) => sum + detection.score, 0);
  const mean = (read: (detection: SsdDetection) => number) =>
    group.reduce((sum, detection) => sum + read(detection) * detection.score, 0) / total;
  return {
    score,
    box: {
      x: mean(({ box }) => box.x),
      y: mean(({ box }) => box.y),
      width: mean(({ box }) => box.width),
      height: mean(({ box }) => box.height),
    },
    keypoints: group[0]!.keypoints.map((_, k) => mean(({ keypoints }) => keypoints[k]!)),
  };
}

/** From the unit square of an upright region to pixels of the image. */
export function toImage(detection: SsdDetection, region: Region): SsdDetection {
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
