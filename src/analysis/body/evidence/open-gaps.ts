import { type BodyMask, MASK_SIDE_PX } from '../../../vision/body-mask.ts';
import { BODY_POINT } from '../../../vision/body-points.ts';
import { LINEAR } from '../../../vision/colour.ts';
import type { RgbImage } from '../../../vision/types.ts';
import type { Point } from './silhouette.ts';

type Colour = readonly [number, number, number];

const PERSON = 0.5;
/** Surely not the person. */
const OUTSIDE = 0.05;
/** Of the mask's pixels beyond an arm, that say what the background's colour is. */
const BACKGROUND_PIXELS = 6;
/** From the arm's soft edge to the first of them. */
const MARGIN_PIXELS = 2;
/** A pixel is background where it is this much nearer to the background's colour than the trunk is. */
const BACKGROUND_SHARE = 0.2;
/** Root of squares of linear colour: a trunk that is as near to the background's colour tells nothing. */
const MIN_CONTRAST = 0.04;
/** Samples across a pixel of the mask. */
const SAMPLES = 5;

/**
 * The mask with the gap between trunk and arms opened where the background is seen through it. The model closes gaps
 * of two or three of its pixels, and a chest is then as broad as both arms together. Only looks between shoulder,
 * elbow and hip.
 * @param landmarks 33 × (x, y, z), pixels of the picture
 */
export function openGaps(image: RgbImage, mask: BodyMask, landmarks: ArrayLike<number>): BodyMask {
  const { confidence, region } = mask;
  const pxPerMaskPx = region.sizePx / MASK_SIDE_PX;
  const [cos, sin] = [Math.cos(region.rotationRad), Math.sin(region.rotationRad)];
  const opened = Float32Array.from(confidence);
  const pointOf = (index: number): Point => {
    const dx = (landmarks[index * 3]! - region.centerX) / pxPerMaskPx;
    const dy = (landmarks[index * 3 + 1]! - region.centerY) / pxPerMaskPx;
    return { x: dx * cos + dy * sin + MASK_SIDE_PX / 2, y: dy * cos - dx * sin + MASK_SIDE_PX / 2 };
  };
  const colourAt = (u: number, v: number): Colour => {
    const du = (u - MASK_SIDE_PX / 2) * pxPerMaskPx;
    const dv = (v - MASK_SIDE_PX / 2) * pxPerMaskPx;
    return pixelOf(image, region.centerX + du * cos - dv * sin, region.centerY + du * sin + dv * cos);
  };

  const axis = { top: middleOf('Shoulder'), bottom: middleOf('Hip') };
  for (const side of ['left', 'right'] as const) {
    const shoulder = pointOf(BODY_POINT[`${side}Shoulder`]);
    const elbow = pointOf(BODY_POINT[`${side}Elbow`]);
    const hip = pointOf(BODY_POINT[`${side}Hip`]);
    const outward = Math.sign(elbow.x - hip.x);
    if (outward === 0) continue;
    const first = Math.max(0, Math.floor(Math.min(shoulder.y, elbow.y)));
    const last = Math.min(MASK_SIDE_PX - 1, Math.ceil(Math.min(elbow.y, hip.y)));
    for (let row = first; row <= last; row++) {
      // The gap may begin inside of the joints: halfway to them is surely the trunk.
      const middle = onLine(axis.top, axis.bottom, row + 0.5);
      const inner = (middle + onLine(shoulder, hip, row + 0.5)) / 2;
      const outer = onLine(shoulder, elbow, row + 0.5);
      if ((outer - inner) * outward < 1) continue;
      const background = backgroundBeyond(row, outer, outward);
      if (background === null) continue;
      const apart = distance(colourAt(inner, row + 0.5), background);
      if (apart < MIN_CONTRAST) continue;
      const [from, to] = outward > 0 ? [inner, outer] : [outer, inner];
      for (let column = Math.max(0, Math.floor(from)); column <= Math.min(MASK_SIDE_PX - 1, to); column++) {
        const at = row * MASK_SIDE_PX + column;
        if (confidence[at]! < PERSON) continue;
        let seen = 0;
        for (let i = 0; i < SAMPLES * SAMPLES; i++) {
          const u = column + ((i % SAMPLES) + 0.5) / SAMPLES;
          const v = row + (Math.floor(i / SAMPLES) + 0.5) / SAMPLES;
          if (distance(colourAt(u, v), background) < BACKGROUND_SHARE * apart) seen++;
        }
        opened[at] = Math.min(confidence[at]!, 1 - seen / (SAMPLES * SAMPLES));
      }
    }
  }
  return { confidence: opened, region };

  function middleOf(joint: 'Shoulder' | 'Hip'): Point {
    const [left, right] = [pointOf(BODY_POINT[`left${joint}`]), pointOf(BODY_POINT[`right${joint}`])];
    return { x: (left.x + right.x) / 2, y: (left.y + right.y) / 2 };
  }

  function backgroundBeyond(row: number, arm: number, outward: number): Colour | null {
    let column = Math.round(arm);
    const inside = () => column >= 0 && column < MASK_SIDE_PX;
    while (inside() && confidence[row * MASK_SIDE_PX + column]! >= OUTSIDE) column += outward;
    column += MARGIN_PIXELS * outward;
    const colours: Colour[] = [];
    for (; inside() && colours.length < BACKGROUND_PIXELS; column += outward) {
      if (confidence[row * MASK_SIDE_PX + column]! < OUTSIDE) colours.push(colourAt(column + 0.5, row + 0.5));
    }
    if (colours.length < BACKGROUND_PIXELS) return null;
    const mean = (channel: 0 | 1 | 2) => colours.reduce((sum, c) => sum + c[channel], 0) / colours.length;
    return [mean(0), mean(1), mean(2)];
  }
}

function onLine(from: Point, to: Point, y: number): number {
  if (to.y === from.y) return from.x;
  const share = Math.min(1, Math.max(0, (y - from.y) / (to.y - from.y)));
  return from.x + share * (to.x - from.x);
}

function distance(a: Colour, b: Colour): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

function pixelOf({ data, width, height }: RgbImage, x: number, y: number): Colour {
  const column = Math.min(width - 1, Math.max(0, Math.floor(x)));
  const row = Math.min(height - 1, Math.max(0, Math.floor(y)));
  const at = (row * width + column) * 3;
  return [LINEAR[data[at]!]!, LINEAR[data[at + 1]!]!, LINEAR[data[at + 2]!]!];
}
