import { createSessionClient } from '../../client/sdk/session/session-client.ts';
import type { SessionClientOptions } from '../../client/sdk/session/session-client-options.ts';
import type { SessionClient } from '../../client/sdk/session/session-client-types.ts';
import type { CloseInfo } from '../../client/sdk/session/session-error.ts';
import type { Captured, ErrorMessage, Feedback, Result, Welcome } from '../../src/protocol/messages.ts';
import type { EncodedFrame } from './rendered-frames.ts';
import { until } from './until.ts';

/** A client that streams one picture and answers capture requests, and all that it was told. */
export interface RecordedSession {
  readonly client: SessionClient;
  readonly sent: readonly number[];
  readonly welcomes: readonly Welcome[];
  readonly feedbacks: readonly Feedback[];
  readonly captured: readonly Captured[];
  readonly results: readonly Result[];
  readonly errors: readonly ErrorMessage[];
  readonly states: readonly string[];
  /** Why it is over, once it is. */
  closed(): CloseInfo | null;
  /** Waits for something that was told; rejects after `timeoutMs`. */
  until(condition: () => boolean, timeoutMs?: number): Promise<void>;
  /** Sends no more frames and resolves when each has been answered. */
  finish(): Promise<void>;
  close(): void;
}

export async function recordSession(
  options: Pick<SessionClientOptions, 'urls'> & Partial<SessionClientOptions>,
  picture: EncodedFrame,
  fps = 25,
  /** The client's own clock. */
  nowMs: () => number = Date.now,
): Promise<RecordedSession> {
  const client = createSessionClient({ profile: 'face-skin:relaxed', ...options });
  const sent: number[] = [];
  const welcomes: Welcome[] = [];
  const feedbacks: Feedback[] = [];
  const captured: Captured[] = [];
  const results: Result[] = [];
  const errors: ErrorMessage[] = [];
  const states: string[] = [];
  let closed: CloseInfo | null = null;
  client.on('message', (message) => {
    // Everything that came, not what the client makes of it: a doubled message has to show.
    if (message.type === 'feedback') feedbacks.push(message);
    if (message.type === 'result') results.push(message);
    if (message.type === 'error') errors.push(message);
    if (message.type === 'welcome') welcomes.push(message);
  });
  client.on('captured', (message) => captured.push(message));
  client.on('captureRequest', ({ captureId, seq }) =>
    client.sendStill({ captureId, seq, format: 'jpeg', ...picture }),
  );
  client.on('state', (state, close) => {
    states.push(state);
    if (state === 'closed') closed = close;
  });
  await client.connect();
  const pump = setInterval(() => {
    const seq = client.sendFrame({ capturedAtMs: nowMs(), format: 'jpeg', ...picture });
    if (seq !== null) sent.push(seq);
  }, 1000 / fps);
  return {
    client,
    sent,
    welcomes,
    feedbacks,
    captured,
    results,
    errors,
    states,
    closed: () => closed,
    until: (condition, timeoutMs = 20_000) => until(condition, timeoutMs),
    finish() {
      clearInterval(pump);
      return until(() => client.inFlight === 0, 10_000);
    },
    close() {
      clearInterval(pump);
      client.close();
    },
  };
}
