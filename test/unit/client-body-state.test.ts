import { describe, expect, it } from 'vitest';
import type { CaptureStatus, MeasuredCapture, User } from '../../client/body/api/capture-answers.ts';
import { DEFAULT_DETAILS, isHeightGiven, viewsOf } from '../../client/body/body-details.ts';
import {
  type BodyEvent,
  type BodyState,
  editOf,
  nextState,
  type ResultScreen,
  startOf,
} from '../../client/body/body-state.ts';
import { cmOfFeet, feetAndInches, lengthText, marginText } from '../../client/body/lengths.ts';

const USER: User = {
  id: 'ann',
  email: 'ann@example.org',
  display_name: null,
  consent_flags: { store_images: false, training: false },
};
const CAPTURE = { collect: { captureId: 'c1', ticket: 't' }, views: ['front', 'side'] as const };
const STATUS: CaptureStatus = { status: 'queued', queue_position: 2, progress: 0, views: {} };

const reached = (events: readonly BodyEvent[], from = startOf({ ...DEFAULT_DETAILS, timerSeconds: 3 })) =>
  events.reduce<BodyState>(nextState, from);

const IN: readonly BodyEvent[] = [
  { type: 'settled', hasApi: true },
  { type: 'signed-in', user: USER },
];
const LIVE: readonly BodyEvent[] = [...IN, { type: 'live', capture: CAPTURE }, { type: 'count' }];

describe('the body page', () => {
  it('begins with an account, or says that nothing is measured here', () => {
    expect(reached([{ type: 'settled', hasApi: true }]).screen).toEqual({ step: 'account', form: 'sign-in' });
    expect(reached([{ type: 'settled', hasApi: false }]).screen.step).toBe('no-api');
    expect(reached(IN)).toMatchObject({ screen: { step: 'details' }, user: { id: 'ann' } });
  });

  it('tells a problem until the next try, and is busy until it is over', () => {
    const busy = reached([...IN, { type: 'problem', code: 'rate-limited' }, { type: 'busy' }]);
    expect(busy).toMatchObject({ isBusy: true, problem: null });
    expect(reached([{ type: 'problem', code: 'consent-missing' }], busy)).toMatchObject({
      isBusy: false,
      problem: 'consent-missing',
    });
  });

  it('counts only while the camera is on, and from the start again after something was mended', () => {
    const counting = reached(LIVE);
    const phaseOf = ({ screen }: BodyState) => (screen.step === 'capture' ? screen.phase : null);
    expect(phaseOf(counting)).toEqual({ name: 'countdown', secondsLeft: 3, isRunning: false });
    expect(reached([{ type: 'tick' }], counting)).toBe(counting);
    const on = reached([{ type: 'camera-on' }, { type: 'tick' }], counting);
    expect(phaseOf(on)).toEqual({ name: 'countdown', secondsLeft: 2, isRunning: true });
    expect(phaseOf(reached([{ type: 'camera-off' }, { type: 'camera-on' }], on))).toMatchObject({
      secondsLeft: 3,
    });
    expect(phaseOf(reached([{ type: 'tick' }, { type: 'tick' }], on))).toEqual({ name: 'guided' });
  });

  it('goes from one picture to the next by itself, each with a session of its own, and then waits', () => {
    const first = reached([...LIVE, { type: 'guide' }]);
    const second = reached([{ type: 'taken' }], first);
    expect(second.screen).toMatchObject({ at: 1, run: 2, phase: { name: 'countdown', secondsLeft: 3 } });
    expect(reached([{ type: 'guide' }, { type: 'taken' }], second).screen).toEqual({
      step: 'waiting',
      captureId: 'c1',
      status: null,
      isSlow: false,
    });
  });

  it('stops at the picture that it is at when the camera is given up', () => {
    const paused = reached([...LIVE, { type: 'guide' }, { type: 'paused' }]);
    expect(paused.screen).toMatchObject({ at: 0, run: 2, phase: { name: 'ready' } });
    expect(reached([{ type: 'paused' }], paused)).toBe(paused);
  });

  it('hears of its own capture only', () => {
    const waiting = reached([...IN, { type: 'wait', captureId: 'c1' }]);
    expect(reached([{ type: 'status', captureId: 'c0', status: STATUS }], waiting)).toBe(waiting);
    expect(reached([{ type: 'failed', captureId: 'c0', code: 'job-lost' }], waiting)).toBe(waiting);
    expect(reached([{ type: 'status', captureId: 'c1', status: STATUS }], waiting).screen).toMatchObject({
      status: { queue_position: 2 },
    });
    expect(reached([{ type: 'failed', captureId: 'c1', code: 'job-lost' }], waiting)).toMatchObject({
      screen: { step: 'failed', captureId: 'c1' },
      problem: 'job-lost',
    });
  });

  it('takes no result once the person has gone on', () => {
    const details = reached([...IN, { type: 'wait', captureId: 'c1' }, { type: 'to-details' }]);
    const { measured, history } = RESULT;
    expect(reached([{ type: 'measured', measured, history }], details)).toBe(details);
  });

  it('is left by whoever signs out, wherever they are', () => {
    expect(reached([...LIVE, { type: 'signed-out', code: 'refresh-token-invalid' }])).toMatchObject({
      screen: { step: 'account' },
      user: null,
      problem: 'refresh-token-invalid',
    });
  });
});

const edit = (approved: boolean | null, metric: object, user_id = 'ann') => ({
  adjustment_id: 'a1',
  user_id,
  source: 'user' as const,
  created_at: '2026-01-01T10:00:00Z',
  notes: '',
  original_metrics: {} as MeasuredCapture['metrics'],
  adjusted_metrics: metric,
  approved,
  keypoints: null,
  approver_id: null,
  approved_at: null,
});
const RESULT = {
  measured: {
    metrics: { waist_circumference_cm: 77, hip_circumference_cm: 99 },
    details: { original_metrics: { waist_circumference_cm: 75, hip_circumference_cm: 99 } },
  },
  history: {
    original: { metrics: {}, measured_at: '' },
    adjustments: [
      edit(true, { waist_circumference_cm: 76 }),
      edit(null, { waist_circumference_cm: 77 }, 'tailor'),
      edit(false, { waist_circumference_cm: 90, hip_circumference_cm: 120 }),
    ],
  },
} as unknown as ResultScreen;

describe('the edit that a measure stands by', () => {
  it('is the newest that was not refused; what stands as measured has none', () => {
    expect(editOf('waist_circumference_cm', RESULT)?.user_id).toBe('tailor');
    expect(editOf('hip_circumference_cm', RESULT)).toBeNull();
  });
});

describe('what a person says of themselves', () => {
  it.each([
    [null, false],
    [119, false],
    [120, true],
    [230, true],
    [231, false],
  ])('a height of %s is enough: %s', (heightCm, expected) => {
    expect(isHeightGiven({ ...DEFAULT_DETAILS, heightCm })).toBe(expected);
  });

  it('decides on the pictures: the card while the phone is in reach, the portrait last', () => {
    expect(viewsOf(DEFAULT_DETAILS)).toEqual(['front', 'side']);
    expect(viewsOf({ ...DEFAULT_DETAILS, card: true, portrait: true })).toEqual([
      'ref',
      'front',
      'side',
      'portrait',
    ]);
  });
});

describe('lengths', () => {
  it.each([
    [182.88, 6, 0],
    [172.7, 5, 8],
    [181.9, 5, 11.5],
    [182.8, 6, 0],
  ])('%s cm are %s ft %s in', (cm, feet, inches) => {
    expect(feetAndInches(cm)).toEqual({ feet, inches });
    expect(Math.abs(cmOfFeet(feet, inches) - cm)).toBeLessThan(0.7);
  });

  it('are written in the reader’s numbers, ± to what can be told apart', () => {
    expect(lengthText(75.04, 'cm', 'de')).toBe('75');
    expect(lengthText(75.5, 'cm', 'de')).toBe('75,5');
    expect(lengthText(75, 'in', 'en')).toBe('29.5');
    expect(marginText(3.6, 'cm', 'en')).toBe('4');
    expect(marginText(0.2, 'cm', 'en')).toBe('1');
    expect(marginText(3.6, 'in', 'en')).toBe('1.5');
  });
});
