import { luminanceOf } from '../../../../vision/colour.ts';
import type { Box } from '../../../../vision/types.ts';
import type { StillFace } from '../still-face.ts';
import { clampScore, type FaceFeature, sigmoid } from './types.ts';

/** The picture is walked in this many columns, so that texture counts alike in a small and in a large still. */
const COLUMNS = 160;
const MIN_SAMPLES = 200;

/**
 * Mean step of linear luminance (of 255) between neighbours of a coarse grid, outside of the head and of the body
 * below it: 0 for a plain wall. Told only. Source: after OFIQ background uniformity.
 */
export const backgroundUniformity: FaceFeature = {
  id: 'background-uniformity',
  unit: 'levels',
  counts: false,
  read(still) {
    const { image } = still;
    const cell = Math.max(1, Math.floor(image.width / COLUMNS));
    const head = headBox(still);
    let sum = 0;
    let count = 0;
    for (let y = 0; y + 2 * cell <= image.height; y += cell) {
      for (let x = 0; x + 2 * cell <= image.width; x += cell) {
        if (isPerson(head, x, y) || isPerson(head, x + cell, y)) continue;
        const here = cellLuminance(still, x, y, cell);
        const right = cellLuminance(still, x + cell, y, cell);
        const below = cellLuminance(still, x, y + cell, cell);
        sum += Math.hypot(right - here, below - here);
        count++;
      }
    }
    return count < MIN_SAMPLES ? null : (sum / count) * 255;
  },
  score: (value) => clampScore(200 * (1 - sigmoid(value, 0, 6))),
};

/** The face's box, grown to hair and ears. */
function headBox({ face: { box } }: StillFace): Box {
  const side = box.width * 0.35;
  const above = box.height * 0.45;
  return { x: box.x - side, y: box.y - above, width: box.width + 2 * side, height: box.height + above };
}

function isPerson(head: Box, x: number, y: number): boolean {
  if (y < head.y) return false;
  if (y <= head.y + head.height) return x >= head.x && x <= head.x + head.width;
  // Shoulders: anything below the chin may be body.
  return true;
}

function cellLuminance({ image }: StillFace, x: number, y: number, cell: number): number {
  let sum = 0;
  let count = 0;
  const step = Math.max(1, cell >> 2);
  for (let v = y; v < y + cell; v += step) {
    for (let u = x; u < x + cell; u += step) {
      const at = (v * image.width + u) * 3;
      sum += luminanceOf(image.data[at]!, image.data[at + 1]!, image.data[at + 2]!);
      count++;
    }
  }
  return sum / count;
}
