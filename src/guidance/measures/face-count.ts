import { bandScore } from '../band-score.ts';
import type { Measure } from '../types.ts';

/** A second face smaller than this share of the first one's area is a poster or a passer-by, and no second person. */
const BYSTANDER_RATIO = 0.1;

/** In a frame whose brightest parts are darker than this nobody is found, and the light is what to mend. */
export const TOO_DARK_TO_SEE = 0.05;

/**
 * People in view, by the faces found. Faces far smaller than the first do not count.
 * Source: OFIQ single face present (1 − second face's area ÷ first's), ISO/IEC 29794-5.
 */
export const faceCount: Measure = {
  id: 'face-count',
  unit: 'faces',
  weight: 0,
  hysteresis: 0,
  blocksWhenUnknown: true,
  read({ analysis }) {
    if (analysis.face === null) return 0;
    return analysis.secondFaceRatio < BYSTANDER_RATIO ? 1 : Math.max(2, analysis.faceCount);
  },
  score: (value, threshold) => bandScore(value, threshold, { ideal: 1, span: 1 }),
  hint(value, _threshold, { analysis }) {
    if (value >= 1) return { code: 'one-person' };
    return { code: analysis.scene.luminanceP95 < TOO_DARK_TO_SEE ? 'more-light' : 'no-face' };
  },
};
