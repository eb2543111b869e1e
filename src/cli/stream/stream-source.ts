import {
  createSessionClient,
  type SessionClient,
  type SessionClientOptions,
} from '../../../client/sdk/session-client.ts';
import type { FramegateError } from '../../protocol/framegate-error.ts';
import type { CaptureRequest, Feedback, Pace, ServerMessage } from '../../protocol/messages.ts';
import type { Picture, PictureSource } from './picture-source.ts';

export interface StreamOptions {
  readonly session: SessionClientOptions;
  /** Captures after which a source is done; 0 plays it to its end. */
  readonly captures: number;
  /** Whether to wait for the results of the captures, and how long. */
  readonly resultTimeoutMs: number | null;
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

/** Plays one source in its own time to one session, as a camera app would, and answers capture requests. */
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
  let pendingCaptures = 0;
  let failure: unknown = null;
  const changed = createSignal();

  client.on('message', (message) => listener.message(message));
  client.on('state', (state) => {
    listener.state(state);
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
    pendingCaptures++;
    const still = sendStill(client, request, sent).catch((error: unknown) => {
      failure = error;
    });
    stills.add(still);
    void still.finally(() => stills.delete(still));
  });
  client.on('captured', ({ captureId }) => {
    pendingCaptures--;
    captured.add(captureId);
    changed.notify();
  });
  client.on('rejected', () => {
    pendingCaptures--;
    rejected++;
    changed.notify();
  });
  client.on('result', ({ captureId }) => {
    withResult.add(captureId);
    changed.notify();
  });

  const enough = () => options.captures > 0 && captured.size >= options.captures;
  try {
    await client.connect();
    const startMs = performance.now();
    for await (const picture of source.pictures()) {
      await changed.until(
        () => enough() || client.state === 'closed',
        startMs + picture.atMs - performance.now(),
      );
      if (enough() || client.state === 'closed' || failure !== null) break;
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
    const settled = () => client.state !== 'live' || (client.inFlight === 0 && pendingCaptures <= 0);
    await changed.until(settled, LAST_ANSWERS_MS);
    if (options.resultTimeoutMs !== null) {
      await changed.until(
        () => withResult.size >= captured.size || client.state === 'closed',
        options.resultTimeoutMs,
      );
    }
    await Promise.all(stills);
    if (failure !== null) throw failure as FramegateError;
  } finally {
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
