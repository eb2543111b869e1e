import { describe, expect, it } from 'vitest';
import { traceCard } from '../../src/guidance/card-trace.ts';
import { inspect } from '../../src/guidance/inspect.ts';
import { judge } from '../../src/guidance/judge.ts';
import { CARD_MEASURES } from '../../src/guidance/measures/card/card-measures.ts';
import { resolveProfile } from '../../src/guidance/profiles.ts';
import type { Measure } from '../../src/guidance/types.ts';
import { CARD_MEASURE_IDS, type MeasureId, PROFILE_LEVELS } from '../../src/protocol/checks.ts';
import type { HintCode } from '../../src/protocol/hint-codes.ts';
import { bodyFrame, cardFrame } from '../support/body-analysis.ts';

const profile = resolveProfile('reference-card');

function measure(id: MeasureId): Measure {
  return CARD_MEASURES.find((candidate) => candidate.id === id)!;
}

const input = (card?: Parameters<typeof cardFrame>[0]) => ({
  analysis: cardFrame(card),
  previous: null,
  elapsedMs: 0,
});

describe('a reference card', () => {
  it('has its measures in the order of mending', () => {
    expect(CARD_MEASURES.map(({ id }) => id)).toEqual([...CARD_MEASURE_IDS]);
  });

  it.each(PROFILE_LEVELS)('passes %s when it is near, flat and evenly lit', (level) => {
    expect(inspect(cardFrame(), resolveProfile('reference-card', level))).toMatchObject({
      verdict: 'pass',
      hint: null,
    });
  });

  it.each<[what: string, card: Parameters<typeof cardFrame>[0], measure: MeasureId, value: number, HintCode]>(
    [
      ['missing', null, 'card-in-view', 0, 'no-card'],
      ['far', { lengthPx: 50 }, 'card-size', 50, 'card-closer'],
      ['aslant', { tiltDeg: 30 }, 'card-flat', 30, 'card-flat'],
      ['in glare', { lightProblem: 'clipped' }, 'card-light', 1, 'card-glare'],
      ['in the dark', { lightProblem: 'too-dark' }, 'card-light', 1, 'more-light'],
      ['half in shadow', { lightProblem: 'uneven-light' }, 'card-light', 1, 'card-even-light'],
      ['in two lights', { lightProblem: 'uneven-colour' }, 'card-light', 1, 'card-even-light'],
      ['too small for its colour', { lightProblem: 'too-small' }, 'card-light', 1, 'card-closer'],
      ['printed', { lightProblem: 'not-plain' }, 'card-light', 1, 'card-plain'],
    ],
  )('that is %s is told so', (_what, card, id, value, code) => {
    expect(measure(id).read(input(card))).toBe(value);
    const { verdict, hint, checks } = inspect(cardFrame(card), profile);
    expect({ verdict, hint }).toEqual({ verdict: 'adjust', hint: { code } });
    expect(checks.find((check) => check.id === id)?.status).toMatch(/adjust|fail/);
  });

  it('is unknown but for its absence when there is none', () => {
    const { checks } = inspect(cardFrame(null), profile);
    expect(checks[0]).toMatchObject({ id: 'card-in-view', value: 0, status: 'fail' });
    expect(new Set(checks.slice(1).map(({ status }) => status))).toEqual(new Set(['unknown']));
  });

  it('whose colour cannot be read may be taken by hand, one that is not there may not', () => {
    const allows = (analysis: ReturnType<typeof cardFrame>) =>
      judge({ width: 480 }, analysis, inspect(analysis, profile)).allowsManual;
    expect(allows(cardFrame({ lightProblem: 'not-plain' }))).toBe(true);
    expect(allows(cardFrame(null))).toBe(false);
    expect(allows(bodyFrame())).toBe(false);
  });

  it('moves by its middle, whichever corner comes first', () => {
    const motion = measure('card-motion');
    const previous = traceCard(cardFrame());
    const analysis = cardFrame({ centerX: 0.55 });
    // 24 px of the card's 150, in 0.1 s.
    expect(motion.read({ analysis, previous, elapsedMs: 100 })).toBeCloseTo((24 / 150 - 0.008) / 0.1, 2);
    const { card } = cardFrame();
    const turned = [...card!.corners.slice(1), card!.corners[0]!];
    const same = { ...cardFrame(), card: { ...card!, corners: turned } };
    expect(motion.read({ analysis: same, previous, elapsedMs: 100 })).toBe(0);
    expect(motion.read({ analysis: cardFrame(null), previous, elapsedMs: 100 })).toBeNull();
  });
});
