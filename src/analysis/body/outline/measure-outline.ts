import { BODY_POINT } from '../../../vision/body-points.ts';

export const OUTLINE_LEVELS = ['chest', 'waist', 'hip'] as const;
export type OutlineLevel = (typeof OUTLINE_LEVELS)[number];

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A line across the trunk, at right angles to its own axis: from edge to edge of the person, in pixels. */
export interface OutlineWidth {
  readonly left: Point;
  readonly right: Point;
  readonly widthPx: number;
}

/**
 * Shares of the way from the middle of the hips to the middle of the shoulders: where chest, waist (at the navel) and hip
 * (where the buttocks stand out most) lie on the mean man and woman of ANSUR II, whose hip joints are at 0.52 of the
 * stature and whose shoulder joints 4 cm under the acromion. Both sexes differ by less than 0.01.
 */
const PLACES: Readonly<Record<OutlineLevel, number>> = { chest: 0.735, waist: 0.3, hip: -0.055 };
/** A width is the median of some lines beside each other, in shares of the trunk's length: one wrinkle of clothes is none. */
const BESIDE = [-0.02, -0.01, 0, 0.01, 0.02] as const;
/** No trunk is wider, to each side, than this share of its length. */
const REACH = 0.9;
const STEP_PX = 0.5;
const EDGE = 127.5;

/**
 * Widths of the trunk along its own axis: breadths from the front, depths from the side. An arm that lies against the
 * body is taken for it; one that hangs free is not reached. null for a level whose middle is not the person, or whose edge
 * lies outside of the picture.
 * @param mask one byte a pixel, 255 surely the person
 * @param landmarks 33 × (x, y, z) in pixels of the picture
 */
export function measureOutline(
  mask: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
  landmarks: ArrayLike<number>,
): Readonly<Record<OutlineLevel, OutlineWidth | null>> {
  const middleOf = (a: number, b: number): Point => ({
    x: (landmarks[a * 3]! + landmarks[b * 3]!) / 2,
    y: (landmarks[a * 3 + 1]! + landmarks[b * 3 + 1]!) / 2,
  });
  const hips = middleOf(BODY_POINT.leftHip, BODY_POINT.rightHip);
  const shoulders = middleOf(BODY_POINT.leftShoulder, BODY_POINT.rightShoulder);
  const length = Math.hypot(shoulders.x - hips.x, shoulders.y - hips.y);
  const up = { x: (shoulders.x - hips.x) / length, y: (shoulders.y - hips.y) / length };
  // To the image's right on an upright body.
  const across = { x: -up.y, y: up.x };

  const at = (share: number): OutlineWidth | null => {
    const middle = { x: hips.x + share * length * up.x, y: hips.y + share * length * up.y };
    const left = edgeFrom(middle, { x: -across.x, y: -across.y });
    const right = edgeFrom(middle, across);
    if (left === null || right === null) return null;
    return { left, right, widthPx: Math.hypot(right.x - left.x, right.y - left.y) };
  };
  const level = (name: OutlineLevel): OutlineWidth | null => {
    const found = BESIDE.map((beside) => at(PLACES[name] + beside)).filter((line) => line !== null);
    if (found.length < BESIDE.length) return null;
    return found.toSorted((a, b) => a.widthPx - b.widthPx)[Math.floor(found.length / 2)]!;
  };
  return { chest: level('chest'), waist: level('waist'), hip: level('hip') };

  function edgeFrom(from: Point, direction: Point): Point | null {
    let before = coverageAt(from.x, from.y);
    if (before === null || before < EDGE) return null;
    for (let way = STEP_PX; way < REACH * length; way += STEP_PX) {
      const now = coverageAt(from.x + way * direction.x, from.y + way * direction.y);
      if (now === null) return null;
      if (now < EDGE) {
        const exact = way - (STEP_PX * (EDGE - now)) / (before - now);
        return { x: from.x + exact * direction.x, y: from.y + exact * direction.y };
      }
      before = now;
    }
    return null;
  }

  /** Bilinear, pixel centres at halves; null outside of the picture. */
  function coverageAt(x: number, y: number): number | null {
    const [column, row] = [Math.floor(x - 0.5), Math.floor(y - 0.5)];
    if (column < 0 || row < 0 || column + 1 >= width || row + 1 >= height) return null;
    const [fx, fy] = [x - 0.5 - column, y - 0.5 - row];
    const i = row * width + column;
    return (
      mask[i]! * (1 - fx) * (1 - fy) +
      mask[i + 1]! * fx * (1 - fy) +
      mask[i + width]! * (1 - fx) * fy +
      mask[i + width + 1]! * fx * fy
    );
  }
}
