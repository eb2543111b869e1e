import { createNanoEvents } from 'nanoevents';
import {
  type CoachState,
  coach,
  type Guidance,
  initialCoachState,
  rearm,
} from '../../../src/guidance/coach.ts';
import { type Judged, judge } from '../../../src/guidance/judge.ts';
import { resolveProfile } from '../../../src/guidance/profiles.ts';
import type { Profile } from '../../../src/guidance/types.ts';
import type { Hint, Thresholds } from '../../../src/protocol/checks.ts';
import { FramegateError, toFramegateError } from '../../../src/protocol/framegate-error.ts';
import type { Feedback } from '../../../src/protocol/messages.ts';
import type { ModelIdentity } from '../../../src/protocol/records.ts';
import { roundTo } from '../../../src/protocol/round-to.ts';
import type { FrameAnalysis } from '../../../src/vision/types.ts';
import type { GuidedSession, GuidedSessionEvents, SessionSettings, SessionState } from '../guided-session.ts';
import type { Picture } from '../picture.ts';
import { type CaptureDeps, type CaptureOrder, STILL_DEADLINE_MS, takeCapture } from './local-capture.ts';

export interface LocalSessionDeps<P extends Picture> extends CaptureDeps {
  readonly models: readonly ModelIdentity[];
  /** The next picture of the camera. */
  analyse(picture: P): Promise<FrameAnalysis>;
  now(): number;
  newId(): string;
}

export interface LocalSessionOptions {
  readonly profile: string;
  readonly thresholds?: Thresholds;
  readonly dwellMs?: number;
}

/** As at the edge: after a capture, before the next dwell may lead to one. */
const CAPTURE_COOLDOWN_MS = 3000;
/** Some 15 pictures a second; more would only warm the device. */
const LEAST_INTERVAL_MS = 60;

interface Kept<P> {
  readonly seq: number;
  readonly picture: P;
}

/**
 * The rules of a session (SPEC.md: FB, CA) without a node: one picture at a time, feedback for each, a capture when the
 * dwell is complete or the person asks.
 */
export function createLocalSession<P extends Picture>(
  deps: LocalSessionDeps<P>,
  { profile: selector, thresholds, dwellMs }: LocalSessionOptions,
): GuidedSession<P> {
  const events = createNanoEvents<GuidedSessionEvents>();
  let state: SessionState = 'idle';
  let settings: SessionSettings | null = null;
  let profile: Profile | null = null;
  /** Closed by the caller: no event follows. */
  let silent = false;
  let paused = false;
  let looking = false;
  let capturing = false;
  let memory: CoachState = initialCoachState;
  let lastSeq = 0;
  let nextDueAtMs = Number.NEGATIVE_INFINITY;
  let armedAtMs = Number.NEGATIVE_INFINITY;
  let lastHint: Hint | null = null;
  let lastDwell = 0;
  let allowsManual = false;
  /** What a capture would be made of: the dwell's best picture, else the last that would do for one. */
  let kept: Kept<P> | null = null;

  const isOpen = (): boolean => state === 'live';
  /** Whether it is still open, and not for the second time. */
  const isOpenAs = (own: SessionSettings | null): boolean => isOpen() && settings === own;
  const wantsPicture = (): boolean =>
    isOpen() && !paused && !looking && !capturing && deps.now() >= nextDueAtMs;

  function emit<Name extends keyof GuidedSessionEvents>(
    name: Name,
    ...detail: Parameters<GuidedSessionEvents[Name]>
  ): void {
    if (!silent) events.emit(name, ...detail);
  }

  function become(next: SessionState, error: FramegateError | null): void {
    state = next;
    emit('state', next, error);
  }

  function keep(next: Kept<P> | null): void {
    if (kept !== null && kept.picture !== next?.picture) kept.picture.close();
    kept = next;
  }

  async function look(picture: P, judgedBy: Profile): Promise<void> {
    const own = settings;
    lastSeq += 1;
    const seq = lastSeq;
    const startedAtMs = deps.now();
    try {
      const analysis = await deps.analyse(picture);
      if (!isOpenAs(own)) return picture.close();
      const nowMs = deps.now();
      const { capturedAtMs } = picture;
      const step = coach(memory, { seq, analysis, capturedAtMs, nowMs }, judgedBy);
      memory = step.state;
      const judged = judge(analysis, analysis, step.guidance);
      tell(feedbackOf(seq, judged, nowMs - startedAtMs));
      // A handler may have closed or paused it.
      if (!isOpen() || paused || capturing) picture.close();
      else considerCapture(seq, picture, judged, nowMs);
    } catch (thrown) {
      picture.close();
      if (isOpenAs(own)) failed(seq, toFramegateError(thrown), deps.now() - startedAtMs);
    }
  }

  function tell(feedback: Feedback): void {
    emit('feedback', feedback, null);
    if (feedback.verdict === 'error' || !isOpen()) return;
    tellHint(feedback.hint ?? null);
    tellDwell(feedback.dwell);
  }

  function tellHint(hint: Hint | null): void {
    if (JSON.stringify(hint) === JSON.stringify(lastHint)) return;
    lastHint = hint;
    emit('hint', hint);
  }

  function tellDwell(dwell: number): void {
    if (dwell === lastDwell) return;
    lastDwell = dwell;
    emit('dwell', dwell);
  }

  function failed(seq: number, error: FramegateError, tookMs: number): void {
    allowsManual = false;
    const { code, message } = error;
    tell({
      type: 'feedback',
      seq,
      verdict: 'error',
      checks: [],
      dwell: lastDwell,
      timing: timingOf(tookMs),
      error: { code, message },
    });
    // Its detector does not come back; a picture that cannot be read says nothing of the next one.
    if (code === 'detector-unavailable') end(error);
  }

  function considerCapture(seq: number, picture: P, judged: Judged<Guidance>, nowMs: number): void {
    const { guidance } = judged;
    allowsManual = judged.allowsManual;
    if (guidance.bestSeq === seq) keep({ seq, picture });
    else if (guidance.bestSeq !== null && guidance.bestSeq === kept?.seq) picture.close();
    else if (allowsManual) keep({ seq, picture });
    else {
      keep(null);
      picture.close();
    }
    if (nowMs < armedAtMs) memory = rearm(memory);
    else if (guidance.captureDue && kept !== null) void capture('auto', kept);
  }

  async function capture(trigger: CaptureOrder['trigger'], { seq, picture }: Kept<P>): Promise<void> {
    const own = settings;
    const order: CaptureOrder = { captureId: deps.newId(), trigger, seq };
    const { captureId } = order;
    capturing = true;
    kept = null;
    try {
      emit('captureRequest', { captureId, seq, deadlineMs: STILL_DEADLINE_MS });
      const outcome = await takeCapture(order, picture, profile!, deps);
      if (!isOpenAs(own)) return;
      ready();
      if (outcome.type === 'rejected') return emit('rejected', outcome.rejection);
      armedAtMs = deps.now() + CAPTURE_COOLDOWN_MS;
      emit('captured', outcome.capture);
      if (isOpen()) emit('result', outcome.result);
    } catch (thrown) {
      if (!isOpenAs(own)) return;
      ready();
      const { code, message } = toFramegateError(thrown);
      const cause = { retryable: true, details: { captureId }, cause: thrown };
      emit('error', new FramegateError('capture-failed', message, cause));
      if (code === 'detector-unavailable') end(toFramegateError(thrown));
    } finally {
      picture.close();
    }
  }

  /** The next capture needs a dwell of its own. */
  function ready(): void {
    capturing = false;
    memory = rearm(memory);
  }

  function forgetView(): void {
    allowsManual = false;
    keep(null);
    tellHint(null);
    tellDwell(0);
  }

  function end(error: FramegateError | null): void {
    forgetView();
    become('closed', error);
  }

  return {
    get state() {
      return state;
    },
    get settings() {
      return settings;
    },
    on: (name, handler) => events.on(name, handler),
    async connect() {
      if (settings !== null && isOpen()) return settings;
      const resolved = resolveProfile(selector, undefined, thresholds);
      profile = dwellMs === undefined ? resolved : { ...resolved, dwellMs };
      settings = {
        sessionId: deps.newId(),
        node: 'this-device',
        profile: `${profile.name}:${profile.level}`,
        thresholds: profile.thresholds,
        models: deps.models,
      };
      silent = capturing = false;
      memory = initialCoachState;
      armedAtMs = Number.NEGATIVE_INFINITY;
      become('live', null);
      return settings;
    },
    wantsPicture,
    offer(picture) {
      if (profile === null || !wantsPicture()) return picture.close();
      looking = true;
      nextDueAtMs = deps.now() + LEAST_INTERVAL_MS;
      void look(picture, profile).finally(() => {
        looking = false;
      });
    },
    capture() {
      if (!isOpen() || capturing) return;
      if (allowsManual && kept !== null) void capture('manual', kept);
      else {
        const message = 'the last picture does not allow a capture';
        emit('error', new FramegateError('capture-refused', message, { retryable: true }));
      }
    },
    pause() {
      paused = true;
      // What was in view before a pause is not what will be after it.
      forgetView();
    },
    resume() {
      paused = false;
    },
    close() {
      silent = true;
      end(null);
    },
  };
}

function feedbackOf(seq: number, { guidance, face, body }: Judged<Guidance>, tookMs: number): Feedback {
  return {
    type: 'feedback',
    seq,
    verdict: guidance.verdict,
    ...(guidance.hint === null ? {} : { hint: guidance.hint }),
    checks: [...guidance.checks],
    dwell: guidance.dwell,
    ...(face === null ? {} : { face }),
    ...(body === null ? {} : { body }),
    timing: timingOf(tookMs),
  };
}

function timingOf(tookMs: number): Feedback['timing'] {
  const inferMs = roundTo(Math.max(0, tookMs), 2);
  return { queueMs: 0, decodeMs: 0, inferMs, totalMs: inferMs };
}
