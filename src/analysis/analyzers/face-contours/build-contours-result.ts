import type { ContourOptions } from '../../../protocol/contour-options.ts';
import type { FaceAlignment } from './align-face.ts';
import { contourSvg, type DrawnRegion } from './contour-svg.ts';
import type { FaceContoursResult } from './face-contours-result.ts';
import { hundredths, perimeterOf, pointsOf, shapeArea } from './geometry/outline.ts';
import { cropAround } from './geometry/placement.ts';

export interface FoundContours {
  readonly image: { readonly width: number; readonly height: number };
  readonly source: FaceContoursResult['source'];
  readonly alignment: FaceAlignment;
  /** At least one, in the order of drawing. */
  readonly regions: readonly DrawnRegion[];
}

/** Outlines to the result: turned and cropped for the drawing, as they came for everything else. Pure. */
export function buildContoursResult(found: FoundContours, options: ContourOptions): FaceContoursResult {
  const { image, source, alignment, regions } = found;
  const outers = regions.flatMap(({ shapes }) => shapes.map(({ outer }) => outer));
  const crop = cropAround(outers, alignment.turn);
  const svg = contourSvg(regions, crop, options);
  const whole = regions.map(({ id, shapes }) => ({
    id,
    areaPx: hundredths(shapes.reduce((sum, shape) => sum + shapeArea(shape), 0)),
    perimeterPx: hundredths(shapes.reduce((sum, { outer }) => sum + perimeterOf(outer), 0)),
    parts: shapes.map(({ outer, holes }) => ({ outer: pointsOf(outer), holes: holes.map(pointsOf) })),
  }));
  return {
    schema: 'framegate.face-contours/1',
    image: { width: image.width, height: image.height },
    source,
    rotationDeg: hundredths(alignment.rotationDeg),
    alignedBy: alignment.by,
    crop: { width: crop.width, height: crop.height, matrix: [...crop.matrix] },
    svg: Buffer.from(svg, 'utf8').toString('base64'),
    mask_contours: Object.fromEntries(whole.map(({ id, parts }) => [id, parts[0]!.outer])),
    regions: whole,
  };
}
