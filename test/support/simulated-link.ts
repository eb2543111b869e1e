import { frameWeight } from '../../client/sdk/pump/frame-ladder.ts';
import type { LinkAdapter, NodePace } from '../../client/sdk/pump/link-adapter.ts';

export interface SimulatedLink {
  /** Up and down alike; may change with time. */
  readonly bytesPerSecond: (atMs: number) => number;
  /** Each way. */
  readonly delayMs: number;
  /** The node's own time for a frame. */
  readonly nodeMs?: number;
  /** Added to each answer, 0..jitterMs. */
  readonly jitterMs?: number;
}

export interface SimulatedFrame {
  readonly seq: number;
  readonly sentAtMs: number;
  readonly bytes: number;
  readonly maxEdge: number;
  readonly quality: number;
  readonly answeredAtMs: number;
  readonly roundTripMs: number;
}

const FEEDBACK_BYTES = 1500;
const HELLO_BYTES = 400;
const TICK_MS = 5;

/** Sends frames over a link that is only reckoned, as the pump would: what the adapter makes of it is all there is to see. */
export function playLink(
  adapter: LinkAdapter,
  link: SimulatedLink,
  options: {
    readonly durationMs: number;
    readonly pace: NodePace;
    readonly pictureEveryMs?: number;
    /** Bytes of a frame per unit of weight. */
    readonly detail?: number;
    readonly maxInFlight?: number;
    /** Where the hello took something else than the link. */
    readonly helloMs?: number;
  },
): SimulatedFrame[] {
  const { durationMs, pace, pictureEveryMs = 33, detail = 5.5, maxInFlight = 2 } = options;
  const { nodeMs = 10, jitterMs = 0 } = link;
  let random = 1;
  /** 0..1, the same on every run. */
  const draw = () => {
    random = (random * 48_271) % 2_147_483_647;
    return random / 2_147_483_647;
  };
  const downMs = (atMs: number) => (FEEDBACK_BYTES / link.bytesPerSecond(atMs)) * 1000 + link.delayMs;
  const frames: SimulatedFrame[] = [];
  let open: SimulatedFrame[] = [];
  let upFreeAtMs = 0;
  let nodeFreeAtMs = 0;
  let nextPaceAtMs = 0;
  const helloMs = (HELLO_BYTES / link.bytesPerSecond(0)) * 1000 + link.delayMs + downMs(0);
  adapter.connected(options.helloMs ?? helloMs);
  adapter.setPace(pace);
  for (let nowMs = 0; nowMs < durationMs; nowMs += TICK_MS) {
    for (const frame of open.filter(({ answeredAtMs }) => answeredAtMs <= nowMs)) {
      adapter.answered(frame.seq, nodeMs, nowMs);
    }
    open = open.filter(({ answeredAtMs }) => answeredAtMs > nowMs);
    if (nowMs % pictureEveryMs >= TICK_MS) continue;
    if (open.length >= maxInFlight || nowMs < nextPaceAtMs || !adapter.allows(nowMs)) continue;
    const { maxEdge, quality } = adapter.size;
    const bytes = Math.round(detail * frameWeight(maxEdge, quality) * (0.9 + 0.2 * draw()));
    upFreeAtMs = Math.max(upFreeAtMs, nowMs) + (bytes / link.bytesPerSecond(nowMs)) * 1000;
    nodeFreeAtMs = Math.max(nodeFreeAtMs, upFreeAtMs + link.delayMs) + nodeMs;
    const answeredAtMs = nodeFreeAtMs + downMs(nodeFreeAtMs) + jitterMs * draw();
    const seq = frames.length + 1;
    const frame = {
      seq,
      sentAtMs: nowMs,
      bytes,
      maxEdge,
      quality,
      answeredAtMs,
      roundTripMs: answeredAtMs - nowMs,
    };
    adapter.sent(seq, { bytes, longSidePx: maxEdge, maxEdge, quality }, nowMs);
    nextPaceAtMs = nowMs + 1000 / pace.maxFps - TICK_MS;
    frames.push(frame);
    open.push(frame);
  }
  return frames;
}

/** The value that this share of all values does not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
