import { createFrameTurns, type FrameTurns } from '../../loadtest/generator/frame-turns.ts';
import { createLagMeter, type LagMeter } from '../../src/edge/lag-meter.ts';
import { createPacer } from '../../src/edge/pacer.ts';
import { createScheduler, type FrameSource } from '../../src/edge/scheduler.ts';

/** The scheduler and the pacer of a node with clients that obey, in a time of their own: no machine is too busy for it. */
export interface SimulatedNode {
  readonly capacityFps: number;
  /** A client whose camera gives so many pictures a second. */
  connect(fps: number): SimulatedClient;
  setFps(fps: number): void;
  run(ms: number): void;
  /** Frames that clients have sent, by second. */
  readonly sentBySecond: readonly number[];
  readonly latenciesMs: number[];
  /** Of all clients' present paces. */
  paces(): number[];
}

export interface SimulatedClient {
  answered: number;
  skipped: number;
  paceFps: number;
}

interface Frame {
  readonly seq: number;
  readonly atMs: number;
}

interface Client extends SimulatedClient {
  readonly index: number;
  readonly turns: FrameTurns;
  readonly lag: LagMeter;
  fps: number;
  seq: number;
  waiting: Frame | null;
  readonly overtaken: Frame[];
  source: FrameSource;
}

const MAX_FPS = 30;
const MAX_IN_FLIGHT = 3;
const JOBS_PER_THREAD = 2;
/** As the session host smooths it. */
const QUEUE_WAIT_SMOOTHING = 0.05;
const GOLDEN_RATIO = 0.618_033_988_749_895;

export function simulateNode({ threads, jobMs }: { threads: number; jobMs: number }): SimulatedNode {
  const timers: { atMs: number; order: number; fire: () => void; isOff: boolean }[] = [];
  const freeAtMs = Array.from({ length: threads }, () => 0);
  const clients: Client[] = [];
  const sentBySecond: number[] = [];
  const latenciesMs: number[] = [];
  const deferred: (() => void)[] = [];
  let nowMs = 0;
  let order = 0;
  let lots = 1;
  let jobs = 0;
  let queueWaitMs = 0;

  function at(delayMs: number, fire: () => void): () => void {
    const timer = { atMs: nowMs + Math.max(0, delayMs), order: order++, fire, isOff: false };
    let low = 0;
    let high = timers.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = timers[middle]!;
      if (other.atMs > timer.atMs || (other.atMs === timer.atMs && other.order > timer.order))
        low = middle + 1;
      else high = middle;
    }
    timers.splice(low, 0, timer);
    return () => {
      timer.isOff = true;
    };
  }

  /** Lehmer's generator: the same run each time. */
  function random(): number {
    lots = (lots * 16_807) % 2_147_483_647;
    return lots / 2_147_483_647;
  }

  const slots = threads * JOBS_PER_THREAD;
  const scheduler = createScheduler({ slots, nowMs: () => nowMs, defer: (run) => deferred.push(run) });
  const pacer = createPacer({
    clock: { nowMs: () => nowMs, setTimer: at },
    maxFps: MAX_FPS,
    node: () => ({ threads, serviceMs: jobMs, queueWaitMs }),
    tell(id, { maxFps }) {
      const client = clients[Number(id)]!;
      client.paceFps = maxFps;
      client.turns.setMaxFps(maxFps);
    },
  });

  /** A thread does one job after the other, each a little longer or shorter than the last. */
  function work(): Promise<void> & { then: Promise<void>['then'] } {
    const thread = freeAtMs.indexOf(Math.min(...freeAtMs));
    const tookMs = jobMs * (0.8 + 0.4 * ((jobs++ * GOLDEN_RATIO) % 1));
    freeAtMs[thread] = Math.max(nowMs, freeAtMs[thread]!) + tookMs;
    const doneAtMs = freeAtMs[thread]!;
    // A promise that settles in this time instead of ours.
    return {
      // biome-ignore lint/suspicious/noThenProperty: that is what it is
      then: (done: () => void) => at(doneAtMs - nowMs, done),
    } as unknown as Promise<void>;
  }

  function start(client: Client): Promise<void> | null {
    const frame = client.waiting;
    if (frame === null) return null;
    client.waiting = null;
    queueWaitMs += QUEUE_WAIT_SMOOTHING * (nowMs - frame.atMs - queueWaitMs);
    const job = work();
    job.then(() => {
      client.turns.answered(frame.seq, nowMs);
      latenciesMs.push(nowMs - frame.atMs);
      client.answered++;
      for (const { seq } of client.overtaken.splice(0)) {
        client.turns.answered(seq, nowMs);
        client.skipped++;
      }
    });
    return job;
  }

  function takePicture(client: Client): void {
    if (client.turns.allows(nowMs)) {
      const frame = { seq: ++client.seq, atMs: nowMs };
      client.turns.sent(frame.seq, nowMs);
      const second = Math.floor(nowMs / 1000);
      sentBySecond[second] = (sentBySecond[second] ?? 0) + 1;
      client.lag.frameReceived(nowMs, nowMs);
      if (client.waiting !== null) client.overtaken.push(client.waiting);
      client.waiting = frame;
      scheduler.offer(client.source);
    }
    at(1000 / client.fps, () => takePicture(client));
  }

  return {
    capacityFps: (threads * 1000) / jobMs,
    sentBySecond,
    latenciesMs,
    paces: () => clients.map(({ paceFps }) => paceFps),
    connect(fps) {
      const client: Client = {
        index: clients.length,
        turns: createFrameTurns(true, random),
        lag: createLagMeter(),
        fps,
        seq: 0,
        waiting: null,
        overtaken: [],
        answered: 0,
        skipped: 0,
        paceFps: MAX_FPS,
        source: { start: () => start(client) },
      };
      client.turns.setMaxInFlight(MAX_IN_FLIGHT);
      clients.push(client);
      pacer.add(String(client.index), client.lag);
      at((1000 / fps) * ((client.index * GOLDEN_RATIO) % 1), () => takePicture(client));
      return client;
    },
    setFps(fps) {
      for (const client of clients) client.fps = fps;
    },
    run(ms) {
      const endMs = nowMs + ms;
      for (;;) {
        const next = timers.at(-1);
        if (next === undefined || next.atMs > endMs) break;
        timers.pop();
        if (next.isOff) continue;
        nowMs = next.atMs;
        next.fire();
        for (let run = deferred.shift(); run !== undefined; run = deferred.shift()) run();
      }
      nowMs = endMs;
    },
  };
}
