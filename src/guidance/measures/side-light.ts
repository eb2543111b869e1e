import { bandScore } from '../band-score.ts';
import { faceLight } from '../face-light.ts';
import type { Measure } from '../types.ts';

/**
 * The shine of skin, as a share of the light on the white of the eye. It comes off the surface in every tone alike: on
 * light skin it is lost in what comes from within, on very dark skin it is most of what is seen.
 */
const SHINE = 0.08;

/**
 * How much darker the darker half of the face is: |left − right| ÷ (the brighter + shine), mean linear luminance of the skin.
 * Without the shine the same light from 20° aside reads 0.2 on very light skin and 0.5 on very dark; with it, both 0.2.
 * Source: Perfect Corp CameraKit's luma difference, which is between gamma-encoded values; the shine is own.
 */
export const sideLight: Measure = {
  id: 'side-light',
  unit: 'ratio',
  weight: 2,
  hysteresis: 0.03,
  blocksWhenUnknown: false,
  read({ analysis: { face } }) {
    const light = face === null ? null : faceLight(face.appearance);
    if (face === null || light === null) return null;
    const { leftLuminance, rightLuminance } = face.appearance;
    const brighter = Math.max(leftLuminance, rightLuminance);
    return Math.abs(leftLuminance - rightLuminance) / (brighter + SHINE * light);
  },
  score: (value, threshold) => bandScore(value, threshold, { ideal: 0, span: 0.4 }),
  hint: () => ({ code: 'face-the-light' }),
};
