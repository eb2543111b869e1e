import { LANDMARK } from '../../vision/landmarks.ts';
import { isInside, outlineOf } from '../../vision/skin-regions.ts';
import type { Point } from './layer.ts';

/** Where things are on one face. */
export interface FacePlaces {
  /** Pixels of a millimetre, the eyes of everybody taken to be 63 mm apart. */
  readonly mm: number;
  point(index: number): Point;
  /** The mean of some landmarks. */
  middleOf(indices: readonly number[]): Point;
  /** A point between two landmarks, moved along the face's own right and down, in millimetres. */
  between(a: number, b: number, share: number, rightMm?: number, downMm?: number): Point;
  /** Places about `spacingMm` apart inside of an outline, irregular, the same for the same seed. */
  scatter(outline: readonly number[], spacingMm: number, seed: number): Point[];
}

const INTEROCULAR_MM = 63;

export function facePlaces(landmarks: Float32Array): FacePlaces {
  const point = (index: number): Point => ({ x: landmarks[index * 3]!, y: landmarks[index * 3 + 1]! });
  const middleOf = (indices: readonly number[]): Point => {
    const points = indices.map(point);
    return {
      x: points.reduce((sum, { x }) => sum + x, 0) / points.length,
      y: points.reduce((sum, { y }) => sum + y, 0) / points.length,
    };
  };
  const right = middleOf([LANDMARK.rightEyeInner, LANDMARK.rightEyeOuter]);
  const left = middleOf([LANDMARK.leftEyeInner, LANDMARK.leftEyeOuter]);
  const mm = Math.hypot(left.x - right.x, left.y - right.y) / INTEROCULAR_MM;
  const [ux, uy] = [(left.x - right.x) / INTEROCULAR_MM, (left.y - right.y) / INTEROCULAR_MM];
  return {
    mm,
    point,
    middleOf,
    between(a, b, share, rightMm = 0, downMm = 0) {
      const [from, to] = [point(a), point(b)];
      return {
        x: from.x + share * (to.x - from.x) + rightMm * ux - downMm * uy,
        y: from.y + share * (to.y - from.y) + rightMm * uy + downMm * ux,
      };
    },
    scatter(indices, spacingMm, seed) {
      const outline = outlineOf(landmarks, 3, indices);
      const [xs, ys] = [outline.filter((_, i) => i % 2 === 0), outline.filter((_, i) => i % 2 === 1)];
      const step = spacingMm * mm;
      const found: Point[] = [];
      let cell = seed * 977;
      for (let y = Math.min(...ys); y < Math.max(...ys); y += step) {
        for (let x = Math.min(...xs); x < Math.max(...xs); x += step) {
          cell++;
          const place = { x: x + step * fraction(cell, 12.9898), y: y + step * fraction(cell, 78.233) };
          if (isInside(outline, place.x, place.y)) found.push(place);
        }
      }
      return found;
    },
  };
}

/** 0..1, without order. */
function fraction(index: number, factor: number): number {
  const value = Math.sin(index * factor) * 43758.5453;
  return value - Math.floor(value);
}
