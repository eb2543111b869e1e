import { bandScore } from '../../band-score.ts';
import { stopsAbove } from '../../face-light.ts';
import type { Measure } from '../../types.ts';
import { TOO_DARK_TO_SEE } from '../face-count.ts';

/** Surroundings that are this much brighter than a body that is lost to black are the reason of it, stops. */
const BACK_LIT = 3;
/** Linear luminance above which a body cannot be half crushed, so that it is blown. */
const NOT_CRUSHED = 0.03;

/**
 * Share of the silhouette that is crushed to black or blown to white; all of it in a scene whose brightest parts are too
 * dark to see by. How bright the body is says as much of its clothes as of the light and is not looked at.
 * Source: as for faces (clipping.ts).
 */
export const bodyLight: Measure = {
  id: 'body-light',
  unit: 'ratio',
  weight: 1,
  hysteresis: 0.02,
  blocksWhenUnknown: true,
  read({ analysis: { body = null, scene } }) {
    if (body === null) return null;
    return scene.luminanceP95 < TOO_DARK_TO_SEE ? 1 : body.clippedShare;
  },
  score: (value, threshold) => bandScore(value, threshold, { ideal: 0, span: 0.4 }),
  hint(_value, _threshold, { analysis: { body = null } }) {
    if (body === null) return { code: 'more-light' };
    if (body.luminance > NOT_CRUSHED) return { code: 'less-light' };
    const isBackLit = stopsAbove(body.surroundLuminance, body.luminance) > BACK_LIT;
    return { code: isBackLit ? 'avoid-back-light' : 'more-light' };
  },
};
