import { bandScore } from '../band-score.ts';
import { faceLight, stopsAbove } from '../face-light.ts';
import type { Measure } from '../types.ts';

/** Linear luminance of the white of the eye in a well exposed portrait. */
export const IDEAL_EYE_WHITE = 0.32;

/**
 * Light on the face, in stops (doublings) from ideal, read at the white of the eye: it reflects about the same in every
 * person, so that the same light gives the same answer for every skin tone. The brightness of the skin itself says as
 * much of the tone as of the light and is not looked at: OFIQ's luminance score gives well-lit dark skin 3 of 100.
 * Source: own definition; Yoti's and OFIQ's mean-brightness gates are what it replaces.
 */
export const exposure: Measure = {
  id: 'exposure',
  unit: 'stops',
  weight: 2,
  hysteresis: 0.2,
  blocksWhenUnknown: false,
  read({ analysis: { face } }) {
    const light = face === null ? null : faceLight(face.appearance);
    return light === null ? null : stopsAbove(light, IDEAL_EYE_WHITE);
  },
  score: (value, threshold) => bandScore(value, threshold, { ideal: 0, span: 3 }),
  hint: (value, threshold) => ({
    code: threshold.max !== undefined && value > threshold.max ? 'less-light' : 'more-light',
  }),
};
