import {
  createSessionClient,
  type SessionClient,
  type SessionClientOptions,
  sessionError,
} from '../../../client/sdk/session/session-client.ts';
import { FramegateError } from '../../protocol/framegate-error.ts';
import type { CaptureRequest, Feedback, Pace, ServerMessage } from '../../protocol/messages.ts';
import type { Picture, PictureSource } from './picture-source.ts';

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
  /** Pictures that were not sent, because the node was still busy with earlier ones. */
  readonly passedOver: number;
  readonly captured: readonly string[];
  readonly rejected: number;
  readonly results: number;
}

/** Frames as the node would like them before it has said anything. */
const FIRST_PACE: Pace = { type: 'pace', maxFps: 30, quality: 85, maxEdge: 640 };
/** Stills are asked for by seq, of a frame that was sent a moment ago. */
const KEPT_PICTURES = 64;
const LAST_ANSWERS_MS = 5000;

/**
 * Plays one source in its own time to one session, as a camera app would, and answers capture requests. Rejects with
 * the node's error where the session ends before the source does, or dependency-unavailable where the node has gone.
 */
export async function streamSource(
  source: PictureSource,
  options: StreamOptions,
  listener: StreamListener,
): Promise<StreamOutcome> {
  const client = createSessionClient(options.session);
  const sent = new Map<number, Picture>();
  const captured = new Set<string>();
  const withResult = new Set<string>();
  const stills = new Set<Promise<void>>();
  let pace = FIRST_PACE;
  let frames = 0;
  let answered = 0;
  let passedOver = 0;
  let rejected = 0;
  const pendingCaptures = new Set<string>();
  let failure: unknown = null;
  const changed = createSignal();

  client.on('message', (message) => listener.message(message));
  client.on('state', (state, close) => {
    listener.state(state);
    if (state === 'closed' && close !== null) failure ??= sessionError(close);
    changed.notify();
  });
  client.on('pace', (message) => {
    pace = message;
  });
  client.on('feedback', (feedback, roundTripMs) => {
    answered++;
    listener.feedback(feedback, roundTripMs);
    changed.notify();
  });
  client.on('captureRequest', (request) => {
    pendingCaptures.add(request.captureId);
    const still = sendStill(client, request, sent).catch((error: unknown) => {
      failure = error;
    });
    stills.add(still);
    void still.finally(() => stills.delete(still));
  });
  client.on('captured', ({ captureId }) => {
    pendingCaptures.delete(captureId);
    captured.add(captureId);
    changed.notify();
  });
  client.on('rejected', ({ captureId }) => {
    pendingCaptures.delete(captureId);
    rejected++;
    changed.notify();
  });
  client.on('error', ({ code, captureId }) => {
    if (code === 'capture-failed' && captureId !== undefined) pendingCaptures.delete(captureId);
    changed.notify();
  });
  client.on('result', ({ captureId }) => {
    withResult.add(captureId);
    changed.notify();
  });

  options.signal.addEventListener('abort', changed.notify);
  const ended = () => client.state === 'closed' || options.signal.aborted;
  const enough = () => options.captures > 0 && captured.size >= options.captures;
  try {
    await client.connect();
    const startMs = performance.now();
    for await (const picture of source.pictures()) {
      await changed.until(() => enough() || ended(), startMs + picture.atMs - performance.now());
      if (enough() || ended() || failure !== null) break;
      if (!client.wantsFrame()) {
        passedOver++;
        continue;
      }
      const { data, width, height, format } = await picture.frame(pace.maxEdge, pace.quality);
      const seq = client.sendFrame({ capturedAtMs: Date.now(), width, height, format, data });
      if (seq === null) {
        passedOver++;
        continue;
      }
      frames++;
      sent.set(seq, picture);
      sent.delete(seq - KEPT_PICTURES);
    }
    const settled = () => client.state === 'live' && client.inFlight === 0 && pendingCaptures.size === 0;
    await changed.until(() => ended() || settled(), LAST_ANSWERS_MS);
    if (options.resultTimeoutMs !== null) {
      await changed.until(() => ended() || withResult.size >= captured.size, options.resultTimeoutMs);
    }
    await Promise.all(stills);
    if (failure !== null) throw failure as FramegateError;
    if (client.state === 'reconnecting' && !ended()) {
      throw new FramegateError('dependency-unavailable', 'the edge node has gone', { retryable: true });
    }
  } finally {
    options.signal.removeEventListener('abort', changed.notify);
    client.close('source over');
  }
  return { frames, answered, passedOver, captured: [...captured], rejected, results: withResult.size };
}

async function sendStill(
  client: SessionClient,
  request: CaptureRequest,
  sent: Map<number, Picture>,
): Promise<void> {
  const seq = sent.has(request.seq) ? request.seq : Math.max(...sent.keys());
  const limits = {
    maxBytes: client.welcome!.limits.maxStillBytes,
    maxWidth: request.maxWidth,
    maxHeight: request.maxHeight,
  };
  const still = await sent.get(seq)!.still(limits);
  client.sendStill({ captureId: request.captureId, seq, ...still });
}

interface Signal {
  notify(): void;
  /** Resolves when the condition holds, at the latest after `timeoutMs`. */
  until(condition: () => boolean, timeoutMs: number): Promise<void>;
}

function createSignal(): Signal {
  let wake: (() => void) | null = null;
  return {
    notify: () => wake?.(),
    until: (condition, timeoutMs) =>
      new Promise((resolve) => {
        if (timeoutMs <= 0 || condition()) {
          // A turn of the event loop all the same, so that a source without pauses lets messages in.
          setImmediate(resolve);
          return;
        }
        const finish = () => {
          clearTimeout(timer);
          wake = null;
          resolve();
        };
        const timer = setTimeout(finish, timeoutMs);
        wake = () => {
          if (condition()) finish();
        };
      }),
  };
}
