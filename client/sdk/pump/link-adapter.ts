import { BASIC_SIZE, type FrameSize, frameSizes, frameWeight } from './frame-ladder.ts';
import { createLinkEstimator, type LinkEstimate } from './link-estimate.ts';

/** The most that the node takes now. */
export interface NodePace extends FrameSize {
  readonly maxFps: number;
}

/**
 * Fits the frames to the link, below what the node allows: sizes and rates at which an answer comes soon and nothing
 * piles up. Pure bookkeeping: the caller brings the time.
 */
export interface LinkAdapter {
  readonly estimate: LinkEstimate;
  /** How the next frame is to be encoded. */
  readonly size: FrameSize;
  readonly fps: number;
  connected(helloRoundTripMs: number): void;
  setPace(pace: NodePace): void;
  /** Whether a frame that is taken now would find the link free. */
  allows(nowMs: number): boolean;
  sent(seq: number, frame: SentFrame, nowMs: number): void;
  /** `nodeMs` is what the node took of the time; null where that says nothing of the link. */
  answered(seq: number, nodeMs: number | null, nowMs: number): void;
  /** What is sent beside frames; frames wait until it has left. */
  sentOther(bytes: number, nowMs: number): void;
  /** It has been answered, so that it has left. */
  otherAnswered(): void;
  /** How many bytes can be up within this time, with some of it left. */
  bytesWithin(durationMs: number): number;
}

/** A frame with the size that was asked for. */
export interface SentFrame extends FrameSize {
  readonly bytes: number;
  /** What it has become: a source may be smaller than what is asked of it. */
  readonly longSidePx: number;
}

/** An answer should come within this, where the link's distance allows it. */
const WANTED_ANSWER_MS = 450;
/** A frame is on its way up for no longer than this, and may always be for as long as that. */
const LONGEST_UP_MS = 250;
const SHORTEST_UP_MS = 150;
/** Rather smaller frames than fewer than this, down to the basic size. */
const WANTED_FPS = 8;
/** The share of the link that frames fill. */
const LINK_SHARE = 0.8;
/** What an estimate has to leave for a step up, so that it is not taken back at once. */
const UP_MARGIN = 1.3;
/** The next frame is at most so many times as large as the largest that has been answered. */
const GROWTH = 4;
const UP_PAUSE_MS = 3000;
/** An answer that is so much later than it should is a sign of a queue: nothing is added to it. */
const LATE_SHARE = 1.5;
const LATE_MS = 150;
const STILL_SHARE = 0.6;
const SMOOTHING = 0.3;

/** Until a node has said its pace. */
const FIRST_PACE: NodePace = { maxFps: 30, maxEdge: 512, quality: 80 };
/** An ordinary picture: 7.5 KB at 320 px and quality 40. */
const FIRST_BYTES_PER_WEIGHT = 5.5;

interface Sending {
  /** null for what is no frame. */
  readonly seq: number | null;
  readonly bytes: number;
  readonly sentAtMs: number;
  /** When it should have left this device. */
  readonly leftAtMs: number;
}

function isBasic({ maxEdge, quality }: FrameSize): boolean {
  return maxEdge <= BASIC_SIZE.maxEdge && quality <= BASIC_SIZE.quality;
}

export function createLinkAdapter(): LinkAdapter {
  const estimator = createLinkEstimator();
  let pace = FIRST_PACE;
  let bytesPerWeight = FIRST_BYTES_PER_WEIGHT;
  /** The longer side of the source itself, once a frame was smaller than asked for. */
  let sourceEdgePx = Number.POSITIVE_INFINITY;
  let nodeMs = 0;
  let sending: Sending[] = [];
  /** When the last message that was answered had left. */
  let lastLeftAtMs = Number.NEGATIVE_INFINITY;
  /** When the last frame was due; the next one's time is counted from it, so that late timers do not lower the rate. */
  let slotAtMs = Number.NEGATIVE_INFINITY;
  let mayGrowAtMs = Number.NEGATIVE_INFINITY;
  let provenBytes = 0;
  let size = firstSize();

  function firstSize(): FrameSize {
    return frameSizes(pace).findLast(isBasic) ?? pace;
  }

  function bytesOf({ maxEdge, quality }: FrameSize): number {
    return bytesPerWeight * frameWeight(Math.min(maxEdge, sourceEdgePx), quality);
  }

  function upMs(frame: FrameSize): number {
    return bytesOf(frame) * estimator.estimate.msPerByte;
  }

  function fpsOf(frame: FrameSize): number {
    return Math.min(pace.maxFps, (LINK_SHARE * 1000) / upMs(frame));
  }

  function fits(frame: FrameSize, margin: number): boolean {
    const leftMs = WANTED_ANSWER_MS - estimator.estimate.baseMs - Math.min(nodeMs, 100);
    const budgetMs = Math.min(LONGEST_UP_MS, Math.max(SHORTEST_UP_MS, leftMs));
    const neededMs = upMs(frame) * margin;
    const hasRate = (LINK_SHARE * 1000) / neededMs >= Math.min(pace.maxFps, WANTED_FPS);
    return neededMs <= budgetMs && (hasRate || isBasic(frame));
  }

  function choose(nowMs: number): void {
    const sizes = frameSizes(pace);
    const weight = frameWeight(size.maxEdge, size.quality);
    const isCurrent = (other: FrameSize) => frameWeight(other.maxEdge, other.quality) <= weight;
    const held = sizes.findLast(isCurrent) ?? sizes[0]!;
    const grown = sizes.findLast(
      (next) => !isCurrent(next) && fits(next, UP_MARGIN) && bytesOf(next) <= GROWTH * provenBytes,
    );
    if (!fits(held, 1)) {
      size = sizes.findLast((next) => isCurrent(next) && fits(next, 1)) ?? sizes[0]!;
      mayGrowAtMs = nowMs + UP_PAUSE_MS;
    } else if (grown !== undefined && nowMs >= mayGrowAtMs) size = grown;
    else size = held;
  }

  function isLate(nowMs: number): boolean {
    const oldest = sending.find(({ seq }) => seq !== null);
    if (oldest === undefined) return false;
    const expectedMs = oldest.leftAtMs - oldest.sentAtMs + estimator.estimate.baseMs + nodeMs;
    return nowMs - oldest.sentAtMs > LATE_SHARE * expectedMs + LATE_MS;
  }

  function leave(seq: number | null, bytes: number, nowMs: number): void {
    const before = sending.at(-1)?.leftAtMs ?? nowMs;
    const leftAtMs = Math.max(nowMs, before) + bytes * estimator.estimate.msPerByte;
    sending.push({ seq, bytes, sentAtMs: nowMs, leftAtMs });
  }

  return {
    get estimate() {
      return estimator.estimate;
    },
    get size() {
      return size;
    },
    get fps() {
      return fpsOf(size);
    },
    connected(helloRoundTripMs) {
      estimator.connected(helloRoundTripMs);
      sending = [];
      lastLeftAtMs = slotAtMs = mayGrowAtMs = Number.NEGATIVE_INFINITY;
      // Where the link is known from before, the first frame shows whether it is the same one.
      provenBytes = 0;
      size = firstSize();
    },
    setPace(next) {
      pace = next;
      // What the node says is at once the most; anything finer has to fit first.
      const sizes = frameSizes(pace);
      if (size.maxEdge > pace.maxEdge || size.quality > pace.quality) size = sizes.at(-1)!;
    },
    allows(nowMs) {
      if (nowMs < slotAtMs + 1000 / fpsOf(size) || isLate(nowMs)) return false;
      // What is still leaving would keep it waiting.
      if (sending.some(({ leftAtMs }) => nowMs < leftAtMs)) return false;
      // Before anything is known of the link, one frame at a time.
      return provenBytes > 0 || !sending.some(({ seq }) => seq !== null);
    },
    sent(seq, { bytes, longSidePx, maxEdge, quality }, nowMs) {
      const measured = bytes / frameWeight(longSidePx, quality);
      bytesPerWeight += SMOOTHING * (measured - bytesPerWeight);
      if (longSidePx < maxEdge) sourceEdgePx = longSidePx;
      else if (longSidePx > sourceEdgePx) sourceEdgePx = Number.POSITIVE_INFINITY;
      leave(seq, bytes, nowMs);
      const paceMs = 1000 / fpsOf(size);
      slotAtMs = Math.max(slotAtMs + paceMs, nowMs - paceMs / 2);
    },
    answered(seq, answerNodeMs, nowMs) {
      const index = sending.findIndex((message) => message.seq === seq);
      if (index < 0) return;
      const { bytes, sentAtMs } = sending[index]!;
      // Behind something whose own way nobody has measured, it would be measured with that.
      const isBehindUnknown = sending.slice(0, index).some(({ leftAtMs }) => leftAtMs > sentAtMs);
      sending = sending.slice(index + 1);
      if (answerNodeMs === null || isBehindUnknown) return;
      nodeMs += SMOOTHING * (answerNodeMs - nodeMs);
      const startedAtMs = Math.max(sentAtMs, lastLeftAtMs);
      estimator.took(bytes, Math.max(0, nowMs - answerNodeMs - startedAtMs));
      lastLeftAtMs = nowMs - answerNodeMs - estimator.estimate.baseMs;
      provenBytes = Math.max(provenBytes, bytes);
      choose(nowMs);
    },
    sentOther: (bytes, nowMs) => leave(null, bytes, nowMs),
    otherAnswered() {
      sending = sending.filter(({ seq }) => seq !== null);
    },
    bytesWithin: (durationMs) => (STILL_SHARE * durationMs) / estimator.estimate.msPerByteAtWorst,
  };
}
