import type { Picture } from '../../../client/sdk/picture.ts';
import { createRemoteSession } from '../../../client/sdk/pump/remote-session.ts';
import type { SessionClientOptions } from '../../../client/sdk/session/session-client-options.ts';
import { FramegateError } from '../../protocol/framegate-error.ts';
import type { Feedback, ServerMessage } from '../../protocol/messages.ts';
import type { PictureSource, SourcePicture } from './picture-source.ts';
import { createSignal } from './signal.ts';

export interface StreamOptions {
  readonly session: SessionClientOptions;
  /** Captures after which a source is done; 0 plays it to its end. */
  readonly captures: number;
  /** Whether to wait for the results of the captures, and how long. */
  readonly resultTimeoutMs: number | null;
  /** Ends the stream early, with what there is by then. */
  readonly signal: AbortSignal;
}

export interface StreamListener {
  message(message: ServerMessage): void;
  feedback(feedback: Feedback, roundTripMs: number | null): void;
  state(state: string): void;
}

export interface StreamOutcome {
  readonly frames: number;
  readonly answered: number;
  /** Pictures that were not sent, because node or link were still busy with earlier ones. */
  readonly passedOver: number;
  readonly captured: readonly string[];
  readonly rejected: number;
  readonly results: number;
  /** Announced with a capture, and not come so far. */
  readonly missing: readonly MissingResult[];
}

export interface MissingResult {
  readonly captureId: string;
  readonly kind: string;
}

/** These pictures are small: the best frame of a long dwell is still there when its still is asked for. */
const KEPT_PICTURES = 64;
const LAST_ANSWERS_MS = 5000;
/** Of a node that does not say what follows a capture. */
const UNSAID_KINDS: readonly string[] = ['face-quality'];

/**
 * Plays one source in its own time to one session, as a camera app would. Rejects with the node's error where the session
 * ends before the source does, dependency-unavailable where the node has gone, or the source's own error.
 */
export async function streamSource(
  source: PictureSource,
  options: StreamOptions,
  listener: StreamListener,
): Promise<StreamOutcome> {
  const session = createRemoteSession({
    ...options.session,
    keepPictures: KEPT_PICTURES,
    onMessage: (message) => listener.message(message),
  });
  /** The kinds of results that each capture ends with. */
  const captured = new Map<string, readonly string[]>();
  /** `captureId/kind`. */
  const results = new Set<string>();
  const pendingCaptures = new Set<string>();
  let shown = 0;
  let answered = 0;
  let rejected = 0;
  let failure: unknown = null;
  const changed = createSignal();
  const fail = (error: unknown) => {
    failure ??= error;
    changed.notify();
  };

  session.on('state', (state, error) => {
    listener.state(state);
    if (state === 'closed') fail(error);
    changed.notify();
  });
  session.on('feedback', (feedback, roundTripMs) => {
    // What the connection took has no answer of the node.
    if (feedback.verdict !== 'skipped' || roundTripMs !== null) answered++;
    listener.feedback(feedback, roundTripMs);
    changed.notify();
  });
  session.on('captureRequest', ({ captureId }) => pendingCaptures.add(captureId));
  session.on('captured', ({ captureId, resultKinds = UNSAID_KINDS }) => {
    pendingCaptures.delete(captureId);
    captured.set(captureId, resultKinds);
    changed.notify();
  });
  session.on('rejected', ({ captureId }) => {
    pendingCaptures.delete(captureId);
    rejected++;
    changed.notify();
  });
  session.on('error', ({ code, details }) => {
    if (code === 'capture-failed') pendingCaptures.delete(String(details?.captureId));
    changed.notify();
  });
  session.on('result', ({ captureId, kind }) => {
    results.add(`${captureId}/${kind}`);
    changed.notify();
  });

  options.signal.addEventListener('abort', changed.notify);
  const missing = (): MissingResult[] =>
    [...captured].flatMap(([captureId, kinds]) =>
      kinds.filter((kind) => !results.has(`${captureId}/${kind}`)).map((kind) => ({ captureId, kind })),
    );
  const ended = () => session.state === 'closed' || options.signal.aborted;
  const enough = () => options.captures > 0 && captured.size >= options.captures;
  const over = () => enough() || ended() || failure !== null;
  try {
    await session.connect();
    const startMs = performance.now();
    for await (const picture of source.pictures()) {
      await changed.until(over, startMs + picture.atMs - performance.now());
      if (over()) break;
      shown++;
      session.offer(shownNow(picture, fail));
    }
    const settled = () => session.state === 'live' && session.underWay === 0 && pendingCaptures.size === 0;
    await changed.until(() => ended() || settled(), LAST_ANSWERS_MS);
    if (options.resultTimeoutMs !== null) {
      await changed.until(() => ended() || missing().length === 0, options.resultTimeoutMs);
    }
    if (failure !== null) throw failure as FramegateError;
    if (session.state === 'reconnecting' && !ended()) {
      throw new FramegateError('dependency-unavailable', 'the edge node has gone', { retryable: true });
    }
  } finally {
    options.signal.removeEventListener('abort', changed.notify);
    session.close('source over');
  }
  const { frames } = session.sent;
  return {
    frames,
    answered,
    passedOver: shown - frames,
    captured: [...captured.keys()],
    rejected,
    results: results.size,
    missing: missing(),
  };
}

/** A picture that cannot be read is the source's fault, and the end of it. */
function shownNow({ frame, still, close }: SourcePicture, fail: (error: unknown) => void): Picture {
  const told = <Value>(work: Promise<Value>) => {
    work.catch(fail);
    return work;
  };
  return {
    capturedAtMs: Date.now(),
    frame: (maxEdge, quality) => told(frame(maxEdge, quality)),
    still: (limits) => told(still(limits)),
    close,
  };
}
