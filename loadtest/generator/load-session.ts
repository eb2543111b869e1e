import { backoffMs } from '../../client/sdk/session/backoff.ts';
import { closeCodeOf } from '../../src/protocol/close-codes.ts';
import type {
  Captured,
  CaptureRequest,
  ErrorMessage,
  Feedback,
  Hello,
  Pace,
  Result,
  ServerMessage,
  Welcome,
} from '../../src/protocol/messages.ts';
import { createCaptureDriver } from './capture-driver.ts';
import { createFrameCamera } from './frame-camera.ts';
import type { FrameMessageHead, FramePicture } from './frame-message.ts';
import { createFrameTurns } from './frame-turns.ts';
import type { IntervalRecorder } from './interval-recorder.ts';
import { type LoadWire, openLoadWire } from './load-wire.ts';
import { type PictureLibrary, rungFor } from './pictures.ts';
import { createResultLedger } from './result-ledger.ts';
import type { SessionPlan } from './session-plan.ts';

export interface LoadSessionDeps {
  readonly recorder: IntervalRecorder;
  readonly library: PictureLibrary;
  /** Made once for all sessions of a thread. */
  readonly headOf: (picture: FramePicture) => FrameMessageHead;
  readonly nowMs: () => number;
  readonly random: () => number;
}

/** One simulated client: connects, streams, is told what to do, comes back when the connection is lost. */
export interface LoadSession {
  /** Resolves at the first welcome, or when the session is over without one. */
  readonly opened: Promise<void>;
  readonly isOpen: boolean;
  readonly unanswered: number;
  /** What it may send; 0 while it is not open. */
  readonly pacedFps: number;
  setFps(fps: number | null): void;
  /** Breaks the connection, as a link does that goes away; the session resumes. */
  cut(): void;
  /** Says bye; what is unanswered then counts as skipped. */
  leave(): void;
}

const BACKOFF = { firstMs: 250, maxMs: 4000 };
/** A client whose pictures do not get away makes no more of them. */
const MOST_WAITING_BYTES = 256 * 1024;
const FULL_PACE = { maxFps: 30, quality: 80, maxEdge: 512 };
const GOLDEN_RATIO = 0.618_033_988_749_895;

export function createLoadSession(plan: SessionPlan, deps: LoadSessionDeps): LoadSession {
  const { recorder, library, headOf, nowMs, random } = deps;
  const turns = createFrameTurns(plan.obeys, random);
  const ledger = createResultLedger();
  const capture = createCaptureDriver(plan.capture, nowMs());
  const opened = Promise.withResolvers<void>();
  let wire: LoadWire | null = null;
  let isOpen = false;
  let isOver = false;
  let identity: { sessionId: string; resumeToken: string } | null = null;
  let attempt = 0;
  /** Since the person has been waiting for a connection. */
  let wantedAtMs = nowMs();
  let fps = plan.fps;
  let pace: Pick<Pace, 'maxFps' | 'quality' | 'maxEdge'> = FULL_PACE;
  let seq = 0;
  let lastAnswered = 0;
  const camera = createFrameCamera(nowMs, sendFrame);

  function helloMessage(): Hello {
    const resume =
      identity === null ? {} : { resume: { ...identity, lastSeq: lastAnswered, results: ledger.received() } };
    return {
      type: 'hello',
      profile: plan.profile,
      consent: { store: false, training: false },
      locale: 'en',
      client: { sdk: 'loadtest', camera: '', screen: '' },
      ...resume,
    };
  }

  async function connect(): Promise<void> {
    if (isOver) return;
    try {
      const connected = await openLoadWire(plan, {
        onMessage: (message) => receive(message),
        onClose: (code) => lost(code),
      });
      wire = connected;
      if (isOver) connected.close();
      else connected.send(helloMessage());
    } catch {
      recorder.counts.connectFailures++;
      retry();
    }
  }

  function retry(pauseMs?: number): void {
    if (isOver) return;
    attempt++;
    setTimeout(() => void connect(), pauseMs ?? backoffMs(attempt, BACKOFF, random()));
  }

  function welcomed({ sessionId, resumeToken, resumed, lastSeq, limits }: Welcome): void {
    const now = nowMs();
    const isFirst = identity === null;
    recorder.counts.welcomes++;
    if (isFirst) recorder.time('welcome', now - wantedAtMs);
    else {
      recorder.counts.reconnects++;
      if (resumed) {
        recorder.counts.resumed++;
        recorder.time('resume', now - wantedAtMs);
      }
    }
    identity = { sessionId, resumeToken };
    attempt = 0;
    isOpen = true;
    seq = resumed ? Math.max(seq, lastSeq) : 0;
    turns.setMaxInFlight(plan.inFlight ?? limits.maxInFlight);
    applyPace({ ...FULL_PACE, maxFps: limits.maxFps });
    wire?.startReading(plan.reading);
    opened.resolve();
    startCamera();
  }

  function lost(code: number | null): void {
    wire = null;
    recorder.closed(code);
    camera.stop();
    recorder.counts.skipped += turns.forget();
    const wasOpen = isOpen;
    isOpen = false;
    const action = code === null ? 'resume' : (closeCodeOf(code)?.action ?? 'resume');
    if (isOver || action === 'stop') {
      end();
      return;
    }
    if (wasOpen) wantedAtMs = nowMs();
    else recorder.counts.connectFailures++;
    retry();
  }

  function end(): void {
    isOver = true;
    camera.stop();
    opened.resolve();
  }

  function receive(message: ServerMessage): void {
    switch (message.type) {
      case 'feedback':
        answered(message);
        break;
      case 'welcome':
        welcomed(message);
        break;
      case 'pace':
        applyPace(message);
        break;
      case 'capture-request':
        sendStill(message);
        break;
      case 'captured':
        captured(message);
        break;
      case 'rejected':
        recorder.counts.rejected++;
        break;
      case 'result':
        resultCame(message);
        break;
      case 'error':
        failed(message);
        break;
    }
  }

  function captured({ captureId }: Captured): void {
    const tookMs = ledger.captured(captureId, nowMs());
    if (tookMs === null) return;
    recorder.counts.captured++;
    recorder.time('captured', tookMs);
    capture.done(nowMs());
  }

  function resultCame({ captureId, kind }: Result): void {
    const tookMs = ledger.result(captureId, kind, nowMs());
    if (tookMs === 'twice') {
      recorder.counts.broken++;
      return;
    }
    recorder.counts.results++;
    if (tookMs !== null) recorder.time('result', tookMs);
  }

  function answered({ seq: answeredSeq, verdict, timing }: Feedback): void {
    const roundTripMs = turns.answered(answeredSeq, nowMs());
    // The next frame goes out first: what is counted here is not to hold it up.
    if (fps === null) sendFrame();
    if (roundTripMs === null || answeredSeq <= lastAnswered) {
      recorder.counts.broken++;
      return;
    }
    lastAnswered = answeredSeq;
    if (verdict === 'skipped') recorder.counts.skipped++;
    else if (verdict === 'error') recorder.counts.errors++;
    else {
      recorder.counts[verdict]++;
      recorder.answered(plan.index);
      // Who reads late would measure itself.
      if (plan.reading !== 'all') return;
      recorder.time('latency', roundTripMs);
      recorder.time('overhead', roundTripMs - timing.decodeMs - timing.inferMs);
      recorder.time('queue', timing.queueMs);
      recorder.time('decode', timing.decodeMs);
      recorder.time('infer', timing.inferMs);
      recorder.time('total', timing.totalMs);
    }
  }

  function failed({ code, seq: refusedSeq }: ErrorMessage): void {
    recorder.error(code);
    if (code === 'resume-failed') {
      identity = null;
      lastAnswered = 0;
    }
    if (refusedSeq === undefined) return;
    if (turns.answered(refusedSeq, nowMs()) !== null) recorder.counts.errors++;
  }

  function applyPace({ maxFps, quality, maxEdge }: Pick<Pace, 'maxFps' | 'quality' | 'maxEdge'>): void {
    pace = { maxFps, quality, maxEdge };
    turns.setMaxFps(maxFps);
  }

  function sendStill({ captureId, seq: bestSeq }: CaptureRequest): void {
    const still = library.steady?.rungs[0]?.pictures[0];
    // Who has no picture that passes leaves it to the node, which takes the best frame when the time is over.
    if (still === undefined) return;
    const { width, height, data } = still;
    ledger.stillSent(captureId, nowMs());
    wire?.send({ type: 'still', captureId, seq: bestSeq, width, height, format: 'jpeg', data });
  }

  function sendFrame(): void {
    const now = nowMs();
    if (!isOpen || wire === null) return;
    if (!turns.allows(now) || wire.waitingBytes() > MOST_WAITING_BYTES) {
      recorder.counts.heldBack++;
      return;
    }
    seq++;
    const set = library[capture.holdsStill(now) ? 'steady' : plan.pictures]!;
    const { pictures } = rungFor(set, pace);
    const picture = pictures[(seq + plan.index) % pictures.length]!;
    turns.sent(seq, now);
    recorder.counts.sent++;
    wire.sendParts(headOf(picture)(seq, Date.now()), picture.data);
    if (lastAnswered > 0 && capture.presses(now)) wire.send({ type: 'capture', seq: lastAnswered });
  }

  function startCamera(): void {
    camera.stop();
    if (fps === null) {
      // Nobody sets the time: as many as may be under way at once.
      for (let frame = 0; frame < (plan.inFlight ?? 1); frame++) sendFrame();
    } else if (fps > 0) camera.start(fps, (plan.index * GOLDEN_RATIO) % 1);
  }

  void connect();
  return {
    opened: opened.promise,
    get isOpen() {
      return isOpen;
    },
    get unanswered() {
      return turns.unanswered;
    },
    get pacedFps() {
      return isOpen ? pace.maxFps : 0;
    },
    setFps(next) {
      fps = next;
      if (isOpen) startCamera();
    },
    cut: () => wire?.close(),
    leave() {
      isOver = true;
      camera.stop();
      if (isOpen) wire?.send({ type: 'bye', reason: 'done' });
      else end();
    },
  };
}
