import type { Check, Hint } from '../../src/protocol/checks.ts';
import type { ErrorCode } from '../../src/protocol/error-codes.ts';
import type { FramegateError } from '../../src/protocol/framegate-error.ts';
import type { Feedback, Result } from '../../src/protocol/messages.ts';
import type { SessionState, TakenCapture } from '../sdk/guided-session.ts';

/** How near the picture is to a good one, for the outline of the guide. */
export type Tone = 'neutral' | 'nearly' | 'good';

export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryable: boolean;
}

/** Said beside the guidance, which goes on. */
export interface Notice {
  readonly code: ErrorCode;
  /** What to mend, where a capture was rejected for it. */
  readonly hint: Hint | null;
}

/** What is on the screen, each with only what it needs. */
export type Screen =
  | { readonly name: 'idle' }
  /** The camera is being asked for. */
  | { readonly name: 'starting' }
  /** The preview is there; the session is being opened. */
  | { readonly name: 'connecting'; readonly loadedPercent: number | null }
  | { readonly name: 'live'; readonly hint: Hint | null; readonly dwell: number; readonly tone: Tone }
  | { readonly name: 'taking'; readonly captureId: string }
  | { readonly name: 'measuring'; readonly capture: TakenCapture }
  /** Without a result it could not be measured (`failure`), or it stayed on this device, where nobody measures it. */
  | {
      readonly name: 'result';
      readonly capture: TakenCapture;
      readonly result: Result | null;
      readonly failure: Failure | null;
    }
  | { readonly name: 'failed'; readonly failure: Failure };

export type ScreenName = Screen['name'];

export interface ViewState {
  readonly screen: Screen;
  /** Why the connection is being mended or opened once more; null while it stands. */
  readonly reconnecting: { readonly code: ErrorCode | null } | null;
  readonly notice: Notice | null;
  /** Of the last frame that was judged. */
  readonly checks: readonly Check[];
}

export type ViewEvent =
  | { readonly type: 'start' }
  | { readonly type: 'camera-open' }
  | { readonly type: 'loading'; readonly percent: number }
  | { readonly type: 'session'; readonly state: SessionState; readonly error: FramegateError | null }
  | { readonly type: 'hint'; readonly hint: Hint | null }
  | { readonly type: 'dwell'; readonly progress: number }
  | { readonly type: 'feedback'; readonly feedback: Feedback }
  | { readonly type: 'capture-asked'; readonly captureId: string }
  | { readonly type: 'captured'; readonly capture: TakenCapture }
  | { readonly type: 'rejected'; readonly hint: Hint | null }
  | { readonly type: 'result'; readonly result: Result }
  /** The result does not come in a time after which a person would rather take another picture. */
  | { readonly type: 'overdue'; readonly error: FramegateError }
  /** Of one frame, capture or helper: the session goes on. */
  | { readonly type: 'error'; readonly error: FramegateError }
  | { readonly type: 'notice-over' }
  | { readonly type: 'retake' }
  | { readonly type: 'failed'; readonly error: FramegateError }
  | { readonly type: 'stop' };

export const INITIAL_VIEW_STATE: ViewState = {
  screen: { name: 'idle' },
  reconnecting: null,
  notice: null,
  checks: [],
};

const LIVE: Screen = { name: 'live', hint: null, dwell: 0, tone: 'neutral' };

/** The errors of one frame, capture or helper that a person can do something about; the others are the app's. */
const TOLD: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'camera-too-small',
  'camera-too-slow',
  // Of another camera that was to be changed to.
  'camera-denied',
  'camera-missing',
  'camera-busy',
  'capture-refused',
  'capture-failed',
]);

/** The next state; the same object where nothing changes. Pure. */
export function nextViewState(state: ViewState, event: ViewEvent): ViewState {
  const { screen } = state;
  switch (event.type) {
    case 'start':
      return { ...INITIAL_VIEW_STATE, screen: { name: 'starting' } };
    case 'stop':
      return screen.name === 'idle' ? state : INITIAL_VIEW_STATE;
    case 'failed':
      return { ...INITIAL_VIEW_STATE, screen: { name: 'failed', failure: failureOf(event.error) } };
    case 'camera-open':
      return screen.name === 'starting'
        ? { ...state, screen: { name: 'connecting', loadedPercent: null } }
        : state;
    case 'loading':
      if (screen.name !== 'connecting' || screen.loadedPercent === event.percent) return state;
      return { ...state, screen: { ...screen, loadedPercent: event.percent } };
    case 'session':
      return afterSessionState(state, event.state, event.error);
    case 'hint':
      return screen.name === 'live' ? { ...state, screen: { ...screen, hint: event.hint } } : state;
    case 'dwell':
      if (screen.name !== 'live' || screen.dwell === event.progress) return state;
      return { ...state, screen: { ...screen, dwell: event.progress } };
    case 'feedback':
      return afterFeedback(state, event.feedback);
    case 'capture-asked':
      if (screen.name !== 'live' && screen.name !== 'taking') return state;
      return { ...state, notice: null, screen: { name: 'taking', captureId: event.captureId } };
    case 'captured':
      return afterCaptured(state, event.capture);
    case 'rejected':
      if (screen.name !== 'taking' && screen.name !== 'live') return state;
      return { ...state, screen: LIVE, notice: { code: 'capture-rejected', hint: event.hint } };
    case 'result':
      return afterResult(state, event.result);
    case 'overdue':
      if (screen.name !== 'measuring') return state;
      return {
        ...state,
        screen: { name: 'result', capture: screen.capture, result: null, failure: failureOf(event.error) },
      };
    case 'error':
      return afterError(state, event.error);
    case 'notice-over':
      return state.notice === null ? state : { ...state, notice: null };
    case 'retake':
      return screen.name === 'result' ? { ...state, screen: LIVE, notice: null, checks: [] } : state;
  }
}

function afterSessionState(state: ViewState, session: SessionState, error: FramegateError | null): ViewState {
  const { screen } = state;
  if (screen.name === 'idle' || screen.name === 'failed') return state;
  switch (session) {
    case 'live':
      if (screen.name === 'connecting') return { ...state, reconnecting: null, screen: LIVE };
      // A session that goes on asks for its capture again; a new one knows nothing of it.
      if (screen.name === 'taking' && state.reconnecting !== null)
        return { ...state, reconnecting: null, screen: LIVE };
      return state.reconnecting === null ? state : { ...state, reconnecting: null };
    case 'connecting':
      // Another attempt: why the first one failed may be worth knowing meanwhile.
      if (screen.name !== 'connecting' || error === null) return state;
      return { ...state, reconnecting: { code: error.code } };
    case 'reconnecting': {
      const reconnecting = { code: error?.code ?? null };
      // What stood on the screen was true of a moment that has passed.
      if (screen.name === 'live') return { ...state, reconnecting, screen: { ...screen, dwell: 0 } };
      return { ...state, reconnecting };
    }
    case 'closed':
      // Whoever has the result needs the session no more.
      if (error === null || screen.name === 'result') return state;
      return nextViewState(state, { type: 'failed', error });
    default:
      return state;
  }
}

function afterFeedback(state: ViewState, feedback: Feedback): ViewState {
  const { screen } = state;
  if (screen.name !== 'live' || feedback.verdict === 'skipped' || feedback.verdict === 'error') return state;
  const tone = toneOf(feedback);
  return {
    ...state,
    checks: feedback.checks,
    screen: tone === screen.tone ? screen : { ...screen, tone },
  };
}

function toneOf(feedback: Feedback): Tone {
  if (feedback.verdict === 'pass') return 'good';
  const isFar = feedback.face === undefined || feedback.checks.some(({ status }) => status === 'fail');
  return isFar ? 'neutral' : 'nearly';
}

function afterCaptured(state: ViewState, capture: TakenCapture): ViewState {
  const { screen } = state;
  // A resumed session tells of its last capture once more.
  const known = screen.name === 'measuring' || screen.name === 'result' ? screen.capture.captureId : null;
  if (known === capture.captureId || screen.name === 'idle' || screen.name === 'failed') return state;
  return {
    ...state,
    notice: null,
    screen:
      capture.receipt === null
        ? { name: 'result', capture, result: null, failure: null }
        : { name: 'measuring', capture },
  };
}

/** The kind with the marks that the result's screen shows. */
const SHOWN_KIND = 'face-quality';

/**
 * The one with the marks counts where it is announced, else the first, until that one comes. One that comes after all
 * takes the place of none.
 */
function afterResult(state: ViewState, result: Result): ViewState {
  const { screen } = state;
  if (screen.name !== 'measuring' && screen.name !== 'result') return state;
  const { captureId, resultKinds = [] } = screen.capture;
  const isShownKind = result.kind === SHOWN_KIND;
  const shown = screen.name === 'result' ? screen.result : null;
  const isAwaited =
    shown === null
      ? isShownKind || !resultKinds.includes(SHOWN_KIND)
      : isShownKind && shown.kind !== SHOWN_KIND;
  if (captureId !== result.captureId || !isAwaited) return state;
  const failure: Failure | null =
    result.status === 'done'
      ? null
      : { code: 'analysis-failed', message: messageIn(result), retryable: true };
  return { ...state, screen: { name: 'result', capture: screen.capture, result, failure } };
}

function messageIn({ result }: Result): string {
  return typeof result.message === 'string' ? result.message : 'the capture could not be measured';
}

function afterError(state: ViewState, error: FramegateError): ViewState {
  if (!TOLD.has(error.code)) return state;
  const { screen } = state;
  // The capture that was under way has come to nothing: guidance begins anew.
  const screenAfter = screen.name === 'taking' && error.code === 'capture-failed' ? LIVE : screen;
  if (screenAfter.name !== 'live') return state;
  return { ...state, screen: screenAfter, notice: { code: error.code, hint: null } };
}

function failureOf({ code, message, retryable }: FramegateError): Failure {
  return { code, message, retryable };
}
