import { bandScore } from '../band-score.ts';
import { faceLight, stopsAbove } from '../face-light.ts';
import type { Measure } from '../types.ts';

/**
 * How many stops the surroundings of the face are brighter than the white of the eye. The skin would be the wrong thing to
 * compare with: the same wall is five stops brighter than very dark skin and darker than very light skin. A face that
 * is well exposed cannot fail, since nothing is brighter than white.
 * Source: own definition (facts on fair exposure: face against scene).
 */
export const backLight: Measure = {
  id: 'back-light',
  unit: 'stops',
  weight: 1,
  hysteresis: 0.2,
  blocksWhenUnknown: false,
  read({ analysis: { face } }) {
    const light = face === null ? null : faceLight(face.appearance);
    if (face === null || light === null) return null;
    return stopsAbove(face.appearance.surroundLuminance, light);
  },
  score: (value, threshold) => bandScore(value, threshold, { ideal: 0, span: 3 }),
  hint: () => ({ code: 'avoid-back-light' }),
};
