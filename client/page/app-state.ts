import type { Result } from '../../src/protocol/messages.ts';
import type { SessionSettings, TakenCapture } from '../sdk/guided-session.ts';
import type { Choices } from './choices.ts';

export type PictureSourceName = 'camera' | 'demo';

/** A picture that was taken, and where it was handed over. */
export interface TakenPicture {
  readonly captureId: string;
  /** null when it stayed on this device. */
  readonly receipt: TakenCapture['receipt'];
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
      readonly outcome: Outcome;
    };

export type AppStep = AppState['step'];

export type AppEvent =
  | { readonly type: 'choose'; readonly choices: Partial<Choices> }
  | { readonly type: 'start'; readonly source: PictureSourceName }
  | { readonly type: 'taken'; readonly taken: TakenPicture }
  /** The live picture is guided, for the first time or again: no result is to come. */
  | { readonly type: 'guided' }
  | { readonly type: 'result'; readonly outcome: Outcome }
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
    case 'result': {
      // One that comes after all, of a picture that was given up for another, is of no interest any more.
      if (state.step !== 'live' || state.taken?.captureId !== event.outcome.result.captureId)
        return unchanged;
      const { choices, source, run, taken } = state;
      return {
        state: { step: 'result', choices, source, run, taken, outcome: event.outcome },
        history: 'push',
      };
    }
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
