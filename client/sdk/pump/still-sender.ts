import { type FramegateError, toFramegateError } from '../../../src/protocol/framegate-error.ts';
import type { CaptureRequest } from '../../../src/protocol/messages.ts';
import type { EncodedPicture, Picture } from '../picture.ts';
import type { SessionClient } from '../session/session-client-types.ts';
import type { KeptPictures } from './kept-pictures.ts';
import type { LinkAdapter } from './link-adapter.ts';
import type { SharedPicture } from './shared-picture.ts';

export interface StillSenderDeps<P extends Picture> {
  readonly client: Pick<SessionClient, 'sendStill' | 'welcome'>;
  readonly link: Pick<LinkAdapter, 'sentOther' | 'otherAnswered' | 'bytesWithin'>;
  readonly kept: Pick<KeptPictures<P>, 'take'>;
  readonly nowMs: () => number;
  readonly onSent: (still: EncodedPicture) => void;
  readonly onError: (error: FramegateError) => void;
}

/** Answers capture requests: the picture of the frame that was asked for, as good as node and link allow. */
export interface StillSender<P extends Picture> {
  /** A still is asked for and there is no picture for it: the next one is it. */
  readonly wantsPicture: boolean;
  /** A still is about to leave: frames would only delay it. */
  readonly isBusy: boolean;
  asked(request: CaptureRequest): void;
  /** The picture that `wantsPicture` asked for. */
  offer(picture: SharedPicture<P>): void;
  /** What was sent for this capture, or is about to be. */
  stillOf(captureId: string): EncodedPicture | null;
  /** The capture is over, one way or the other. */
  settled(captureId: string): void;
  clear(): void;
}

/** A node has one capture of a session under way; more are kept only for one that asks again for an older one. */
const KEPT_STILLS = 3;

/** What a still may always have, however slow the link: less would show nothing. */
const LEAST_BYTES = 60 * 1024;

interface Order {
  readonly request: CaptureRequest;
  readonly deadlineAtMs: number;
}

interface Encoded {
  readonly seq: number;
  readonly still: EncodedPicture;
}

export function createStillSender<P extends Picture>(deps: StillSenderDeps<P>): StillSender<P> {
  const { client, link, kept, nowMs, onSent, onError } = deps;
  let waiting: Order | null = null;
  /** By captureId, both: a session that is resumed asks again for the same. */
  const encoding = new Map<string, Order>();
  const encoded = new Map<string, Encoded>();

  async function encode(order: Order, picture: P, seq: number): Promise<void> {
    const { request, deadlineAtMs } = order;
    const { captureId } = request;
    const { maxStillBytes } = client.welcome!.limits;
    const linkBytes = Math.max(LEAST_BYTES, Math.floor(link.bytesWithin(deadlineAtMs - nowMs())));
    encoding.set(captureId, order);
    try {
      const still = await picture.still({
        maxBytes: Math.min(maxStillBytes, linkBytes),
        maxWidth: request.maxWidth,
        maxHeight: request.maxHeight,
      });
      const newest = encoding.get(captureId);
      // The capture is over, or its session.
      if (newest === undefined) return;
      encoded.set(captureId, { seq, still });
      if (encoded.size > KEPT_STILLS) encoded.delete(encoded.keys().next().value!);
      send(newest);
    } catch (thrown) {
      onError(toFramegateError(thrown));
    } finally {
      encoding.delete(captureId);
    }
  }

  function send({ request: { captureId }, deadlineAtMs }: Order): void {
    const found = encoded.get(captureId);
    if (found === undefined) return;
    // After the deadline the node has taken the best frame instead.
    if (nowMs() > deadlineAtMs) {
      encoded.delete(captureId);
      return;
    }
    const { seq, still } = found;
    const { data, width, height, format } = still;
    if (!client.sendStill({ captureId, seq, data, width, height, format })) return;
    link.sentOther(data.length, nowMs());
    onSent(still);
  }

  return {
    get wantsPicture() {
      return waiting !== null;
    },
    get isBusy() {
      return waiting !== null || encoding.size > 0;
    },
    asked(request) {
      const order = { request, deadlineAtMs: nowMs() + request.deadlineMs };
      if (encoded.has(request.captureId)) {
        send(order);
        return;
      }
      if (encoding.has(request.captureId)) {
        encoding.set(request.captureId, order);
        return;
      }
      const entry = kept.take(request.seq);
      if (entry === null) {
        waiting = order;
        return;
      }
      void encode(order, entry.picture, entry.seq).finally(entry.release);
    },
    offer(shared) {
      if (waiting === null) return;
      const order = waiting;
      waiting = null;
      void encode(order, shared.picture, order.request.seq).finally(shared.hold());
    },
    stillOf: (captureId) => encoded.get(captureId)?.still ?? null,
    settled(captureId) {
      encoding.delete(captureId);
      encoded.delete(captureId);
      if (waiting?.request.captureId === captureId) waiting = null;
      link.otherAnswered();
    },
    clear() {
      encoding.clear();
      encoded.clear();
      waiting = null;
    },
  };
}
