import type { HintCode } from '../../../protocol/hint-codes.ts';
import type { CardAnalysis } from '../../../vision/types.ts';
import { bandScore } from '../../band-score.ts';
import type { Measure } from '../../types.ts';

const MENDED_BY: Readonly<Record<NonNullable<CardAnalysis['lightProblem']>, HintCode>> = {
  clipped: 'card-glare',
  'too-dark': 'more-light',
  'uneven-light': 'card-even-light',
  'uneven-colour': 'card-even-light',
  'too-small': 'card-closer',
  'not-plain': 'card-plain',
};

/**
 * Whether something keeps the light's colour from being read off the card: 1, or 0. Never hopeless, as the card's scale
 * is good without its colour: who asks for the capture gets it.
 */
export const cardLight: Measure = {
  id: 'card-light',
  unit: 'problems',
  weight: 1,
  hysteresis: 0,
  blocksWhenUnknown: true,
  read({ analysis: { card = null } }) {
    if (card === null) return null;
    return card.lightProblem === null ? 0 : 1;
  },
  score: (value, threshold) => bandScore(value, threshold, { ideal: 0, span: 2 }),
  hint(_value, _threshold, { analysis: { card = null } }) {
    const problem = card?.lightProblem ?? null;
    return { code: problem === null ? 'card-even-light' : MENDED_BY[problem] };
  },
};
