import type { Outline } from '../geometry/outline.ts';
import { type Cv, withMats } from './open-cv.ts';

/** How far a line may move. Two neighbours' lines together move less than the gap between them. */
const TOLERANCE_PX = 0.2;

/** The same line with fewer points (Douglas and Peucker). */
export function simplified(cv: Cv, outline: Outline): number[] {
  return withMats((keep) => {
    const line = keep(cv.matFromArray(outline.length / 2, 1, cv.CV_32FC2, [...outline]));
    const fewer = keep(new cv.Mat());
    cv.approxPolyDP(line, fewer, TOLERANCE_PX, true);
    return fewer.rows < 3 ? [...outline] : Array.from(fewer.data32F);
  });
}
