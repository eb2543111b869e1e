import { createNanoEvents, type Emitter } from 'nanoevents';
import type { ProfileName, Thresholds } from '../../../src/protocol/checks.ts';
import { type CloseCode, closeCodeOf } from '../../../src/protocol/close-codes.ts';
import { createCodec } from '../../../src/protocol/codec.ts';
import { FramegateError } from '../../../src/protocol/framegate-error.ts';
import {
  DEFAULT_SESSION_LIMITS,
  SERVER_STRUCTURE_LIMITS,
  STREAM_PATH,
  SUBPROTOCOL,
} from '../../../src/protocol/limits.ts';
import type {
  Captured,
  CaptureRequest,
  ClientMessage,
  ErrorMessage,
  Feedback,
  Hello,
  Pace,
  Rejected,
  Result,
  ServerMessage,
  Still,
  Welcome,
} from '../../../src/protocol/messages.ts';
import { backoffMs } from './backoff.ts';
import { createFrameCredit, type FrameCredit } from './frame-credit.ts';

export type ClientState = 'connecting' | 'live' | 'reconnecting' | 'closed';

export interface CloseInfo {
  /** The WebSocket close code; 1006 where the connection just broke. */
  readonly code: number;
  readonly known: CloseCode | null;
  /** The error that the node named last before it closed, if any. */
  readonly error: ErrorMessage | null;
}

export interface SessionClientEvents {
  state: (state: ClientState, close: CloseInfo | null) => void;
  welcome: (message: Welcome) => void;
  feedback: (message: Feedback, roundTripMs: number | null) => void;
  captureRequest: (message: CaptureRequest) => void;
  captured: (message: Captured) => void;
  rejected: (message: Rejected) => void;
  result: (message: Result) => void;
  pace: (message: Pace) => void;
  error: (message: ErrorMessage) => void;
  /** Every message received, in order, before its own event. */
  message: (message: ServerMessage) => void;
}

/** The part of the standard WebSocket that the client uses. */
export interface ClientSocket {
  binaryType: string;
  readonly bufferedAmount: number;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: ((event: { readonly code: number }) => void) | null;
  onerror: ((event: never) => void) | null;
  send(data: Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
}

export interface SessionClientOptions {
  /** Edge nodes, `http(s)://` or `ws(s)://`; the next one is tried when one does not answer or drains. */
  readonly urls: readonly string[];
  readonly profile: ProfileName | `${ProfileName}:${string}`;
  readonly thresholds?: Thresholds;
  /** A token, or what fetches a fresh one before each connection. */
  readonly token?: string | (() => Promise<string>);
  readonly consent?: Hello['consent'];
  readonly locale?: string;
  readonly client?: Hello['client'];
  /** Attempts to come back before the session counts as lost; default 8. */
  readonly maxAttempts?: number;
  /** Further attempts to open the session when the first finds nobody; default as `maxAttempts`. */
  readonly connectAttempts?: number;
  readonly openSocket?: (url: string, subprotocol: string) => ClientSocket;
  readonly now?: () => number;
  readonly random?: () => number;
}

export interface OutgoingFrame {
  /** Milliseconds since the epoch. */
  readonly capturedAtMs: number;
  readonly width: number;
  readonly height: number;
  readonly format: 'jpeg' | 'webp';
  readonly data: Uint8Array;
}

export interface SessionClient {
  readonly state: ClientState;
  readonly welcome: Welcome | null;
  on<Name extends keyof SessionClientEvents>(name: Name, handler: SessionClientEvents[Name]): () => void;
  /** Opens the session; rejects with the node's error, or dependency-unavailable where nobody answers. */
  connect(): Promise<Welcome>;
  /** Whether a frame would be sent now: connected, and within credit and pace. Ask before encoding. */
  wantsFrame(): boolean;
  /** Sends a frame and returns its seq, or null where there is no credit: the frame is dropped, never queued. */
  sendFrame(frame: OutgoingFrame): number | null;
  sendStill(still: Omit<Still, 'type'>): void;
  /** Asks for a capture now, next to the last frame sent. */
  capture(): void;
  readonly inFlight: number;
  /** Says bye and ends; no event follows. */
  close(reason?: string): void;
}

const CONNECT_TIMEOUT_MS = 10_000;
/** As many as `hello.resume.results` takes. */
const RESULTS_NAMED = 32;
const RECONNECT = { firstMs: 250, maxMs: 8000 };
const NO_CONSENT = { store: false, training: false };
const UNNAMED_CLIENT = { sdk: 'framegate-client', camera: '', screen: '' };

/** A session with an edge node that survives its connections: it reconnects with backoff and resumes. */
export function createSessionClient(options: SessionClientOptions): SessionClient {
  const now = options.now ?? (() => performance.timeOrigin + performance.now());
  const random = options.random ?? Math.random;
  const openSocket = options.openSocket ?? openWebSocket;
  const maxAttempts = options.maxAttempts ?? 8;
  const connectAttempts = options.connectAttempts ?? maxAttempts;
  const events: Emitter<SessionClientEvents> = createNanoEvents();
  const codec = createCodec(SERVER_STRUCTURE_LIMITS);
  const credit: FrameCredit = createFrameCredit(
    DEFAULT_SESSION_LIMITS.maxInFlight,
    DEFAULT_SESSION_LIMITS.maxFps,
  );

  const captured = new Set<string>();
  /** `captureId/kind` of what has come, so that a node sends what is missing and nothing twice. */
  const results = new Set<string>();

  let state: ClientState = 'closed';
  let socket: ClientSocket | null = null;
  let welcome: Welcome | null = null;
  let lastSentSeq = 0;
  let lastAnsweredSeq = 0;
  let lastError: ErrorMessage | null = null;
  let attempt = 0;
  let urlIndex = 0;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let opening: { resolve: (welcome: Welcome) => void; reject: (error: FramegateError) => void } | null = null;

  function setState(next: ClientState, close: CloseInfo | null = null): void {
    state = next;
    events.emit('state', next, close);
  }

  function stopTimer(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  }

  function send(message: ClientMessage): void {
    socket?.send(codec.encode(message) as Uint8Array<ArrayBuffer>);
  }

  async function open(): Promise<void> {
    let token: string | undefined;
    try {
      token = typeof options.token === 'function' ? await options.token() : options.token;
    } catch (cause) {
      give(new FramegateError('token-missing', 'the token provider failed', { cause }), null);
      return;
    }
    if (state === 'closed') return;
    const current = openSocket(streamUrl(options.urls[urlIndex % options.urls.length]!), SUBPROTOCOL);
    current.binaryType = 'arraybuffer';
    socket = current;
    timer = setTimeout(() => lost(current, 1006), CONNECT_TIMEOUT_MS);
    current.onopen = () => send(hello(token));
    current.onmessage = ({ data }) => {
      if (socket === current && data instanceof ArrayBuffer) receive(new Uint8Array(data));
    };
    // The close that follows has the code; but Node.js sends none after a connection that was refused.
    current.onerror = () => {
      setTimeout(() => lost(current, 1006), 0);
    };
    current.onclose = ({ code }) => lost(current, code);
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
      resume: welcome
        ? {
            sessionId: welcome.sessionId,
            resumeToken: welcome.resumeToken,
            lastSeq: lastAnsweredSeq,
            results: [...results].slice(-RESULTS_NAMED),
          }
        : undefined,
    };
  }

  function lost(from: ClientSocket, code: number): void {
    if (socket !== from) return;
    socket = null;
    from.onclose = null;
    from.close();
    stopTimer();
    credit.reset();
    const known = closeCodeOf(code);
    // A connection that broke has nothing to do with whatever was said on it before.
    const error = known === null ? null : lastError;
    const close: CloseInfo = { code, known, error };
    lastError = null;
    if (state === 'closed') return;
    if (known?.name === 'resume-failed') welcome = null;
    const fetchesTokens = typeof options.token === 'function' && error?.code === 'token-expired';
    const mayRetry = fetchesTokens || known?.action !== 'stop';
    if (!mayRetry || attempt >= (opening === null ? maxAttempts : connectAttempts)) {
      give(sessionError(close), close);
      return;
    }
    attempt++;
    urlIndex++;
    if (opening === null) setState('reconnecting', close);
    const pauseMs = Math.max(backoffMs(attempt, RECONNECT, random()), error?.retryAfterMs ?? 0);
    timer = setTimeout(() => void open(), pauseMs);
  }

  function give(error: FramegateError, close: CloseInfo | null): void {
    const waiting = opening;
    opening = null;
    setState('closed', close);
    waiting?.reject(error);
  }

  function receive(bytes: Uint8Array): void {
    const message = codec.decode(bytes) as ServerMessage;
    events.emit('message', message);
    switch (message.type) {
      case 'welcome':
        stopTimer();
        attempt = 0;
        lastError = null;
        welcome = message;
        lastSentSeq = Math.max(message.resumed ? lastSentSeq : 0, message.lastSeq);
        if (!message.resumed) lastAnsweredSeq = 0;
        credit.reset();
        credit.setMaxInFlight(message.limits.maxInFlight);
        credit.setMaxFps(message.limits.maxFps);
        setState('live');
        events.emit('welcome', message);
        opening?.resolve(message);
        opening = null;
        return;
      case 'feedback': {
        const roundTripMs = credit.answered(message.seq, now());
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
        if (message.seq !== undefined) credit.answered(message.seq, now());
        else if (message.captureId === undefined) lastError = message;
        events.emit('error', message);
        return;
      case 'capture-request':
        events.emit('captureRequest', message);
        return;
      case 'captured':
        // Told again after a resume.
        if (captured.has(message.captureId)) return;
        captured.add(message.captureId);
        events.emit('captured', message);
        return;
      case 'rejected':
        events.emit('rejected', message);
        return;
      case 'result': {
        const id = `${message.captureId}/${message.kind}`;
        if (results.has(id)) return;
        results.add(id);
        events.emit('result', message);
        return;
      }
    }
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
    on: (name, handler) => events.on(name, handler),
    connect() {
      if (state !== 'closed') return Promise.reject(new FramegateError('usage', 'the session is open'));
      return new Promise((resolve, reject) => {
        opening = { resolve, reject };
        welcome = null;
        attempt = 0;
        setState('connecting');
        void open();
      });
    },
    wantsFrame: () => state === 'live' && credit.allows(now()),
    sendFrame(frame) {
      if (state !== 'live' || !credit.allows(now())) return null;
      const seq = ++lastSentSeq;
      send({ type: 'frame', seq, ...frame });
      credit.sent(seq, now());
      return seq;
    },
    sendStill(still) {
      if (state === 'live') send({ type: 'still', ...still });
    },
    capture() {
      if (state === 'live' && lastSentSeq > 0) send({ type: 'capture', seq: lastSentSeq });
    },
    close(reason = 'done') {
      stopTimer();
      const current = socket;
      socket = null;
      opening?.reject(new FramegateError('usage', 'the session was closed while it was opening'));
      opening = null;
      state = 'closed';
      if (current === null) return;
      current.onclose = null;
      current.onmessage = null;
      if (welcome !== null) current.send(codec.encode({ type: 'bye', reason }) as Uint8Array<ArrayBuffer>);
      current.close(1000, reason);
    },
  };
}

function openWebSocket(url: string, subprotocol: string): ClientSocket {
  return new WebSocket(url, subprotocol) as unknown as ClientSocket;
}

/** `http://host` → `ws://host/v1/stream`; a path that is given is kept in front. */
function streamUrl(url: string): string {
  const full = new URL(url.replace(/^http/, 'ws'));
  if (!full.pathname.endsWith(STREAM_PATH)) full.pathname = full.pathname.replace(/\/$/, '') + STREAM_PATH;
  return full.href;
}

/** Why a session is over: what the node said, or that nobody answers any more. */
export function sessionError({ code, known, error }: CloseInfo): FramegateError {
  if (error !== null) {
    const { retryable, retryAfterMs } = error;
    return new FramegateError(error.code, error.message, {
      retryable,
      retryAfterMs,
      details: { closeCode: code },
    });
  }
  const meaning = known?.meaning ?? 'no edge node answers';
  return new FramegateError('dependency-unavailable', meaning, {
    retryable: true,
    details: { closeCode: code },
  });
}
