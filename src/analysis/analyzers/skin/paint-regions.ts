import { FACE_OVAL, FEATURE_OUTLINES, outlineOf, scaledOutline } from '../../../vision/skin-regions.ts';
import { type Placement, toSurface } from './resample-face.ts';
import { SURFACE_OUTLINES, SURFACE_REGION_NAMES } from './surface-regions.ts';

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

  /** Row by row, between each two crossings of the outline with the row's middle (even-odd rule). */
  function paint(outline: Float32Array, set: (index: number) => void): void {
    const { width, height } = placement;
    const ys = outline.filter((_, i) => i % 2 === 1);
    const bottom = Math.min(height, Math.ceil(Math.max(...ys)));
    for (let row = Math.max(0, Math.floor(Math.min(...ys))); row < bottom; row++) {
      const crossings = crossingsOf(outline, row + 0.5);
      for (let pair = 0; pair + 1 < crossings.length; pair += 2) {
        const end = Math.min(width, Math.ceil(crossings[pair + 1]! - 0.5));
        for (let x = Math.max(0, Math.ceil(crossings[pair]! - 0.5)); x < end; x++) set(row * width + x);
      }
    }
  }
}

function crossingsOf(outline: Float32Array, y: number): number[] {
  const crossings: number[] = [];
  const count = outline.length / 2;
  for (let i = 0, j = count - 1; i < count; j = i++) {
    const [xi, yi, xj, yj] = [outline[i * 2]!, outline[i * 2 + 1]!, outline[j * 2]!, outline[j * 2 + 1]!];
    if (yi > y !== yj > y) crossings.push(xi + ((xj - xi) * (y - yi)) / (yj - yi));
  }
  return crossings.sort((a, b) => a - b);
}
