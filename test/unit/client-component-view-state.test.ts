import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { messageOf } from '../../client/component/message-of.ts';
import {
  INITIAL_VIEW_STATE,
  nextViewState,
  type ViewEvent,
  type ViewState,
} from '../../client/component/view-state.ts';
import { messages } from '../../client/locales/en/component.ts';
import type { TakenCapture } from '../../client/sdk/guided-session.ts';
import { FramegateError } from '../../src/protocol/framegate-error.ts';
import type { Feedback, Result } from '../../src/protocol/messages.ts';

const capture = (captureId: string, isLocal = false): TakenCapture => ({
  captureId,
  still: null,
  receipt: isLocal ? null : { stream: 'CAPTURES', streamSeq: 1 },
});
const result = (captureId: string, status: Result['status'] = 'done'): Result => ({
  type: 'result',
  captureId,
  kind: 'face-quality',
  status,
  result: { overallScore: 80 },
});
const feedback = (verdict: Feedback['verdict'], changes: Partial<Feedback> = {}): Feedback => ({
  type: 'feedback',
  seq: 1,
  verdict,
  checks: [],
  dwell: 0,
  face: { box: { x: 0, y: 0, width: 1, height: 1 }, yawDeg: 0, pitchDeg: 0, rollDeg: 0 },
  timing: { queueMs: 0, decodeMs: 0, inferMs: 0, totalMs: 0 },
  ...changes,
});
const problem = new FramegateError('internal', 'x');

const START: readonly ViewEvent[] = [
  { type: 'start' },
  { type: 'camera-open' },
  { type: 'session', state: 'live', error: null },
];
const allOf = (...events: readonly ViewEvent[]): ViewState =>
  events.reduce(nextViewState, INITIAL_VIEW_STATE);
const live = (...events: readonly ViewEvent[]): ViewState => allOf(...START, ...events);

describe('what the screen shows', () => {
  test('goes through starting and connecting to live', () => {
    const names = START.map((_, index) => allOf(...START.slice(0, index + 1)).screen.name);
    expect(names).toEqual(['starting', 'connecting', 'live']);
  });

  test('says why another attempt is made, until the session is open', () => {
    const busy = new FramegateError('server-busy', 'full', { retryable: true });
    const waiting = allOf(...START.slice(0, 2), { type: 'session', state: 'connecting', error: busy });
    expect(waiting).toMatchObject({
      screen: { name: 'connecting' },
      reconnecting: { code: 'server-busy' },
    });
    expect(messageOf(waiting, messages)?.text).toBe(messages.failures['server-busy'].title);
    const open = nextViewState(waiting, { type: 'session', state: 'live', error: null });
    expect(open).toMatchObject({ screen: { name: 'live' }, reconnecting: null });
  });

  test('shows how far the detector is loaded, while it connects', () => {
    const loading: ViewEvent = { type: 'loading', percent: 40 };
    expect(allOf(...START.slice(0, 2), loading).screen).toEqual({ name: 'connecting', loadedPercent: 40 });
    expect(live(loading).screen.name).toBe('live');
  });

  test.each([
    ['good', feedback('pass')],
    ['nearly', feedback('adjust')],
    ['neutral', feedback('adjust', { face: undefined })],
    [
      'neutral',
      feedback('adjust', { checks: [{ id: 'yaw', value: 40, unit: 'deg', score: 0, status: 'fail' }] }),
    ],
  ] as const)('the outline is %s', (tone, told) => {
    expect(live({ type: 'feedback', feedback: told }).screen).toMatchObject({ tone });
  });

  test('a frame that was not judged changes nothing', () => {
    const state = live({ type: 'feedback', feedback: feedback('pass') });
    expect(nextViewState(state, { type: 'feedback', feedback: feedback('skipped') })).toBe(state);
    expect(nextViewState(state, { type: 'feedback', feedback: feedback('error') })).toBe(state);
  });

  test('a lost connection keeps the hint and takes the dwell back; both go on when it stands again', () => {
    const hint = { code: 'chin-up' } as const;
    const lost = live(
      { type: 'hint', hint },
      { type: 'dwell', progress: 0.5 },
      { type: 'session', state: 'reconnecting', error: null },
    );
    expect(lost).toMatchObject({ reconnecting: { code: null }, screen: { name: 'live', hint, dwell: 0 } });
    const back = nextViewState(lost, { type: 'session', state: 'live', error: null });
    expect(back).toMatchObject({ reconnecting: null, screen: { hint } });
  });

  test('a capture that a new session knows nothing of is not waited for; one that goes on is asked for again', () => {
    const taking = live({ type: 'capture-asked', captureId: 'a' });
    const lost = nextViewState(taking, { type: 'session', state: 'reconnecting', error: null });
    expect(lost.screen.name).toBe('taking');
    const back = nextViewState(lost, { type: 'session', state: 'live', error: null });
    expect(back).toMatchObject({ reconnecting: null, screen: { name: 'live', hint: null } });
    expect(nextViewState(back, { type: 'captured', capture: capture('a') }).screen.name).toBe('measuring');
  });

  test('of several results the one with the marks is shown, whichever comes first', () => {
    const of = (kind: string, status: Result['status'] = 'done') => ({ ...result('a', status), kind });
    const shownOf = (resultKinds: readonly string[] | undefined, ...results: Result[]) => {
      const taken = { ...capture('a'), ...(resultKinds && { resultKinds }) };
      return live(
        { type: 'captured', capture: taken },
        ...results.map((each) => ({ type: 'result' as const, result: each })),
      ).screen;
    };
    const announced = ['face-quality', 'skin', 'face-contours'];
    expect(shownOf(announced, of('skin', 'failed')).name).toBe('measuring');
    for (const kinds of [announced, undefined]) {
      const screen = shownOf(kinds, of('skin', 'failed'), of('face-quality'), of('face-contours'));
      expect(screen).toMatchObject({ name: 'result', failure: null, result: { kind: 'face-quality' } });
    }
    expect(shownOf(['skin'], of('skin'))).toMatchObject({ name: 'result', result: { kind: 'skin' } });
  });

  test('a capture is taken, measured and shown', () => {
    const taking = live({ type: 'capture-asked', captureId: 'a' });
    const measuring = nextViewState(taking, { type: 'captured', capture: capture('a') });
    const other = nextViewState(measuring, { type: 'result', result: result('b') });
    const shown = nextViewState(other, { type: 'result', result: result('a') });
    expect([taking, measuring, other, shown].map(({ screen }) => screen.name)).toEqual([
      'taking',
      'measuring',
      'measuring',
      'result',
    ]);
    expect(nextViewState(shown, { type: 'result', result: result('a', 'failed') })).toBe(shown);
    expect(nextViewState(shown, { type: 'captured', capture: capture('a') })).toBe(shown);
  });

  test('a capture that stays on the device is shown at once, and what is known of it with it', () => {
    const shown = live({ type: 'captured', capture: capture('a', true) });
    expect(shown.screen).toMatchObject({ name: 'result', result: null, failure: null });
    expect(nextViewState(shown, { type: 'result', result: result('a') }).screen).toMatchObject({
      result: { captureId: 'a' },
    });
  });

  test('an analysis that failed is said with the picture', () => {
    const events: ViewEvent[] = [
      { type: 'captured', capture: capture('a') },
      { type: 'result', result: result('a', 'failed') },
    ];
    expect(live(...events).screen).toMatchObject({ name: 'result', failure: { code: 'analysis-failed' } });
  });

  test('a rejected capture leads back, and says what to mend', () => {
    const hint = { code: 'open-eyes' } as const;
    const state = live({ type: 'capture-asked', captureId: 'a' }, { type: 'rejected', hint });
    expect(state).toMatchObject({ screen: { name: 'live' }, notice: { code: 'capture-rejected', hint } });
  });

  test('a capture that could not be handed over leads back as well', () => {
    const error = new FramegateError('capture-failed', 'x');
    const state = live({ type: 'capture-asked', captureId: 'a' }, { type: 'error', error });
    expect(state).toMatchObject({ screen: { name: 'live' }, notice: { code: 'capture-failed' } });
  });

  test('another picture begins with nothing of the last one', () => {
    const shown = live(
      { type: 'hint', hint: { code: 'focus' } },
      { type: 'captured', capture: capture('a') },
      { type: 'result', result: result('a') },
    );
    expect(nextViewState(shown, { type: 'retake' })).toEqual(live());
  });

  const anyEvent: fc.Arbitrary<ViewEvent> = fc.oneof(
    fc.constantFrom<ViewEvent>(
      ...START,
      { type: 'stop' },
      { type: 'retake' },
      { type: 'notice-over' },
      { type: 'hint', hint: null },
      { type: 'hint', hint: { code: 'focus' } },
      { type: 'captured', capture: capture('a') },
      { type: 'captured', capture: capture('b', true) },
      { type: 'capture-asked', captureId: 'a' },
      { type: 'rejected', hint: null },
      { type: 'result', result: result('a') },
      { type: 'error', error: new FramegateError('capture-failed', 'x') },
      { type: 'failed', error: problem },
      { type: 'overdue', error: problem },
      { type: 'session', state: 'reconnecting', error: null },
      { type: 'session', state: 'closed', error: problem },
    ),
    fc.double({ min: 0, max: 1, noNaN: true }).map((progress): ViewEvent => ({ type: 'dwell', progress })),
  );

  test('whatever happens, nothing but a start leads out of idle and failed, and a stop always leads to idle', () => {
    fc.assert(
      fc.property(fc.array(anyEvent), (events) => {
        let state = INITIAL_VIEW_STATE;
        for (const event of events) {
          const before = state;
          state = nextViewState(state, event);
          const atRest = before.screen.name === 'idle' || before.screen.name === 'failed';
          if (atRest && !['start', 'failed', 'stop'].includes(event.type))
            expect(state.screen).toBe(before.screen);
          if (event.type === 'stop') expect(state).toEqual(INITIAL_VIEW_STATE);
          if (state.notice !== null) expect(state.screen.name).toBe('live');
        }
      }),
      { numRuns: 1000 },
    );
  });
});
