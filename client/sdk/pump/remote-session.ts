import { createNanoEvents, type Emitter } from 'nanoevents';
import type { ErrorCode } from '../../../src/protocol/error-codes.ts';
import { FramegateError } from '../../../src/protocol/framegate-error.ts';
import type { ErrorMessage, Feedback, ServerMessage, Welcome } from '../../../src/protocol/messages.ts';
import type { GuidedSession, GuidedSessionEvents, SessionSettings, SessionState } from '../guided-session.ts';
import type { Picture } from '../picture.ts';
import { profileSubject } from '../profile-subject.ts';
import { createSessionClient } from '../session/session-client.ts';
import type { SessionClientOptions } from '../session/session-client-options.ts';
import { errorOfMessage } from '../session/session-error.ts';
import { type Answered, createFeedbackLedger } from './feedback-ledger.ts';
import { createFramePump } from './frame-pump.ts';
import { createGuidanceDisplay } from './guidance-display.ts';
import { createKeptPictures } from './kept-pictures.ts';
import { createLinkAdapter } from './link-adapter.ts';
import type { PresenceCheck } from './presence-check.ts';
import { createPresenceGate } from './presence-gate.ts';
import { resultKindsOf } from './result-kinds.ts';
import { createStillSender } from './still-sender.ts';

export interface RemoteSessionOptions<P extends Picture> extends SessionClientOptions {
  /** Keeps frames of an empty room on the device, where it looks for what the profile guides. */
  readonly presence?: PresenceCheck<P>;
  /** Pictures kept for the still that the node may ask for; default 12, fewer where they are large. */
  readonly keepPictures?: number;
  /** Every message as it came, for logs. */
  readonly onMessage?: (message: ServerMessage) => void;
}

/** What has gone over the link so far. */
export interface SentTotals {
  readonly frames: number;
  readonly frameBytes: number;
  readonly stills: number;
  readonly stillBytes: number;
}

export interface RemoteSession<P extends Picture = Picture> extends GuidedSession<P> {
  readonly sent: SentTotals;
  /** Frames that are being encoded or have no feedback yet, and stills that are being encoded. */
  readonly underWay: number;
}

const KEPT_PICTURES = 12;

/** After these the node closes the connection, so that `state` says them. */
const CLOSING: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'hello-timeout',
  'profile-unknown',
  'rate-limited',
  'server-busy',
  'server-draining',
  'thresholds-invalid',
  'token-expired',
  'token-invalid',
  'token-missing',
  'token-out-of-scope',
  'too-many-errors',
]);

/**
 * Guidance by an edge node. A frame that the node refuses has a feedback with the verdict `error`; one that a lost
 * connection took has a feedback with the verdict `skipped`, once the session goes on or is over.
 */
export function createRemoteSession<P extends Picture>(options: RemoteSessionOptions<P>): RemoteSession<P> {
  const nowMs = options.now ?? (() => performance.timeOrigin + performance.now());
  const events: Emitter<GuidedSessionEvents> = createNanoEvents();
  const client = createSessionClient({ ...options, now: nowMs });
  const link = createLinkAdapter();
  const ledger = createFeedbackLedger();
  const kept = createKeptPictures<P>(options.keepPictures ?? KEPT_PICTURES);
  const subject = profileSubject(options.profile);
  // A face is too small to be seen where a whole body is in view, and a card has none.
  const check = subject === (options.presence?.subject ?? 'face') ? options.presence : undefined;
  const gate = check === undefined ? null : createPresenceGate();
  const display = createGuidanceDisplay({
    nowMs,
    onHint: (hint) => emit('hint', hint),
    onDwell: (progress) => emit('dwell', progress),
  });

  let state: SessionState = 'idle';
  let settings: SessionSettings | null = null;
  let isClosed = false;
  let stills = 0;
  let stillBytes = 0;

  const onError = (error: FramegateError) => emit('error', error);
  const stillSender = createStillSender<P>({
    client,
    link,
    kept,
    nowMs,
    onError,
    onSent({ data }) {
      stills++;
      stillBytes += data.length;
    },
  });
  const pump = createFramePump<P>({
    client,
    link,
    ledger,
    kept,
    stills: stillSender,
    presence: check === undefined || gate === null ? null : { check, gate },
    nowMs,
    onError,
    onLooked() {
      if (gate?.isAbsent && !pump.isPaused) display.nobodySeen(subject === 'body' ? 'no-body' : 'no-face');
    },
  });

  function emit<Name extends keyof GuidedSessionEvents>(
    name: Name,
    ...args: Parameters<GuidedSessionEvents[Name]>
  ): void {
    if (!isClosed) events.emit(name, ...args);
  }

  function setState(next: SessionState, error: FramegateError | null): void {
    // Whoever was told of something else may have closed it.
    if (isClosed) return;
    state = next;
    emit('state', next, error);
  }

  function tell({ feedback, roundTripMs, sentAtMs }: Answered): void {
    const { seq, verdict, timing } = feedback;
    const atMs = nowMs();
    const isJudged = verdict === 'pass' || verdict === 'adjust';
    link.answered(seq, isJudged ? timing.totalMs : null, atMs);
    if (isJudged) {
      kept.judged(seq, verdict === 'pass' ? meanScore(feedback) : null);
      gate?.judged(feedback[subject] !== undefined, sentAtMs, atMs);
    } else kept.passedOver(seq);
    emit('feedback', feedback, roundTripMs);
    if (!pump.isPaused) display.judged(feedback);
  }

  function tellAll(answers: readonly Answered[]): void {
    for (const answer of answers) tell(answer);
  }

  function opened(message: Welcome, roundTripMs: number): void {
    const { sessionId, node, profile, thresholds, models } = message;
    tellAll(ledger.lost());
    link.connected(roundTripMs);
    if (!message.resumed) {
      // Of an earlier session nothing goes on.
      stillSender.clear();
      display.clear();
    }
    settings = { sessionId, node, profile, thresholds, models };
    setState('live', null);
  }

  function faulted(message: ErrorMessage): void {
    const { seq, captureId, code } = message;
    if (seq !== undefined) {
      tellAll(ledger.refused(seq, code, message.message));
      return;
    }
    if (captureId === undefined && CLOSING.has(code)) return;
    // Whatever was wrong with it: the still that was sent will not be the capture.
    if (captureId !== undefined) stillSender.settled(captureId);
    emit('error', errorOfMessage(message));
  }

  client.on('message', (message) => options.onMessage?.(message));
  client.on('state', (next, _close, error) => {
    // `live` is told when the welcome has been taken in.
    if (next === 'live') return;
    if (next === 'closed') {
      tellAll(ledger.lost());
      stop();
    }
    setState(next, error);
  });
  client.on('welcome', opened);
  client.on('feedback', (feedback, roundTripMs) => tellAll(ledger.answered(feedback, roundTripMs)));
  client.on('pace', (pace) => {
    link.setPace(pace);
    emit('pace', pace);
  });
  client.on('error', faulted);
  client.on('captureRequest', (request) => {
    const { captureId, seq, deadlineMs } = request;
    // First, because whoever is told may pause.
    stillSender.asked(request);
    emit('captureRequest', { captureId, seq, deadlineMs });
  });
  client.on('captured', (message) => {
    const { captureId, stream, streamSeq } = message;
    const resultKinds = resultKindsOf(message);
    const still = stillSender.stillOf(captureId);
    stillSender.settled(captureId);
    const receipt = { stream, streamSeq };
    emit('captured', { captureId, still, receipt, ...(resultKinds !== undefined && { resultKinds }) });
  });
  client.on('rejected', (rejection) => {
    stillSender.settled(rejection.captureId);
    emit('rejected', rejection);
  });
  client.on('result', (result) => emit('result', result));

  function stop(): void {
    display.clear();
    kept.clear();
    stillSender.clear();
    gate?.forget();
  }

  return {
    get state() {
      return state;
    },
    get settings() {
      return settings;
    },
    get sent() {
      return { frames: pump.framesSent, frameBytes: pump.frameBytesSent, stills, stillBytes };
    },
    get underWay() {
      return ledger.unanswered + (pump.isBusy ? 1 : 0) + (stillSender.isBusy ? 1 : 0);
    },
    on: (name, handler) => events.on(name, handler),
    async connect() {
      isClosed = false;
      await client.connect();
      return settings!;
    },
    wantsPicture: pump.wants,
    offer: pump.offer,
    capture() {
      if (state === 'live' && pump.framesSent > 0) client.capture();
      else
        onError(new FramegateError('capture-refused', 'there is no frame to capture', { retryable: true }));
    },
    pause() {
      pump.isPaused = true;
      display.clear();
      kept.clear();
    },
    resume() {
      pump.isPaused = false;
    },
    close(reason) {
      isClosed = true;
      state = 'closed';
      client.close(reason);
      stop();
      display.close();
    },
  };
}

/** Near enough to the node's own comparison of a dwell's frames. */
function meanScore({ checks }: Feedback): number {
  return checks.reduce((sum, { score }) => sum + score, 0) / Math.max(1, checks.length);
}
