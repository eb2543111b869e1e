import type { KeypointCorrection } from '../../src/protocol/body-measurement.ts';
import type { BodyMetric, BodyView } from '../../src/protocol/body-vocabulary.ts';
import type { ErrorCode } from '../../src/protocol/error-codes.ts';
import type { CaptureHistory, CaptureStatus, MeasuredCapture, User } from './api/capture-answers.ts';
import type { BodyDetails } from './body-details.ts';
import type { Joint } from './joints.ts';
import type { Refusal } from './view-outcome.ts';

/** A capture whose pictures a live session takes. */
export interface LiveCapture {
  /** The same object for all of its sessions. */
  readonly collect: { readonly captureId: string; readonly ticket: string };
  /** In the order in which they are taken. */
  readonly views: readonly BodyView[];
}

/** One view's way to its picture. In the countdown the preview is shown and nobody is guided. */
export type ViewPhase =
  | { readonly name: 'ready' }
  /** It waits until the camera is on. */
  | { readonly name: 'countdown'; readonly secondsLeft: number; readonly isRunning: boolean }
  | { readonly name: 'guided' };

/** What is on the screen, each with only what it needs. */
export type Screen =
  | { readonly step: 'loading' }
  | { readonly step: 'no-api' }
  | { readonly step: 'account'; readonly form: 'sign-in' | 'register' }
  | { readonly step: 'details' }
  | {
      readonly step: 'capture';
      readonly capture: LiveCapture;
      /** Of the capture's views, the one whose turn it is. */
      readonly at: number;
      readonly phase: ViewPhase;
      /** Counts the tries: each has an element, and a session, of its own. */
      readonly run: number;
      /** Why the view's last picture does not count; null where it has none yet. */
      readonly refusal: Refusal | null;
    }
  | { readonly step: 'upload'; readonly chosen: readonly BodyView[] }
  | {
      readonly step: 'waiting';
      readonly captureId: string;
      /** null until it is known. */
      readonly status: CaptureStatus | null;
      readonly isSlow: boolean;
    }
  | {
      readonly step: 'result';
      readonly measured: MeasuredCapture;
      readonly history: CaptureHistory;
      readonly editing: BodyMetric | null;
      /** While they are put right; null else. */
      readonly joints: readonly Joint[] | null;
    }
  | { readonly step: 'failed'; readonly captureId: string | null };

export type BodyStep = Screen['step'];
export type CaptureScreen = Extract<Screen, { step: 'capture' }>;
export type ResultScreen = Extract<Screen, { step: 'result' }>;

export interface BodyState {
  readonly screen: Screen;
  /** null while nobody is signed in. */
  readonly user: User | null;
  readonly details: BodyDetails;
  /** Something is on its way that must not be asked for twice. */
  readonly isBusy: boolean;
  /** What went wrong last, until the next try. */
  readonly problem: ErrorCode | null;
}

export type BodyEvent =
  | { readonly type: 'settled'; readonly hasApi: boolean }
  | { readonly type: 'form'; readonly form: 'sign-in' | 'register' }
  | { readonly type: 'busy' }
  | { readonly type: 'problem'; readonly code: ErrorCode }
  | { readonly type: 'signed-in'; readonly user: User }
  | { readonly type: 'user'; readonly user: User }
  | { readonly type: 'signed-out'; readonly code: ErrorCode | null }
  | { readonly type: 'choose'; readonly details: Partial<BodyDetails> }
  | { readonly type: 'to-upload' }
  | { readonly type: 'to-details' }
  | { readonly type: 'chosen'; readonly views: readonly BodyView[] }
  | { readonly type: 'live'; readonly capture: LiveCapture }
  | { readonly type: 'count' }
  | { readonly type: 'camera-on' }
  | { readonly type: 'camera-off' }
  | { readonly type: 'tick' }
  | { readonly type: 'guide' }
  /** The view whose turn it is has its picture. */
  | { readonly type: 'taken' }
  /** Its picture does not count: another one is taken. */
  | { readonly type: 'refused'; readonly refusal: Refusal }
  /** The person gave the camera up for now. */
  | { readonly type: 'paused' }
  | { readonly type: 'wait'; readonly captureId: string }
  | { readonly type: 'status'; readonly captureId: string; readonly status: CaptureStatus }
  | { readonly type: 'slow' }
  | { readonly type: 'measured'; readonly measured: MeasuredCapture; readonly history: CaptureHistory }
  | { readonly type: 'edit'; readonly metric: BodyMetric | null }
  | { readonly type: 'joints'; readonly joints: readonly Joint[] | null }
  | { readonly type: 'move-joint'; readonly joint: KeypointCorrection }
  /** The capture itself has come to nothing. */
  | { readonly type: 'failed'; readonly captureId: string; readonly code: ErrorCode };

export function startOf(details: BodyDetails): BodyState {
  return { screen: { step: 'loading' }, user: null, details, isBusy: false, problem: null };
}

/** The page's way from the account over the pictures to the result; the same object where nothing changes. Pure. */
export function nextState(state: BodyState, event: BodyEvent): BodyState {
  const { screen } = state;
  const show = (next: Screen): BodyState => ({ ...state, screen: next, isBusy: false, problem: null });
  switch (event.type) {
    case 'settled':
      return show(event.hasApi ? { step: 'account', form: 'sign-in' } : { step: 'no-api' });
    case 'form':
      return screen.step === 'account' ? show({ step: 'account', form: event.form }) : state;
    case 'busy':
      return { ...state, isBusy: true, problem: null };
    case 'problem':
      return { ...state, isBusy: false, problem: event.code };
    case 'signed-in':
      return { ...show({ step: 'details' }), user: event.user };
    case 'user':
      return { ...state, user: event.user, isBusy: false, problem: null };
    case 'signed-out':
      return { ...show({ step: 'account', form: 'sign-in' }), user: null, problem: event.code };
    case 'choose':
      return { ...state, details: { ...state.details, ...event.details } };
    case 'to-upload':
      return screen.step === 'details' ? show({ step: 'upload', chosen: [] }) : state;
    case 'to-details':
      return state.user === null ? state : show({ step: 'details' });
    case 'chosen':
      return screen.step === 'upload' ? show({ step: 'upload', chosen: event.views }) : state;
    case 'live':
      return show({
        step: 'capture',
        capture: event.capture,
        at: 0,
        phase: { name: 'ready' },
        run: 1,
        refusal: null,
      });
    case 'count':
    case 'camera-on':
    case 'camera-off':
    case 'tick':
    case 'guide':
    case 'taken':
    case 'paused':
      return screen.step === 'capture' ? afterCaptureEvent(state, screen, event.type) : state;
    case 'refused':
      if (screen.step !== 'capture' || screen.phase.name !== 'guided') return state;
      return show({
        ...screen,
        phase: countdownOf(state.details),
        run: screen.run + 1,
        refusal: event.refusal,
      });
    case 'wait':
      return show({ step: 'waiting', captureId: event.captureId, status: null, isSlow: false });
    case 'status':
      if (screen.step !== 'waiting' || screen.captureId !== event.captureId) return state;
      return { ...state, problem: null, screen: { ...screen, status: event.status } };
    case 'slow':
      return screen.step === 'waiting' ? { ...state, screen: { ...screen, isSlow: true } } : state;
    case 'measured':
      if (screen.step !== 'waiting' && screen.step !== 'result') return state;
      return show({
        step: 'result',
        measured: event.measured,
        history: event.history,
        editing: null,
        joints: null,
      });
    case 'edit':
      return screen.step === 'result' ? show({ ...screen, editing: event.metric, joints: null }) : state;
    case 'joints':
      return screen.step === 'result' ? show({ ...screen, editing: null, joints: event.joints }) : state;
    case 'move-joint':
      return screen.step === 'result' ? { ...state, screen: withJoint(screen, event.joint) } : state;
    case 'failed':
      if (screen.step !== 'waiting' || screen.captureId !== event.captureId) return state;
      return { ...show({ step: 'failed', captureId: event.captureId }), problem: event.code };
  }
}

function countdownOf({ timerSeconds }: BodyDetails): Extract<ViewPhase, { name: 'countdown' }> {
  return { name: 'countdown', secondsLeft: timerSeconds, isRunning: false };
}

function afterCaptureEvent(
  state: BodyState,
  screen: CaptureScreen,
  type: 'count' | 'camera-on' | 'camera-off' | 'tick' | 'guide' | 'taken' | 'paused',
): BodyState {
  const { phase, at, run, capture } = screen;
  const counted = countdownOf(state.details);
  const show = (next: Screen): BodyState => ({ ...state, screen: next, isBusy: false, problem: null });
  switch (type) {
    case 'count':
      return phase.name === 'ready' ? show({ ...screen, phase: counted }) : state;
    case 'camera-on':
    case 'camera-off': {
      const isRunning = type === 'camera-on';
      if (phase.name !== 'countdown' || phase.isRunning === isRunning) return state;
      // Somebody who had to mend something has all of the time again.
      return show({ ...screen, phase: { ...counted, isRunning } });
    }
    case 'tick': {
      if (phase.name !== 'countdown' || !phase.isRunning) return state;
      const secondsLeft = phase.secondsLeft - 1;
      return show({
        ...screen,
        phase: secondsLeft > 0 ? { ...phase, secondsLeft } : { name: 'guided' },
      });
    }
    case 'guide':
      return phase.name === 'countdown' ? show({ ...screen, phase: { name: 'guided' } }) : state;
    case 'paused':
      return phase.name === 'ready'
        ? state
        : show({ ...screen, phase: { name: 'ready' }, run: run + 1, refusal: null });
    case 'taken':
      if (at + 1 < capture.views.length)
        return show({ ...screen, at: at + 1, phase: counted, run: run + 1, refusal: null });
      return show({ step: 'waiting', captureId: capture.collect.captureId, status: null, isSlow: false });
  }
}

function withJoint(screen: ResultScreen, joint: KeypointCorrection): ResultScreen {
  const isIt = ({ view, point }: Joint) => view === joint.view && point === joint.point;
  return {
    ...screen,
    joints: screen.joints?.map((one) => (isIt(one) ? { ...joint, isMoved: true } : one)) ?? null,
  };
}

/** The edit that a metric stands by now; null where it stands as it was measured. */
export function editOf(
  metric: BodyMetric,
  { measured, history }: Pick<ResultScreen, 'measured' | 'history'>,
): CaptureHistory['adjustments'][number] | null {
  if (measured.metrics[metric] === measured.details.original_metrics[metric]) return null;
  const edits = history.adjustments.filter(
    ({ adjusted_metrics: adjusted, approved }) => approved !== false && metric in adjusted,
  );
  return edits.at(-1) ?? null;
}
