import type { Result } from '../../src/protocol/messages.ts';
import type { SessionSettings, TakenCapture } from '../sdk/guided-session.ts';
import type { Choices } from './choices.ts';

export type PictureSourceName = 'camera' | 'demo';

/** A picture that was taken, and where it was handed over. */
export interface TakenPicture {
  readonly captureId: string;
  /** null when it stayed on this device. */
  readonly receipt: TakenCapture['receipt'];
  /** What will come of it, in any order; null or absent where the node does not say. */
  readonly resultKinds?: readonly string[] | null;
}

/** What <framegate-camera> hands over at its end. */
export interface Outcome {
  readonly result: Result;
  readonly settings: SessionSettings | null;
  /** null where the picture was not taken in this page. */
  readonly picture: Blob | null;
}

export type AppState =
  | { readonly step: 'consent'; readonly choices: Choices }
  | {
      readonly step: 'live';
      readonly choices: Choices;
      readonly source: PictureSourceName;
      /** Counts the pictures that were begun: each has a session, and a rendered person, of its own. */
      readonly run: number;
      /** Its result is still to come. */
      readonly taken: TakenPicture | null;
    }
  | {
      readonly step: 'result';
      readonly choices: Choices;
      readonly source: PictureSourceName;
      readonly run: number;
      readonly taken: TakenPicture | null;
      /** The first that came. */
      readonly outcome: Outcome;
      /** One a kind, in the order in which they came. */
      readonly results: readonly Result[];
      /** Kinds that are still being measured: the session stays open for them. */
      readonly awaited: readonly string[];
      /** Kinds that were announced and will not come. */
      readonly missing: readonly string[];
      /** The skin concern that lies over the picture. */
      readonly concern: string | null;
      /** Regions whose outline is taken away from the picture. */
      readonly hiddenContours: readonly string[];
    };

export type AppStep = AppState['step'];

export type AppEvent =
  | { readonly type: 'choose'; readonly choices: Partial<Choices> }
  | { readonly type: 'start'; readonly source: PictureSourceName }
  | { readonly type: 'taken'; readonly taken: TakenPicture }
  /** The live picture is guided, for the first time or again: no result is to come. */
  | { readonly type: 'guided' }
  | { readonly type: 'result'; readonly outcome: Outcome }
  /** What is not there yet will not come. */
  | { readonly type: 'results-missing'; readonly captureId: string }
  | { readonly type: 'show-concern'; readonly concern: string }
  /** Does nothing where another one is shown. */
  | { readonly type: 'hide-concern'; readonly concern: string }
  | { readonly type: 'toggle-contour'; readonly region: string }
  | { readonly type: 'take-another' }
  | { readonly type: 'leave' }
  /** The browser's back or forward button arrived at an entry; null for one that is not of this page. */
  | { readonly type: 'travelled'; readonly to: AppStep | null };

/** What happens to the browser's history along with a new state. */
export type HistoryMove = 'stay' | 'push' | 'replace' | 'back';

export interface AppChange {
  readonly state: AppState;
  readonly history: HistoryMove;
}

export const startOf = (choices: Choices): AppState => ({ step: 'consent', choices });

/** The page's way from consent over the live picture to the result, and back. Pure. */
export function nextState(state: AppState, event: AppEvent): AppChange {
  const unchanged: AppChange = { state, history: 'stay' };
  switch (event.type) {
    case 'choose':
      if (state.step !== 'consent') return unchanged;
      return { state: { ...state, choices: { ...state.choices, ...event.choices } }, history: 'stay' };
    case 'start':
      return state.step === 'consent' ? { state: begin(state, event.source, 1), history: 'push' } : unchanged;
    case 'taken':
      return state.step === 'live' ? { state: { ...state, taken: event.taken }, history: 'stay' } : unchanged;
    case 'guided':
      return state.step === 'live' && state.taken !== null
        ? { state: { ...state, taken: null }, history: 'stay' }
        : unchanged;
    case 'result':
      return takeResult(state, event.outcome);
    case 'results-missing':
      if (state.step !== 'result' || state.outcome.result.captureId !== event.captureId) return unchanged;
      return { state: { ...state, awaited: [], missing: state.awaited }, history: 'stay' };
    case 'show-concern':
      return state.step === 'result'
        ? { state: { ...state, concern: event.concern }, history: 'stay' }
        : unchanged;
    case 'hide-concern':
      return state.step === 'result' && state.concern === event.concern
        ? { state: { ...state, concern: null }, history: 'stay' }
        : unchanged;
    case 'toggle-contour':
      return state.step === 'result'
        ? {
            state: { ...state, hiddenContours: toggled(state.hiddenContours, event.region) },
            history: 'stay',
          }
        : unchanged;
    case 'take-another':
      if (state.step === 'consent') return unchanged;
      return {
        state: begin(state, state.source, state.run + 1),
        history: state.step === 'result' ? 'back' : 'stay',
      };
    case 'leave':
      return state.step === 'live' ? { state: startOf(state.choices), history: 'back' } : unchanged;
    case 'travelled':
      return travel(state, event.to);
  }
}

function takeResult(state: AppState, outcome: Outcome): AppChange {
  const { result } = outcome;
  // One that comes after all, of a picture that was given up for another, is of no interest any more.
  if (state.step === 'consent' || state.taken?.captureId !== result.captureId) {
    return { state, history: 'stay' };
  }
  if (state.step === 'live') {
    const { choices, source, run, taken } = state;
    const awaited = without(taken.resultKinds ?? [], result.kind);
    const shown = { missing: [], concern: null, hiddenContours: [] };
    return {
      state: { step: 'result', choices, source, run, taken, outcome, results: [result], awaited, ...shown },
      history: 'push',
    };
  }
  return {
    state: {
      ...state,
      results: [...state.results.filter(({ kind }) => kind !== result.kind), result],
      awaited: without(state.awaited, result.kind),
      missing: without(state.missing, result.kind),
    },
    history: 'stay',
  };
}

const without = (all: readonly string[], one: string): readonly string[] =>
  all.filter((each) => each !== one);

const toggled = (all: readonly string[], one: string): readonly string[] =>
  all.includes(one) ? without(all, one) : [...all, one];

/** Whether the session of the picture has to go on behind its result. */
export function isAwaiting(state: AppState): boolean {
  return state.step === 'result' && state.awaited.length > 0;
}

/** The camera never starts, and a result never comes back, by way of the forward button: such an entry is made over. */
function travel(state: AppState, to: AppStep | null): AppChange {
  if (to === state.step) return { state, history: 'stay' };
  if (to === 'live' && state.step === 'result') {
    return { state: begin(state, state.source, state.run + 1), history: 'stay' };
  }
  if (to === 'consent') return { state: startOf(state.choices), history: 'stay' };
  return { state, history: 'replace' };
}

function begin({ choices }: AppState, source: PictureSourceName, run: number): AppState {
  return { step: 'live', choices, source, run, taken: null };
}
