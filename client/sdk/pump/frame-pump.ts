import { type FramegateError, toFramegateError } from '../../../src/protocol/framegate-error.ts';
import type { Picture } from '../picture.ts';
import type { SessionClient } from '../session/session-client-types.ts';
import type { FeedbackLedger } from './feedback-ledger.ts';
import type { FrameSize } from './frame-ladder.ts';
import type { KeptPictures } from './kept-pictures.ts';
import type { LinkAdapter } from './link-adapter.ts';
import type { PresenceCheck } from './presence-check.ts';
import type { GatePlan, PresenceGate } from './presence-gate.ts';
import { type SharedPicture, sharePicture } from './shared-picture.ts';
import type { StillSender } from './still-sender.ts';

export interface FramePumpDeps<P extends Picture> {
  readonly client: Pick<SessionClient, 'state' | 'wantsFrame' | 'sendFrame' | 'bufferedAmount'>;
  readonly link: LinkAdapter;
  readonly ledger: FeedbackLedger;
  readonly kept: KeptPictures<P>;
  readonly stills: StillSender<P>;
  /** null where every picture is worth sending. */
  readonly presence: { readonly check: PresenceCheck<P>; readonly gate: PresenceGate } | null;
  readonly nowMs: () => number;
  /** The check has said something. */
  readonly onLooked: () => void;
  readonly onError: (error: FramegateError) => void;
}

/** Takes pictures, and sends those that are worth it when there is room for them. Nothing waits in it. */
export interface FramePump<P extends Picture> {
  isPaused: boolean;
  readonly isBusy: boolean;
  readonly framesSent: number;
  readonly frameBytesSent: number;
  wants(): boolean;
  /** Takes the picture over. */
  offer(picture: P): void;
}

/** More than this before the socket, and a frame would wait there. */
const MOST_BUFFERED_BYTES = 8 * 1024;
const SEND_ALL: GatePlan = { look: false, send: 'yes', most: null };

export function createFramePump<P extends Picture>(deps: FramePumpDeps<P>): FramePump<P> {
  const { client, link, ledger, kept, stills, presence, nowMs, onLooked, onError } = deps;
  let isPaused = false;
  let isBusy = false;
  let hasFailed = false;
  let framesSent = 0;
  let frameBytesSent = 0;

  function planNow(): GatePlan {
    return presence?.gate.plan(nowMs()) ?? SEND_ALL;
  }

  function hasRoom(): boolean {
    const isFree = client.bufferedAmount <= MOST_BUFFERED_BYTES && link.allows(nowMs());
    return isFree && !isPaused && !stills.isBusy && client.wantsFrame();
  }

  function wants(): boolean {
    if (client.state !== 'live') return false;
    return stills.wantsPicture || (!isBusy && hasRoom() && planNow().send !== 'no');
  }

  /** Never rejects; null where the check cannot say. */
  async function look(shared: SharedPicture<P>): Promise<boolean | null> {
    if (presence === null) return null;
    const { check, gate } = presence;
    const release = shared.hold();
    gate.asked();
    const seen = await (async () => check.look(shared.picture))().catch(() => null);
    release();
    gate.looked(seen, nowMs());
    onLooked();
    return seen;
  }

  async function pump(shared: SharedPicture<P>): Promise<void> {
    const { picture } = shared;
    const plan = planNow();
    const looking = plan.look ? look(shared) : null;
    if (plan.send === 'if-seen' && (await looking) !== true) return;
    const size = smaller(link.size, plan.most);
    const frame = await picture.frame(size.maxEdge, size.quality);
    hasFailed = false;
    // The room may be gone by now; the next picture is the better one.
    if (!hasRoom()) return;
    const { data, width, height, format } = frame;
    const seq = client.sendFrame({ capturedAtMs: picture.capturedAtMs, data, width, height, format });
    if (seq === null) return;
    const atMs = nowMs();
    framesSent++;
    frameBytesSent += data.length;
    ledger.sent(seq, atMs);
    link.sent(seq, { ...size, bytes: data.length, longSidePx: Math.max(width, height) }, atMs);
    presence?.gate.sent(atMs);
    kept.keep(seq, shared);
  }

  return {
    get isPaused() {
      return isPaused;
    },
    set isPaused(next) {
      isPaused = next;
    },
    get isBusy() {
      return isBusy;
    },
    get framesSent() {
      return framesSent;
    },
    get frameBytesSent() {
      return frameBytesSent;
    },
    wants,
    offer(picture) {
      const shared = sharePicture(picture);
      const release = shared.hold();
      if (!wants()) {
        release();
        return;
      }
      if (stills.wantsPicture) {
        stills.offer(shared);
        release();
        return;
      }
      isBusy = true;
      void pump(shared)
        .catch((thrown: unknown) => {
          // Of a source that always fails it is said once.
          if (!hasFailed) onError(toFramegateError(thrown));
          hasFailed = true;
        })
        .finally(() => {
          isBusy = false;
          release();
        });
    },
  };
}

function smaller(size: FrameSize, most: FrameSize | null): FrameSize {
  if (most === null) return size;
  return { maxEdge: Math.min(size.maxEdge, most.maxEdge), quality: Math.min(size.quality, most.quality) };
}
