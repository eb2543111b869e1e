import { type Cv, withMats } from '../../../../vision/open-cv.ts';
import { type Outline, signedArea } from '../geometry/outline.ts';

/** How far a line may move. Two neighbours' lines together move less than the gap between them. */
const MAX_TOLERANCE_PX = 0.2;
/** Less around small areas, which chords would make smaller: of the side of a square of the same area. */
const TOLERANCE_SHARE = 0.005;

/** The same line with fewer points (Douglas and Peucker). */
export function simplified(cv: Cv, outline: Outline): number[] {
  return withMats((keep) => {
    const line = keep(cv.matFromArray(outline.length / 2, 1, cv.CV_32FC2, [...outline]));
    const fewer = keep(new cv.Mat());
    const tolerance = Math.min(MAX_TOLERANCE_PX, TOLERANCE_SHARE * Math.sqrt(Math.abs(signedArea(outline))));
    cv.approxPolyDP(line, fewer, tolerance, true);
    return fewer.rows < 3 ? [...outline] : Array.from(fewer.data32F);
  });
}
