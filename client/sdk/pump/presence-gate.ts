import type { FrameSize } from './frame-ladder.ts';

/** What is to be done with a picture that is taken now. */
export interface GatePlan {
  /** Whether to ask the check on this device. */
  readonly look: boolean;
  /** `if-seen`: only when the check finds a face. */
  readonly send: 'yes' | 'if-seen' | 'no';
  /** Where no face is expected the frame need not be as good as the link allows. */
  readonly most: FrameSize | null;
}

/**
 * Holds frames back while there is nobody to guide. The check on this device decides, but the node's word counts more: it
 * has the better eyes. Pure bookkeeping: the caller brings the time.
 */
export interface PresenceGate {
  /** Nobody is there and frames are held: the person is to be told. */
  readonly isAbsent: boolean;
  plan(nowMs: number): GatePlan;
  /** The check is asked now. */
  asked(): void;
  /** null where it could not say. */
  looked(seen: boolean | null, nowMs: number): void;
  sent(nowMs: number): void;
  /** The node has judged a frame that was sent at `sentAtMs`. */
  judged(hasFace: boolean, sentAtMs: number, nowMs: number): void;
  /** Starts anew: another camera, another session. */
  forget(): void;
}

/** A face that is missed for a shorter time was nothing to talk about; as FAULT_SETTLE_MS of src/guidance/adviser.ts. */
const ABSENCE_SETTLE_MS = 250;
/** Where the node has just seen one, the check may well be wrong: the node's next word is waited for. */
const DOUBTED_ABSENCE_SETTLE_MS = 1200;
const NODE_WORD_MS = 2000;
const LOOK_WHEN_PRESENT_MS = 400;
const LOOK_WHEN_ABSENT_MS = 200;
/** So that the node may disagree. */
const KEEP_ALIVE_MS = 5000;
/** Without a check the node has to look, but not often. */
const IDLE_FRAME_MS = 500;
const TRUST_NODE_MS = 5000;
/** Without a check: so long has the node to have seen nobody. */
const NODE_SETTLE_MS = 1500;
const SMALL: FrameSize = { maxEdge: 256, quality: 50 };

const SEND: GatePlan = { look: false, send: 'yes', most: null };
const DROP: GatePlan = { look: false, send: 'no', most: null };

export function createPresenceGate(): PresenceGate {
  /** null until the check has said anything. */
  let seen: boolean | null = null;
  let isAsking = false;
  let lookedAtMs = Number.NEGATIVE_INFINITY;
  /** Since when the check has missed the face without interruption. */
  let missedSinceMs: number | null = null;
  let isAbsent = false;
  let sentAtMs = Number.NEGATIVE_INFINITY;
  let trustNodeUntilMs = Number.NEGATIVE_INFINITY;
  let nodeSawAtMs = Number.NEGATIVE_INFINITY;
  /** Since when the node has seen nobody. */
  let nodeMissesSinceMs: number | null = null;

  return {
    get isAbsent() {
      return isAbsent;
    },
    plan(nowMs) {
      const mayLook = !isAsking;
      if (nowMs < trustNodeUntilMs) return SEND;
      if (seen === null) {
        // The check cannot say (yet): it is asked each time, and the node's own answers decide until it can.
        const nobody = nodeMissesSinceMs !== null && nowMs - nodeMissesSinceMs >= NODE_SETTLE_MS;
        if (!nobody) return { ...SEND, look: mayLook };
        const isDue = nowMs - sentAtMs >= IDLE_FRAME_MS;
        return { look: mayLook && isDue, send: isDue ? 'yes' : 'no', most: SMALL };
      }
      if (!isAbsent) {
        const isDue = missedSinceMs !== null || nowMs - lookedAtMs >= LOOK_WHEN_PRESENT_MS;
        return { ...SEND, look: mayLook && isDue };
      }
      if (nowMs - sentAtMs >= KEEP_ALIVE_MS) return { look: false, send: 'yes', most: SMALL };
      const isDue = mayLook && nowMs - lookedAtMs >= LOOK_WHEN_ABSENT_MS;
      return isDue ? { look: true, send: 'if-seen', most: null } : DROP;
    },
    asked() {
      isAsking = true;
    },
    looked(found, nowMs) {
      isAsking = false;
      lookedAtMs = nowMs;
      seen = found;
      if (found !== false) {
        missedSinceMs = null;
        isAbsent = false;
        return;
      }
      missedSinceMs ??= nowMs;
      const isDoubted = nowMs - nodeSawAtMs < NODE_WORD_MS;
      const settleMs = isDoubted ? DOUBTED_ABSENCE_SETTLE_MS : ABSENCE_SETTLE_MS;
      if (nowMs - missedSinceMs >= settleMs && nowMs >= trustNodeUntilMs) isAbsent = true;
    },
    sent(nowMs) {
      sentAtMs = nowMs;
    },
    judged(hasFace, frameSentAtMs, nowMs) {
      if (!hasFace) {
        nodeMissesSinceMs ??= nowMs;
        trustNodeUntilMs = nodeSawAtMs = Number.NEGATIVE_INFINITY;
        return;
      }
      nodeMissesSinceMs = null;
      nodeSawAtMs = nowMs;
      // Only of a moment at which the check saw nobody does it say that the check is wrong.
      if (missedSinceMs === null || frameSentAtMs < missedSinceMs) return;
      trustNodeUntilMs = nowMs + TRUST_NODE_MS;
      missedSinceMs = null;
      isAbsent = false;
    },
    forget() {
      seen = null;
      missedSinceMs = nodeMissesSinceMs = null;
      isAbsent = false;
      lookedAtMs = sentAtMs = trustNodeUntilMs = nodeSawAtMs = Number.NEGATIVE_INFINITY;
    },
  };
}
