import { describe, expect, it } from 'vitest';
import type { ReviewedAdjustment } from '../../client/admin/api/admin-answers.ts';
import { partnerReviewOf, partnerRowsOf } from '../../client/admin/api/review-of.ts';
import { ageText, cmText, dateText, marginText, percentText } from '../../client/admin/format.ts';
import { problemText } from '../../client/admin/problem-text.ts';
import { EMPTY_LIST, listQuery, neighbour, withPage } from '../../client/admin/review/capture-list.ts';
import { decisionBar } from '../../client/admin/review/decision-bar.ts';
import { figureOf, type MeasuredLine } from '../../client/admin/review/figure.ts';
import { checkDraft } from '../../client/admin/review/label-draft.ts';
import { shortcutOf } from '../../client/admin/shortcuts.ts';
import { ERROR_CODES, type ErrorCode } from '../../src/protocol/error-codes.ts';
import { SAMPLE_METRICS } from '../support/sample-captures.ts';

const EDIT: ReviewedAdjustment = {
  adjustment_id: 'e1',
  user_id: 'ann',
  source: 'user',
  created_at: '2026-01-01T00:00:00.000Z',
  notes: 'tape',
  original_metrics: SAMPLE_METRICS,
  adjusted_metrics: { waist_circumference_cm: 76 },
  keypoints: null,
  approved: null,
  approver_id: null,
  approved_at: null,
  promoted: false,
};

describe('who may decide on an edit', () => {
  const bar = (changes: Partial<ReviewedAdjustment>, role: 'admin' | 'labeler' | 'partner', latest = 'e1') =>
    decisionBar({ ...EDIT, ...changes }, latest, { id: 'ada', role });
  it.each([
    ['an admin, on the newest of somebody else', bar({}, 'admin'), null],
    ['a partner too', bar({}, 'partner'), null],
    ['no labeler', bar({}, 'labeler'), 'role'],
    ['nobody on their own', bar({ user_id: 'ada' }, 'admin'), 'own'],
    ['nobody a second time', bar({ approved: false, user_id: 'ada' }, 'admin'), 'decided'],
    ['nobody on one that a newer one has replaced', bar({}, 'admin', 'e2'), 'newer'],
    [
      'nobody before it is measured',
      bar({ keypoints: [], adjusted_metrics: {} }, 'admin', 'e0'),
      'unmeasured',
    ],
  ])('%s', (_who, given, expected) => {
    expect(given).toBe(expected);
  });
});

describe('a label that is typed', () => {
  it('is centimetres by measure, with a point or a comma, to a millimetre', () => {
    const { measurements, wrong, isEmpty } = checkDraft({
      values: { waist_circumference_cm: ' 75,56 ', height_cm: '172', neck_circumference_cm: ' ' },
      notes: '',
    });
    expect(measurements).toEqual({ waist_circumference_cm: 75.6, height_cm: 172 });
    expect([wrong, isEmpty]).toEqual([{}, false]);
  });

  it.each([
    ['39.9', 'Humans have 40 to 200 cm'],
    ['200.1', 'Humans have 40 to 200 cm'],
    ['7 5', 'Centimetres, as in 75.5'],
    ['-75', 'Centimetres, as in 75.5'],
    ['1e2', 'Centimetres, as in 75.5'],
    ['NaN', 'Centimetres, as in 75.5'],
  ])('%s cm around a waist is refused', (text, why) => {
    const { measurements, wrong } = checkDraft({ values: { waist_circumference_cm: text }, notes: '' });
    expect([measurements, wrong.waist_circumference_cm]).toEqual([{}, why]);
  });

  it('takes the ends of what humans have, and notes of 500 characters', () => {
    const { wrong } = checkDraft({ values: { waist_circumference_cm: '40' }, notes: 'x'.repeat(500) });
    expect(wrong).toEqual({});
    expect(checkDraft({ values: {}, notes: 'x'.repeat(501) })).toMatchObject({
      isEmpty: true,
      wrong: { notes: expect.stringContaining('500') },
    });
  });
});

describe('the address of a page of the list', () => {
  it.each([
    [EMPTY_LIST.filter, null, ''],
    [
      { status: 'edited', source: 'web', openOnly: true } as const,
      17,
      '?status=edited&source=web&has_open_adjustment=true&before=17',
    ],
  ])('%j', (filter, before, expected) => {
    expect(listQuery(filter, before)).toBe(expected);
  });
});

it('the way through the list has two ends', () => {
  const rows = ['a', 'b', 'c'].map((captureId) => ({
    captureId,
    customer: null,
    status: 'done' as const,
    source: 'web' as const,
    createdAt: '',
    confidence: null,
    waits: false,
  }));
  const list = withPage(EMPTY_LIST, { rows, nextBefore: null }, true);
  expect([
    neighbour(list, null, 1),
    neighbour(list, 'a', 1),
    neighbour(list, 'c', 1),
    neighbour(list, 'a', -1),
    neighbour(list, 'gone', -1),
    neighbour(EMPTY_LIST, null, 1),
  ]).toEqual(['a', 'b', null, null, 'a', null]);
});

describe('the figure', () => {
  const LINES: MeasuredLine[] = [
    { view: 'front', metric: 'height_cm', from: [360, 100], to: [360, 1100] },
    { view: 'front', metric: 'waist_circumference_cm', from: [450, 490], to: [270, 492] },
  ];

  it('stands from the crown to the floor, and its outline goes through the ends of the lines', () => {
    const figure = figureOf(LINES, 'front')!;
    const trunk = figure.outlines[0]!;
    expect(figure.heightPx).toBe(1000);
    expect(figure.head.cy - figure.head.ry).toBeCloseTo(100);
    expect(Math.max(...trunk.map(([, y]) => y))).toBe(1100);
    expect(trunk).toContainEqual([270, 492]);
    expect(trunk).toContainEqual([450, 490]);
    // Down the left side first, and up the right one.
    expect(trunk.findIndex(([x]) => x === 270)).toBeLessThan(trunk.findIndex(([x]) => x === 450));
    const up = trunk.slice(-6).map(([, y]) => y);
    expect(up).toEqual([...up].sort((one, other) => other - one));
    for (const [x, y] of figure.outlines.flat()) {
      expect(x).toBeGreaterThan(figure.box.x);
      expect(x).toBeLessThan(figure.box.x + figure.box.width);
      expect(y).toBeLessThan(figure.box.y + figure.box.height);
    }
  });

  it('is not drawn where no height was read', () => {
    expect(figureOf(LINES, 'side')).toBeNull();
    expect(figureOf(LINES.slice(1), 'front')).toBeNull();
    expect(figureOf([{ ...LINES[0]!, to: [360, 100] }], 'front')).toBeNull();
  });
});

describe('numbers and times', () => {
  it('are short, and a dash where there is none', () => {
    expect([
      cmText(75),
      cmText(null),
      marginText(4.04),
      marginText(null),
      percentText(0.825),
      percentText(null),
    ]).toEqual(['75.0', '–', '± 4.0', '', '83 %', '–']);
  });

  it.each([
    [0, 'now'],
    [-5000, 'now'],
    [59_999, 'now'],
    [60_000, '1 min'],
    [7_199_999, '1 h'],
    [86_400_000, '1 d'],
    [45 * 86_400_000, '45 d'],
  ])('%i ms ago: %s', (passedMs, expected) => {
    expect(ageText(1_000_000_000, 1_000_000_000 + passedMs)).toBe(expected);
  });

  it('dates are the reader’s own', () => {
    const noon = '2026-03-02T12:00:00.000Z';
    expect(dateText(noon, 'de')).toContain('02.03.2026');
    expect(dateText(noon, 'en-GB')).toContain('2 Mar 2026');
    expect(dateText('')).toBe('–');
  });
});

it('every error is told in words that end a sentence', () => {
  for (const code of Object.keys(ERROR_CODES) as ErrorCode[])
    expect(problemText(code)).toMatch(/^[A-Z].*\.$/s);
});

describe('a capture that a partner looks at', () => {
  it('without numbers says how it stands, and why', () => {
    const error = { code: 'capture-not-measurable', message: 'nobody is seen' };
    const status = { status: 'failed', queue_position: null, progress: 0, views: {}, error } as const;
    expect(partnerReviewOf('c1', status, null, null)).toMatchObject({
      row: { captureId: 'c1', status: 'failed', confidence: null, waits: false },
      measures: null,
      error,
      adjustments: [],
      dataSet: null,
    });
  });

  it('is named by its customer, and waits where it is edited', () => {
    const of = (customer_name: string, reference: string, status: 'done' | 'edited') => ({
      capture_id: 'c1',
      customer_name,
      reference,
      status,
      created_at: '2026-01-01T00:00:00.000Z',
    });
    const { rows } = partnerRowsOf({
      captures: [of('Carl', 'r-1', 'edited'), of('', 'r-2', 'done')],
      next_before: null,
    });
    expect(rows.map(({ customer, waits }) => [customer, waits])).toEqual([
      ['Carl · r-1', true],
      ['r-2', false],
    ]);
  });
});

describe('keys', () => {
  const key = (name: string, changes = {}, letters = true) =>
    shortcutOf({ key: name, hasModifier: false, isTyping: false, isInList: false, ...changes }, letters);
  it.each([
    ['j moves', key('j'), 'next'],
    ['a asks', key('a'), 'approve'],
    ['not while somebody types', key('a', { isTyping: true }), null],
    ['not with Ctrl, which is the browser’s', key('r', { hasModifier: true }), null],
    ['not when letters are off', key('j', {}, false), null],
    ['arrows move inside of the list', key('ArrowDown', { isInList: true }, false), 'next'],
    ['and scroll elsewhere', key('ArrowDown'), null],
    ['Escape always takes back', key('Escape', { isTyping: true }, false), 'cancel'],
    ['names of the language are no keys', key('constructor'), null],
  ])('%s', (_what, given, expected) => {
    expect(given).toBe(expected);
  });
});
