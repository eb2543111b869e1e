import { describe, expect, it } from 'vitest';
import {
  type AppEvent,
  type AppState,
  isAwaiting,
  nextState,
  type Outcome,
  startOf,
} from '../../client/page/app-state.ts';
import { consentOf, DEFAULT_CHOICES, readAddress } from '../../client/page/choices.ts';

const OUTCOME: Outcome = {
  result: { type: 'result', captureId: 'c1', kind: 'face-quality', status: 'done', result: {} },
  settings: null,
  picture: null,
};
const RECEIPT = { stream: 'CAPTURES', streamSeq: 7 };

/** Plays events and gives the last state and every move of the history. */
function play(...events: AppEvent[]): { state: AppState; moves: string[] } {
  let state = startOf(DEFAULT_CHOICES);
  const moves = events.map((event) => {
    const change = nextState(state, event);
    state = change.state;
    return change.history;
  });
  return { state, moves };
}

const START: AppEvent = { type: 'start', source: 'camera' };
const TAKEN: AppEvent = { type: 'taken', taken: { captureId: 'c1', receipt: RECEIPT } };
const RESULT: AppEvent = { type: 'result', outcome: OUTCOME };

describe('the way through the page', () => {
  it('begins with nothing consented to', () => {
    expect(startOf(DEFAULT_CHOICES)).toMatchObject({
      step: 'consent',
      choices: { store: false, training: false },
    });
  });

  it('goes from consent to live to the result, an entry of the history each', () => {
    const { state, moves } = play(START, TAKEN, RESULT);
    expect(moves).toEqual(['push', 'stay', 'push']);
    expect(state).toMatchObject({ step: 'result', source: 'camera', run: 1, taken: { receipt: RECEIPT } });
  });

  it('takes another as a new run, which forgets the picture before', () => {
    const { state, moves } = play(START, TAKEN, RESULT, { type: 'take-another' });
    expect(moves.at(-1)).toBe('back');
    expect(state).toMatchObject({ step: 'live', run: 2, taken: null });
  });

  it('the arrival at an entry that the page itself went back to changes nothing', () => {
    const before = play(START, TAKEN, RESULT, { type: 'take-another' }).state;
    expect(nextState(before, { type: 'travelled', to: 'live' })).toEqual({ state: before, history: 'stay' });
  });

  it('waits for no result while the next picture is guided, and takes none of the one before', () => {
    const guided = play(START, TAKEN, { type: 'guided' });
    expect(guided.state).toMatchObject({ step: 'live', run: 1, taken: null });
    const next = { ...TAKEN, taken: { captureId: 'c2', receipt: RECEIPT } };
    expect(play(START, TAKEN, { type: 'guided' }, next, RESULT).state.step).toBe('live');
  });

  it('the back button leads from the result to a new picture, and from there to consent', () => {
    const live = play(START, TAKEN, RESULT, { type: 'travelled', to: 'live' });
    expect(live.state).toMatchObject({ step: 'live', run: 2 });
    expect(nextState(live.state, { type: 'travelled', to: 'consent' }).state.step).toBe('consent');
  });

  it.each(['live', 'result', null] as const)('the forward button never turns the camera on: %s', (to) => {
    const { state, moves } = play({ type: 'travelled', to });
    expect(state.step).toBe('consent');
    expect(moves).toEqual(['replace']);
  });

  it('choices hold through the run and are kept on the way back, and cannot change in the middle', () => {
    const choose: AppEvent = { type: 'choose', choices: { store: true } };
    const { state } = play(choose, START, { type: 'choose', choices: { training: true } }, { type: 'leave' });
    expect(state).toMatchObject({ step: 'consent', choices: { store: true, training: false } });
  });

  it('a result that comes after the person has left is not shown', () => {
    expect(play(START, { type: 'leave' }, RESULT).state.step).toBe('consent');
  });
});

describe('results of one capture', () => {
  const TAKEN_OF_THREE: AppEvent = {
    type: 'taken',
    taken: { captureId: 'c1', receipt: RECEIPT, resultKinds: ['face-quality', 'skin', 'face-contours'] },
  };
  const of = (kind: string, captureId = 'c1'): AppEvent => ({
    type: 'result',
    outcome: { ...OUTCOME, result: { ...OUTCOME.result, kind, captureId } },
  });
  const shown = (...events: AppEvent[]) => {
    const { state, moves } = play(START, TAKEN_OF_THREE, ...events);
    if (state.step !== 'result') throw new Error(`the step is ${state.step}`);
    return { state, moves, kinds: state.results.map(({ kind }) => kind) };
  };

  it('are shown from the first on, in any order, and the session goes on until all are there', () => {
    const first = shown(of('skin'));
    expect(first).toMatchObject({ kinds: ['skin'], state: { awaited: ['face-quality', 'face-contours'] } });
    expect(isAwaiting(first.state)).toBe(true);
    const all = shown(of('skin'), of('face-contours'), of('face-quality'));
    expect(all.kinds).toEqual(['skin', 'face-contours', 'face-quality']);
    expect(isAwaiting(all.state)).toBe(false);
    expect(all.moves).toEqual(['push', 'stay', 'push', 'stay', 'stay']);
  });

  it('are not waited for where the node does not say that more come', () => {
    expect(isAwaiting(play(START, TAKEN, RESULT).state)).toBe(false);
  });

  it('that will not come are missing, unless one comes after all', () => {
    const missing: AppEvent = { type: 'results-missing', captureId: 'c1' };
    const over = shown(of('face-quality'), missing);
    expect(over.state).toMatchObject({ awaited: [], missing: ['skin', 'face-contours'] });
    expect(isAwaiting(over.state)).toBe(false);
    expect(shown(of('face-quality'), missing, of('skin')).state.missing).toEqual(['face-contours']);
    expect(shown(of('face-quality'), { ...missing, captureId: 'c0' }).state.missing).toEqual([]);
  });

  it('of another capture are left out, and one that comes again takes the place of the one before', () => {
    expect(shown(of('face-quality'), of('skin', 'c0')).kinds).toEqual(['face-quality']);
    expect(shown(of('skin'), of('face-quality'), of('skin')).kinds).toEqual(['face-quality', 'skin']);
  });

  it('one concern lies over the picture, and only that one can be taken away', () => {
    const one: AppEvent[] = [of('skin'), { type: 'show-concern', concern: 'pore' }];
    expect(shown(...one).state.concern).toBe('pore');
    expect(shown(...one, { type: 'show-concern', concern: 'acne' }).state.concern).toBe('acne');
    expect(shown(...one, { type: 'hide-concern', concern: 'acne' }).state.concern).toBe('pore');
    expect(shown(...one, { type: 'hide-concern', concern: 'pore' }).state.concern).toBeNull();
  });

  it('an outline is taken away and brought back', () => {
    const nose: AppEvent = { type: 'toggle-contour', region: 'nose' };
    expect(shown(of('face-contours'), nose).state.hiddenContours).toEqual(['nose']);
    expect(shown(of('face-contours'), nose, nose).state.hiddenContours).toEqual([]);
  });

  it('what is chosen on them is forgotten with the next picture', () => {
    const next = play(
      START,
      TAKEN_OF_THREE,
      of('skin'),
      { type: 'show-concern', concern: 'pore' },
      { type: 'take-another' },
    );
    expect(next.state).toEqual({
      step: 'live',
      choices: DEFAULT_CHOICES,
      source: 'camera',
      run: 2,
      taken: null,
    });
  });
});

describe('the address of the page', () => {
  it('chooses profile, level, mode, pre-check, language, demo and token', () => {
    expect(
      readAddress(
        '?profile=face-contour:relaxed&mode=local&precheck=off&lang=de&demo=1&meters',
        '#token=a.b.c',
      ),
    ).toEqual({
      choices: { profile: 'face-contour', level: 'relaxed', mode: 'local', precheck: 'off', meters: true },
      lang: 'de',
      demo: true,
      token: 'a.b.c',
    });
  });

  it('leaves out what it does not know, and consents to nothing', () => {
    expect(
      readAddress('?profile=body:fierce&mode=x&precheck=1&demo=0&store=1&training=true', '#tok'),
    ).toEqual({
      choices: {},
      lang: null,
      demo: false,
      token: null,
    });
  });

  it('on the device alone there is no consent to send', () => {
    const ticked = { ...DEFAULT_CHOICES, store: true, training: true };
    expect(consentOf(ticked)).toEqual({ store: true, training: true });
    expect(consentOf({ ...ticked, mode: 'local' })).toEqual({ store: false, training: false });
  });
});
