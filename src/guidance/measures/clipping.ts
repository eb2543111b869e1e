import { bandScore } from '../band-score.ts';
import type { Measure } from '../types.ts';

/**
 * Share of the face's pixels with a channel crushed to black or blown to white: what is lost there no analysis brings
 * back. Source: OFIQ under- and over-exposure, with crushed for dark: their lowest tenth is where well-lit dark skin is.
 */
export const clipping: Measure = {
  id: 'clipping',
  unit: 'ratio',
  weight: 1,
  hysteresis: 0.01,
  blocksWhenUnknown: true,
  read({ analysis: { face } }) {
    return face === null ? null : face.appearance.darkClippedShare + face.appearance.brightClippedShare;
  },
  score: (value, threshold) => bandScore(value, threshold, { ideal: 0, span: 0.3 }),
  hint(_value, _threshold, { analysis: { face } }) {
    const blown = face !== null && face.appearance.brightClippedShare >= face.appearance.darkClippedShare;
    return { code: blown ? 'less-light' : 'more-light' };
  },
};
