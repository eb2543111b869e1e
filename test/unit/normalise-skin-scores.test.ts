import { describe, expect, it, test } from 'vitest';
import {
  decileOf,
  normaliseSkinScores,
  programCodeOf,
  severityOf,
} from '../../src/analysis/skin-providers/normalise-skin-scores.ts';

const score = (raw: number, ui = 99) => ({ raw_score: raw, ui_score: ui, output_mask_name: 'x.png' });

test.each([
  [100, 'none', 10],
  [95, 'none', 10],
  [94.9, 'mild', 10],
  [80, 'mild', 8],
  [79.9, 'moderate', 8],
  [60, 'moderate', 6],
  [59.9, 'severe', 6],
  [0, 'severe', 1],
])('a score of %d is %s and of decile %d', (value, severity, decile) => {
  expect([severityOf(value), decileOf(value)]).toEqual([severity, decile]);
});

test.each([
  [1, 1, 1],
  [10, 1, 10],
  [1, 10, 91],
  [10, 10, 100],
  [3, 5, 43],
])('acne %d and wrinkle %d are program %d', (acne, wrinkle, code) => {
  expect(programCodeOf(acne, wrinkle)).toBe(code);
});

describe('normaliseSkinScores', () => {
  it('reads HD names, regions beside the whole, the overall score and the age', () => {
    const scores = normaliseSkinScores({
      hd_redness: score(72),
      hd_acne: { whole: score(30) },
      hd_wrinkle: { whole: score(41), forehead: score(80) },
      all: { score: 75.75 },
      skin_age: 37,
    });
    expect(scores).toEqual({
      conditions: {
        redness: { score: 72, severity: 'moderate', decile: 8 },
        acne: { score: 30, severity: 'severe', decile: 3 },
        wrinkle: { score: 41, severity: 'severe', decile: 5, regions: { forehead: 80 } },
      },
      programCode: 43,
      overallScore: 75.75,
      skinAge: 37,
    });
  });

  it('takes dark_circle_v2 for dark_circle, and leaves out what is not there', () => {
    const scores = normaliseSkinScores({
      dark_circle_v2: score(96),
      mystery: score(1),
      constructor: score(2),
    });
    expect(scores).toEqual({ conditions: { dark_circle: { score: 96, severity: 'none', decile: 10 } } });
  });

  test.each([
    ['no object', null],
    ['a list', []],
    ['nothing', {}],
    ['regions without a whole', { hd_pore: { nose: score(50) } }],
    ['text for a score', { acne: { raw_score: '50' } }],
    ['null for a score', { acne: { raw_score: null, whole: { raw_score: null } } }],
    ['a score above 100', { acne: score(101) }],
    ['NaN', { acne: score(Number.NaN) }],
    ['one concern twice', { acne: score(50), hd_acne: score(60) }],
    ['an overall score that is none', { acne: score(50), all: { score: 'x' } }],
  ])('refuses %s', (_, given) => {
    expect(() => normaliseSkinScores(given)).toThrow(expect.objectContaining({ code: 'provider-malformed' }));
  });
});
