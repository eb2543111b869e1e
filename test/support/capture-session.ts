import { createSessionClient } from '../../client/sdk/session/session-client.ts';
import type { SessionClientOptions } from '../../client/sdk/session/session-client-options.ts';
import type { SessionClient } from '../../client/sdk/session/session-client-types.ts';
import type { Feedback, Result } from '../../src/protocol/messages.ts';
import type { EncodedFrame } from './rendered-frames.ts';

export interface CaptureOutcome {
  readonly sessionId: string;
  readonly captureId: string;
  readonly streamSeq: number;
  readonly feedbacks: readonly Feedback[];
  readonly result: Result | null;
}

/** Streams one picture until it has been captured and, if asked, until its result has come. */
export function captureOnce(
  url: string,
  frame: EncodedFrame,
  options: Partial<SessionClientOptions> & { waitForResult?: boolean; fps?: number } = {},
): Promise<CaptureOutcome> {
  const { waitForResult = false, fps = 25, ...session } = options;
  const client = createSessionClient({
    urls: [url],
    profile: 'face-skin:relaxed',
    maxAttempts: 20,
    ...session,
  });
  const feedbacks: Feedback[] = [];
  let captured: { captureId: string; streamSeq: number } | null = null;
  let pump: ReturnType<typeof setInterval> | null = null;

  return new Promise<CaptureOutcome>((resolve, reject) => {
    const finish = (result: Result | null) => {
      if (pump !== null) clearInterval(pump);
      const sessionId = client.welcome?.sessionId ?? '';
      client.close();
      resolve({ sessionId, ...captured!, feedbacks, result });
    };
    client.on('feedback', (feedback) => feedbacks.push(feedback));
    client.on('captureRequest', ({ captureId, seq }) =>
      client.sendStill({ captureId, seq, format: 'jpeg', ...frame }),
    );
    client.on('captured', ({ captureId, streamSeq }) => {
      captured = { captureId, streamSeq };
      if (!waitForResult) finish(null);
    });
    client.on('result', (result) => {
      if (captured?.captureId === result.captureId) finish(result);
    });
    client.on('state', (state, close) => {
      if (state !== 'closed') return;
      if (pump !== null) clearInterval(pump);
      reject(new Error(`the session ended: ${JSON.stringify(close)}`));
    });
    client.connect().then(() => {
      pump = setInterval(() => sendFrame(client, frame), 1000 / fps);
    }, reject);
  });
}

function sendFrame(client: SessionClient, { data, width, height }: EncodedFrame): void {
  client.sendFrame({ capturedAtMs: Date.now(), width, height, format: 'jpeg', data });
}
