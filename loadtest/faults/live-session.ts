import { createSessionClient } from '../../client/sdk/session/session-client.ts';
import type { ProfileName } from '../../src/protocol/checks.ts';
import type { BenchFrame } from '../bench/frames.ts';
import type { CaptureBook } from './capture-book.ts';
import type { FaultRandom } from './fault-random.ts';
import { createSessionLedger, type SessionLedger } from './session-ledger.ts';

export interface LiveSessionOptions {
  readonly name: string;
  /** All edges; the client goes on with the next where one fails. */
  readonly urls: readonly string[];
  readonly frames: readonly BenchFrame[];
  readonly fps: number;
  readonly random: FaultRandom;
  readonly book: CaptureBook;
  /** The session could not go on: another one stands in its place, or none where it is `closed`. */
  readonly onLost: (why: string) => void;
}

export interface LiveSession {
  readonly name: string;
  readonly ledger: SessionLedger;
  /** Where it is connected now, and since when. */
  readonly state: string;
  /** Asks for captures no more. */
  calm(): void;
  /** Sends no more frames, waits for what is owed, and says bye. */
  end(): Promise<void>;
}

/** Its captures end with several results, and none that takes a worker a second: there are captures all the time. */
export const LIVE_PROFILE = 'face-contour' satisfies ProfileName;

const CAPTURE_EVERY_MS = { from: 1200, to: 3000 } as const;
const CAPTURE_GIVEN_UP_MS = 15_000;
const OWED_MS = 10_000;

/** One person before a camera: streams without a pause, and captures again and again. */
export function startLiveSession(options: LiveSessionOptions): LiveSession {
  const { name, urls, frames, random, book } = options;
  const now = () => performance.now();
  const ledger = createSessionLedger(name, now());
  const client = createSessionClient({ urls, profile: `${LIVE_PROFILE}:relaxed`, maxAttempts: 1_000_000 });
  let sessionId: string | null = null;
  let lastVerdict = '';
  let nextCaptureMs = now() + random.between(0, CAPTURE_EVERY_MS.to);
  let isCalm = false;
  let turn = random.between(0, frames.length - 1);

  client.on('welcome', (welcome) => {
    if (sessionId !== null && !welcome.resumed) options.onLost(`${name}: ${sessionId} was not resumed`);
    sessionId = welcome.sessionId;
    ledger.connected(welcome.resumed ? welcome.lastSeq : 0);
  });
  client.on('state', (state, close, error) => {
    if (state === 'live') return;
    ledger.disconnected();
    if (state !== 'closed') return;
    clearInterval(pump);
    options.onLost(`${name}: closed with ${close?.code ?? '?'} ${error?.code ?? ''} ${error?.message ?? ''}`);
  });
  client.on('message', (message) => {
    switch (message.type) {
      case 'feedback':
        lastVerdict = message.verdict;
        ledger.answered(message.seq, message.verdict === 'pass' || message.verdict === 'adjust', now());
        return;
      case 'error':
        if (message.seq !== undefined) ledger.refused(message.seq);
        if (message.captureId !== undefined || message.code === 'capture-refused') soon();
        return;
      case 'capture-request': {
        const { captureId, seq } = message;
        client.sendStill({ captureId, seq, format: 'jpeg', ...frames[turn]! });
        return;
      }
      case 'captured':
        book.acknowledged(message.captureId, sessionId ?? '', now());
        soon();
        return;
      case 'rejected':
        soon();
        return;
      case 'result':
        book.resulted(message.captureId, message.kind);
        return;
    }
  });

  function soon(): void {
    nextCaptureMs = now() + random.between(CAPTURE_EVERY_MS.from, CAPTURE_EVERY_MS.to);
  }

  function tick(): void {
    turn = (turn + 1) % frames.length;
    // Known before the answer can come: nothing is received within this call.
    const seq = client.sendFrame({ capturedAtMs: Date.now(), format: 'jpeg', ...frames[turn]! });
    if (seq !== null) ledger.sent(seq);
    if (isCalm || client.state !== 'live' || lastVerdict !== 'pass' || now() < nextCaptureMs) return;
    nextCaptureMs = now() + CAPTURE_GIVEN_UP_MS;
    client.capture();
  }

  const pump = setInterval(tick, 1000 / options.fps);
  // What goes wrong shows as the state `closed`.
  client.connect().catch(() => {});

  return {
    name,
    ledger,
    get state() {
      return client.state;
    },
    calm: () => {
      isCalm = true;
    },
    async end() {
      clearInterval(pump);
      const deadlineMs = now() + OWED_MS;
      while (client.state === 'live' && ledger.unanswered > 0 && now() < deadlineMs) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      if (client.state === 'live') ledger.finished();
      client.close();
    },
  };
}
