import { createNanoEvents, type Emitter } from 'nanoevents';
import { closeCodeOf } from '../../../src/protocol/close-codes.ts';
import { FramegateError, toFramegateError } from '../../../src/protocol/framegate-error.ts';
import { isOnThisDevice } from '../../../src/protocol/is-on-this-device.ts';
import { DEFAULT_SESSION_LIMITS } from '../../../src/protocol/limits.ts';
import type { ErrorMessage, Hello, ServerMessage, Welcome } from '../../../src/protocol/messages.ts';
import { backoffMs } from './backoff.ts';
import { type Connection, openConnection, openWebSocket } from './connection.ts';
import { fetchToken } from './fetch-token.ts';
import { createFrameCredit, type FrameCredit } from './frame-credit.ts';
import { deviceNetwork } from './network.ts';
import { createRetry } from './retry.ts';
import type { SessionClientOptions } from './session-client-options.ts';
import type { ClientState, SessionClient, SessionClientEvents } from './session-client-types.ts';
import { type CloseInfo, sessionError } from './session-error.ts';
import { createToldOnce } from './told-once.ts';
import { createWireCodec } from './wire-codec.ts';

const CONNECT_TIMEOUT_MS = 10_000;
/** A frame that is answered this late went over a link that is gone; browsers notice that after minutes. */
const ANSWER_TIMEOUT_MS = 15_000;
const OFFLINE_ANSWER_TIMEOUT_MS = 3000;
const RECONNECT = { firstMs: 250, maxMs: 8000 };
/** A node that stops sends its clients away over some time by itself; the next node takes them, and a dwell may go on there. */
const MOVE = { firstMs: 60, maxMs: 60 };
/** A connection that has stood for so long was of use, also where nothing was sent over it. */
const STANDING_MS = 10_000;
/** Two to four seconds, with the pauses between. */
const RESUME_TRIES = 4;
const NO_CONSENT = { store: false, training: false };
const UNNAMED_CLIENT = { sdk: 'framegate-client', camera: '', screen: '' };

/** A session with an edge node that survives its connections: it reconnects with backoff and resumes. */
export function createSessionClient(options: SessionClientOptions): SessionClient {
  const now = options.now ?? (() => performance.timeOrigin + performance.now());
  const random = options.random ?? Math.random;
  const openSocket = options.openSocket ?? openWebSocket;
  const network = options.network ?? deviceNetwork();
  const needsNetwork = !options.urls.some(isOnThisDevice);
  const maxAttempts = options.maxAttempts ?? 8;
  const connectAttempts = options.connectAttempts ?? maxAttempts;
  const events: Emitter<SessionClientEvents> = createNanoEvents();
  const codec = createWireCodec();
  const toldOnce = createToldOnce();
  const retry = createRetry(network);
  const credit: FrameCredit = createFrameCredit(
    DEFAULT_SESSION_LIMITS.maxInFlight,
    DEFAULT_SESSION_LIMITS.maxFps,
    random,
  );

  let state: ClientState = 'closed';
  let connection: Connection | null = null;
  let welcome: Welcome | null = null;
  let helloAtMs = 0;
  let liveAtMs = Number.POSITIVE_INFINITY;
  let lastSentSeq = 0;
  let lastAnsweredSeq = 0;
  let lastError: ErrorMessage | null = null;
  let connects = 0;
  let attempt = 0;
  let resumeTries = 0;
  let urlIndex = 0;
  let opening: { resolve: (welcome: Welcome) => void; reject: (error: FramegateError) => void } | null = null;

  function setState(next: ClientState, close: CloseInfo | null, error: FramegateError | null): void {
    state = next;
    events.emit('state', next, close, error);
  }

  function tryAgain(pauseMs: number | null): void {
    // Whoever was told the state may have closed it.
    if (state !== 'closed') retry.after(pauseMs, () => void open());
  }

  function waitForNetwork(close: CloseInfo | null): void {
    setState(opening === null ? 'reconnecting' : 'connecting', close, offlineError());
    tryAgain(null);
  }

  async function open(): Promise<void> {
    if (needsNetwork && !network.online()) {
      waitForNetwork(null);
      return;
    }
    const forConnect = connects;
    let token: string | undefined;
    try {
      token = await fetchToken(options.token);
    } catch (thrown) {
      give(toFramegateError(thrown), null);
      return;
    }
    if (state === 'closed' || forConnect !== connects) return;
    try {
      const url = options.urls[urlIndex % options.urls.length] ?? '';
      const current = openConnection(url, codec, openSocket, {
        open() {
          helloAtMs = now();
          current.send(hello(token));
        },
        message: receive,
        lost,
      });
      connection = current;
      current.expectMessage(CONNECT_TIMEOUT_MS);
    } catch (thrown) {
      give(toFramegateError(thrown), null);
    }
  }

  function hello(token: string | undefined): Hello {
    return {
      type: 'hello',
      token,
      profile: options.profile,
      thresholds: options.thresholds,
      consent: options.consent ?? NO_CONSENT,
      locale: options.locale ?? 'en',
      client: options.client ?? UNNAMED_CLIENT,
      collect: options.collect,
      resume: welcome
        ? {
            sessionId: welcome.sessionId,
            resumeToken: welcome.resumeToken,
            lastSeq: lastAnsweredSeq,
            results: toldOnce.results(),
          }
        : undefined,
    };
  }

  function lost(code: number): void {
    connection = null;
    credit.reset();
    if (now() - liveAtMs >= STANDING_MS) attempt = 0;
    liveAtMs = Number.POSITIVE_INFINITY;
    const known = closeCodeOf(code);
    // A connection that broke has nothing to do with whatever was said on it before.
    const error = known === null ? null : lastError;
    const close: CloseInfo = { code, known, error };
    lastError = null;
    if (known?.name === 'resume-failed' && !isWorthAnotherResume(error?.code)) welcome = null;
    const isOffline = known === null && !network.online();
    if (isOffline && needsNetwork) {
      waitForNetwork(close);
      return;
    }
    const reason = isOffline ? offlineError() : sessionError(close);
    const fetchesTokens = typeof options.token === 'function' && error?.code === 'token-expired';
    const mayRetry = fetchesTokens || known?.action !== 'stop';
    if (!mayRetry || attempt >= (opening === null ? maxAttempts : connectAttempts)) {
      give(reason, close);
      return;
    }
    attempt++;
    urlIndex++;
    setState(opening === null ? 'reconnecting' : 'connecting', close, reason);
    const isMove = known?.name === 'draining' && attempt === 1 && options.urls.length > 1;
    const lot = random();
    const pauseMs = backoffMs(attempt, isMove ? MOVE : RECONNECT, lot);
    // All that a full node turns away are told the same time.
    tryAgain(Math.max(pauseMs, (error?.retryAfterMs ?? 0) * (1 + lot / 2)));
  }

  /** Saved sessions that are only out of reach may be there in a moment; but guidance is worth more than a session. */
  function isWorthAnotherResume(code: string | undefined): boolean {
    resumeTries = code === 'state-unavailable' ? resumeTries + 1 : RESUME_TRIES;
    return resumeTries < RESUME_TRIES;
  }

  function give(error: FramegateError, close: CloseInfo | null): void {
    const waiting = opening;
    opening = null;
    setState('closed', close, error);
    waiting?.reject(error);
  }

  function receive(message: ServerMessage): void {
    events.emit('message', message);
    // Whoever heard it may have closed the session.
    if (connection === null) return;
    switch (message.type) {
      case 'welcome':
        welcomed(message);
        return;
      case 'feedback': {
        const roundTripMs = credit.answered(message.seq, now());
        // A welcome alone does not end the attempts: a node may take everybody and drop them.
        if (roundTripMs !== null) attempt = 0;
        expectAnswer();
        lastAnsweredSeq = Math.max(lastAnsweredSeq, message.seq);
        events.emit('feedback', message, roundTripMs);
        return;
      }
      case 'pace':
        credit.setMaxFps(Math.min(message.maxFps, welcome?.limits.maxFps ?? message.maxFps));
        events.emit('pace', message);
        return;
      case 'error':
        // One that names a frame or a capture is about that alone; the frame gets no feedback.
        if (message.seq !== undefined) {
          credit.answered(message.seq, now());
          expectAnswer();
        } else if (message.captureId === undefined) lastError = message;
        events.emit('error', message);
        return;
      case 'capture-request':
        events.emit('captureRequest', message);
        return;
      case 'captured':
        if (toldOnce.captured(message)) events.emit('captured', message);
        return;
      case 'rejected':
        events.emit('rejected', message);
        return;
      case 'result':
        if (toldOnce.result(message)) events.emit('result', message);
        return;
    }
  }

  function welcomed(message: Welcome): void {
    resumeTries = 0;
    connection?.expectMessage(null);
    liveAtMs = now();
    lastError = null;
    welcome = message;
    // It goes on in a session of its own too: whoever counts frames sees each number once.
    lastSentSeq = Math.max(lastSentSeq, message.lastSeq);
    if (!message.resumed) lastAnsweredSeq = 0;
    credit.reset();
    credit.setMaxInFlight(message.limits.maxInFlight);
    credit.setMaxFps(message.limits.maxFps);
    setState('live', null, null);
    if (connection === null) return;
    events.emit('welcome', message, now() - helloAtMs);
    if (opening !== null) attempt = 0;
    opening?.resolve(message);
    opening = null;
  }

  function expectAnswer(): void {
    const timeoutMs = network.online() ? ANSWER_TIMEOUT_MS : OFFLINE_ANSWER_TIMEOUT_MS;
    connection?.expectMessage(credit.inFlight > 0 ? timeoutMs : null);
  }

  return {
    get state() {
      return state;
    },
    get welcome() {
      return welcome;
    },
    get inFlight() {
      return credit.inFlight;
    },
    get bufferedAmount() {
      return connection?.bufferedAmount ?? 0;
    },
    on: (name, handler) => events.on(name, handler),
    connect() {
      if (state !== 'closed') return Promise.reject(new FramegateError('usage', 'the session is open'));
      return new Promise((resolve, reject) => {
        opening = { resolve, reject };
        welcome = null;
        lastError = null;
        connects++;
        attempt = 0;
        setState('connecting', null, null);
        void open();
      });
    },
    wantsFrame: () => state === 'live' && credit.allows(now()),
    sendFrame(frame) {
      if (state !== 'live' || connection === null || !credit.allows(now())) return null;
      const seq = ++lastSentSeq;
      connection.send({ type: 'frame', seq, ...frame });
      credit.sent(seq, now());
      if (credit.inFlight === 1 || !network.online()) expectAnswer();
      return seq;
    },
    sendStill(still) {
      if (state !== 'live' || connection === null) return false;
      connection.send({ type: 'still', ...still });
      return true;
    },
    capture() {
      if (state === 'live' && lastSentSeq > 0) connection?.send({ type: 'capture', seq: lastSentSeq });
    },
    close(reason = 'done') {
      retry.cancel();
      const current = connection;
      const isOpen = state === 'live';
      connection = null;
      state = 'closed';
      opening?.reject(new FramegateError('usage', 'the session was closed while it was opening'));
      opening = null;
      if (current === null) return;
      if (isOpen) current.send({ type: 'bye', reason });
      current.close(1000, reason);
    },
  };
}

function offlineError(): FramegateError {
  return new FramegateError('device-offline', 'this device has no network', { retryable: true });
}
