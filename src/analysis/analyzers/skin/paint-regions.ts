import { FEATURE_OUTLINES, isInside, outlineOf, scaledOutline } from '../../../vision/skin-regions.ts';
import { type Placement, toSurface } from './resample-face.ts';
import { SURFACE_OUTLINES, SURFACE_REGION_NAMES } from './surface-regions.ts';

const FACE_OVAL = [
  10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149,
  150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
];
/** Brows, lids and lips have soft edges. */
const FEATURE_GROWTH = 1.12;

/** Skin of the face between the regions. */
export const REST_OF_FACE = 255;

/** 1 + the index of each pixel's region, REST_OF_FACE between them, 0 outside; what is not skin is left out. */
export function paintRegions(landmarks: Float32Array, placement: Placement): Uint8Array {
  const plane = new Uint8Array(placement.width * placement.height);
  SURFACE_REGION_NAMES.forEach((name, index) => {
    paint(onSurface(outlineOf(landmarks, 3, SURFACE_OUTLINES[name])), (i) => {
      if (plane[i] === 0) plane[i] = index + 1;
    });
  });
  paint(onSurface(outlineOf(landmarks, 3, FACE_OVAL)), (i) => {
    if (plane[i] === 0) plane[i] = REST_OF_FACE;
  });
  for (const feature of Object.values(FEATURE_OUTLINES)) {
    paint(onSurface(scaledOutline(outlineOf(landmarks, 3, feature), FEATURE_GROWTH)), (i) => {
      plane[i] = 0;
    });
  }
  return plane;

  function onSurface(outline: Float32Array): Float32Array {
    const placed = new Float32Array(outline.length);
    for (let i = 0; i < outline.length; i += 2) {
      const { x, y } = toSurface(placement, outline[i]!, outline[i + 1]!);
      placed[i] = x;
      placed[i + 1] = y;
    }
    return placed;
  }

  function paint(outline: Float32Array, set: (index: number) => void): void {
    let [left, top, right, bottom] = [placement.width, placement.height, 0, 0];
    for (let i = 0; i < outline.length; i += 2) {
      left = Math.min(left, outline[i]!);
      right = Math.max(right, outline[i]!);
      top = Math.min(top, outline[i + 1]!);
      bottom = Math.max(bottom, outline[i + 1]!);
    }
    for (let y = Math.max(0, Math.floor(top)); y < Math.min(placement.height, bottom); y++) {
      for (let x = Math.max(0, Math.floor(left)); x < Math.min(placement.width, right); x++) {
        if (isInside(outline, x + 0.5, y + 0.5)) set(y * placement.width + x);
      }
    }
  }
}
