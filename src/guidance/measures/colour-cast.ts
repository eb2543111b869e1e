import { bandScore } from '../band-score.ts';
import type { Measure } from '../types.ts';

/**
 * How coloured the light is: the chroma, in CIE Lab units, of what should be neutral on a face. Unknown where nothing
 * neutral is seen, and then nobody is held back. Source: own definition; OFIQ's natural colour judges the skin's own hue
 * and thereby the person.
 */
export const colourCast: Measure = {
  id: 'colour-cast',
  unit: 'Lab chroma',
  weight: 1,
  hysteresis: 1.5,
  blocksWhenUnknown: false,
  read({ analysis: { face } }) {
    const cast = face?.appearance.colourCast ?? null;
    return cast === null ? null : Math.hypot(cast.a, cast.b);
  },
  score: (value, threshold) => bandScore(value, threshold, { ideal: 0, span: 25 }),
  hint: () => ({ code: 'neutral-light' }),
};
