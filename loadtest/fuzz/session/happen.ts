import type { Failure, SessionEvent } from '../../../src/edge/session/events.ts';
import type { ErrorCode } from '../../../src/protocol/error-codes.ts';
import type { ClientMessage, Hello } from '../../../src/protocol/messages.ts';
import type { ResultRecord } from '../../../src/protocol/records.ts';
import { type Look, resultOf } from '../../../test/support/stub-coach.ts';
import type { Happening } from './happening.ts';
import { FUZZED_SETTINGS, type PlayedSession } from './played-session.ts';

const HELLO: Hello = {
  type: 'hello',
  token: 'a-token',
  profile: 'face-skin',
  consent: { store: false, training: false },
  locale: 'en',
  client: { sdk: 'fuzz', camera: '', screen: '' },
};
const SAVED = {
  version: 1,
  selector: 'face-skin',
  consent: { store: true, training: false },
  locale: 'en',
  client: { sdk: 'fuzz', camera: '', screen: '' },
  startedAtMs: 1_600_000_000_000,
  lastSeq: 5,
  coachMemory: FUZZED_SETTINGS.coach.initial,
  armedAtMs: 0,
  order: null,
  captured: null,
  captureIds: [],
  delivered: [],
  frames: 5,
  captures: 0,
};
const ORDER = { captureId: 'capture-of-before', trigger: 'auto', seq: 4, capturedAtMs: 10 };
const CAPTURED = { captureId: 'captured-before', stream: 'CAPTURES', streamSeq: 7 };
/** What a store may give back: whole states, one of another version, and nothing at all. */
const SAVED_STATES: readonly unknown[] = [
  SAVED,
  { ...SAVED, order: ORDER },
  { ...SAVED, captured: CAPTURED, captureIds: [CAPTURED.captureId], captures: 1 },
  { ...SAVED, order: ORDER, captured: CAPTURED, delivered: ['captured-before/skin'] },
  { ...SAVED, selector: 'face-skin:strict' },
  { ...SAVED, version: 2 },
  { ...SAVED, lastSeq: -1 },
  null,
  'state',
];
const LOOKS: readonly Look[] = ['pass', 'pass', 'pass', 'pass', 'adjust', 'fail', 'no-face'];
const PAUSES_MS: readonly number[] = [0, 1, 33, 33, 200, 500, 1000, 3000, 5000, 10_000, 120_000];
/** Steps of seq: mostly the next one. */
const SEQ_STEPS: readonly number[] = [1, 1, 1, 1, 1, 1, 1, 1, 2, 1000, 0, -1, -5];
const DATA_BYTES: readonly number[] = [10, 10, 10, 500, 10, 10, 501, 10, 1600, 1];

const at = <Item>(items: readonly Item[], index: number): Item => items[index % items.length]!;

function failure(code: ErrorCode, retryable: boolean): Failure {
  return { code, message: 'it failed', retryable };
}

/** Gives the session an event, or lets its time pass. */
export function happen(session: PlayedSession, happening: Happening): void {
  const { kind, a } = happening;
  if (kind === 'time') session.advance(at(PAUSES_MS, a));
  else if (kind === 'clock-set-back') session.setClockBack(at(PAUSES_MS, a));
  else {
    const event = eventOf(session, { ...happening, kind });
    if (event !== null) session.on(event);
  }
}

type EventKind = Exclude<Happening['kind'], 'time' | 'clock-set-back'>;

/** The event that it is at this moment; null where there is nothing that it could be about. */
function eventOf(
  session: PlayedSession,
  { kind, a, b }: Happening & { readonly kind: EventKind },
): SessionEvent | null {
  const state = session.state();
  // The host hands on nothing that a closed connection said.
  const say = (message: ClientMessage, messageBytes = 100): SessionEvent | null =>
    session.connected || session.ended ? { type: 'message', message, messageBytes } : null;
  switch (kind) {
    case 'hello':
      return say(HELLO, a === 15 ? 20_000 : 100);
    case 'hello-refused':
      return say(
        a % 2 === 0 ? { ...HELLO, profile: 'nobody' } : { ...HELLO, thresholds: { yaw: { max: 90 } } },
      );
    case 'hello-resume': {
      const results = b % 3 === 0 ? undefined : ['captured-before/skin'].slice(0, b % 2);
      const resume = {
        sessionId: 'session-1',
        resumeToken: 'resume-1',
        lastSeq: a,
        ...(results && { results }),
      };
      return say({ ...HELLO, resume });
    }
    case 'frame': {
      const lastSeq = state.phase === 'live' ? state.frames.lastSeq : 0;
      const seq = Math.max(1, lastSeq + at(SEQ_STEPS, a));
      const data = new Uint8Array(at(DATA_BYTES, b)).fill(seq);
      return say({
        type: 'frame',
        seq,
        capturedAtMs: seq * 33.3,
        width: 100,
        height: 80,
        format: 'jpeg',
        data,
      });
    }
    case 'still': {
      const { requested } = session.checks;
      const captureId =
        a === 15 || requested.length === 0 ? 'made-up' : requested.at(-1 - (a === 14 ? 1 : 0));
      const data = new Uint8Array(b === 15 ? 2001 : 1000);
      const image = { width: 1000, height: 800, format: 'jpeg', data } as const;
      return say({ type: 'still', captureId: captureId ?? 'made-up', seq: 1 + b, ...image });
    }
    case 'press':
      return say({ type: 'capture', seq: 1 + a });
    case 'bye':
      return say({ type: 'bye', reason: 'done' });
    case 'garbage':
      if (!session.connected && !session.ended) return null;
      return {
        type: 'bad-message',
        failure: failure('message-malformed', false),
        messageBytes: a === 15 ? 20_000 : 10,
      };
    case 'authenticated':
      return {
        type: 'authenticated',
        subject: a % 2 === 0 ? 'sam' : null,
        expiresAtMs: b < 10 ? null : session.nowMs + (b - 11) * 2000,
        sessionId: 'session-1',
        resumeToken: 'resume-1',
      };
    case 'auth-failed': {
      const codes = [
        'token-missing',
        'token-expired',
        'token-out-of-scope',
        'rate-limited',
        'internal',
      ] as const;
      return { type: 'auth-failed', failure: failure(at(codes, a), b % 2 === 0) };
    }
    case 'claimed':
      return { type: 'claimed', generation: 2, state: at(SAVED_STATES, a) };
    case 'claim-failed':
      return { type: 'claim-failed', failure: failure('resume-failed', false) };
    case 'slot-granted':
    case 'drain':
    case 'drained':
    case 'send-dropped':
    case 'save-ended':
      return { type: kind };
    case 'connection-closed':
      return { type: kind };
    case 'frame-analysed':
    case 'frame-failed': {
      // Late answers for frames of long ago come as well.
      const seq = a === 15 ? b : session.frameInWork;
      if (seq === null) return null;
      if (kind === 'frame-failed') {
        return { type: kind, seq, failure: failure('image-corrupt', false) };
      }
      return { type: kind, seq, result: resultOf(at(LOOKS, a), b * 6) };
    }
    case 'still-analysed':
    case 'still-failed': {
      const captureId = a === 15 ? 'made-up' : session.stillInWork;
      if (captureId === null) return null;
      if (kind === 'still-failed') {
        return { type: kind, captureId, failure: failure('image-corrupt', false) };
      }
      return { type: kind, captureId, result: resultOf(at(LOOKS, a), b * 6) };
    }
    case 'publish-acked': {
      const captureId = session.publishing;
      if (captureId === null) return null;
      return { type: kind, captureId, ack: { stream: 'CAPTURES', streamSeq: 1 + a } };
    }
    case 'publish-failed': {
      const captureId = session.publishing;
      if (captureId === null) return null;
      return { type: kind, captureId, failure: failure('bus-unavailable', a !== 0) };
    }
    case 'result':
      return { type: kind, record: resultRecord(session, a, b) };
    case 'superseded':
      return { type: kind, flush: a % 2 === 0 };
    case 'pace-changed':
      return { type: kind, pace: { maxFps: 2 + a, quality: 50 + b, maxEdge: 512 } };
    case 'backpressure':
      return { type: kind, bufferedBytes: a === 15 ? 1001 : a * 60 };
  }
}

function resultRecord(session: PlayedSession, a: number, b: number): ResultRecord {
  const captureId = session.checks.requested.at(-1 - (a % 2)) ?? 'captured-before';
  const hasFailed = b % 3 === 0;
  return {
    captureId,
    sessionId: b === 15 ? 'session-of-another' : 'session-1',
    kind: a % 4 < 2 ? 'face-quality' : 'skin',
    status: hasFailed ? 'failed' : 'done',
    profile: 'face-skin',
    finishedAtMs: 1,
    durationMs: 1,
    attempt: 1,
    measurements: [],
    result: hasFailed ? null : { score: a },
    error: hasFailed ? { code: 'analysis-failed', message: 'no face' } : null,
    provenance: {
      analyzer: 'face-quality',
      analyzerVersion: '1',
      codeVersion: '1',
      models: [],
      thresholds: {},
      sessionId: 'session-1',
      captureId,
      seq: 1,
      imageSha256: '00',
    },
  };
}
