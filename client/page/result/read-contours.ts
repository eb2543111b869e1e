import { CONTOUR_REGION_NAMES } from '../../../src/protocol/contour-regions.ts';
import { type ImageSize, readSize } from './read-size.ts';
import { fieldsOf, numberOf } from './unknown-fields.ts';

/** In the order of drawing. */
export const CONTOUR_REGIONS: readonly string[] = CONTOUR_REGION_NAMES;

export interface ShownContour {
  /** The region's name, or the label of a segmentation map. */
  readonly region: string;
  /** Of an SVG path, in pixels of the still. */
  readonly path: string;
}

export interface ShownContours {
  readonly image: ImageSize | null;
  /** Named regions in the order of drawing, then others. */
  readonly contours: readonly ShownContour[];
}

/** As many as a segmentation map may name. */
const MAX_CONTOURS = 64;
const MAX_POINTS = 20_000;
const MAX_NAME = 64;
const MIN_CORNERS = 3;

/**
 * Reads the `result` of a `result` message of the kind `face-contours`: lines are made of its numbers, and its SVG
 * document is never looked at.
 */
export function readContours(result: unknown): ShownContours {
  const fields = fieldsOf(result) ?? {};
  const image = readSize(fields.image);
  const lines = fieldsOf(fields.mask_contours);
  if (image === null || lines === null) return { image, contours: [] };
  const contours = Object.entries(lines)
    .slice(0, MAX_CONTOURS)
    .flatMap(([region, points]) => {
      const path = pathOf(points, image);
      return path === null || region === '' || region.length > MAX_NAME ? [] : [{ region, path }];
    });
  const place = ({ region }: ShownContour): number => {
    const known = CONTOUR_REGIONS.indexOf(region);
    return known < 0 ? CONTOUR_REGIONS.length : known;
  };
  return { image, contours: contours.sort((one, other) => place(one) - place(other)) };
}

/** null where it is no closed line of points in or near the picture. */
function pathOf(points: unknown, { width, height }: ImageSize): string | null {
  if (!Array.isArray(points) || points.length < MIN_CORNERS || points.length > MAX_POINTS) return null;
  const corners: string[] = [];
  for (const point of points as unknown[]) {
    if (!Array.isArray(point)) return null;
    const [x, y] = [numberOf(point[0]), numberOf(point[1])];
    if (x === null || y === null || Math.abs(x) > 2 * width || Math.abs(y) > 2 * height) return null;
    corners.push(`${x.toFixed(1)},${y.toFixed(1)}`);
  }
  return `M${corners.join('L')}Z`;
}
