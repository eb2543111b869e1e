import type { ConsumerInfo } from '@nats-io/jetstream';
import type { FramegateError } from '../protocol/framegate-error.ts';
import type { Bus } from './create-bus.ts';
import { natsError } from './nats-errors.ts';
import { CONSUMERS } from './streams.ts';
import { DURABLE_NAMES, type DurableName, type StreamName } from './types.ts';

/**
 * The streams whose messages are needed until everyone has acknowledged them, and no longer. CAPTURES is not among
 * them: what an acknowledgement says after a server was killed is good enough for frames, and for rows whose documents
 * are in Redis.
 */
const TRIMMED: readonly StreamName[] = ['METRICS', 'RECORDS'];

export interface TrimOptions {
  /** Default 1 s. */
  readonly everyMs?: number;
  /** How long nothing may have been redelivered before an ack floor is believed. Default 20 s: all ack waits. */
  readonly quietMs?: number;
  readonly onFailure?: (error: FramegateError) => void;
}

export interface Trimming {
  /** Looks once more and ends. */
  stop(): Promise<void>;
}

/**
 * Removes from METRICS and RECORDS what every durable consumer has acknowledged; any number of processes may do it at
 * once. It is what JetStream's interest retention is for, but that does not survive a restart of nats-server 2.9: it
 * forgets what was delivered and not answered, and keeps what everyone has answered.
 *
 * A consumer that has nothing in hand has acknowledged all that was delivered. Of a busy one the ack floor says how far
 * it is, but not always: a server that was killed may come back with a floor above messages that it delivers again. So
 * it counts only when no redelivery was to be seen, and no restart, for longer than any ack wait.
 */
export function trimAcknowledged(bus: Bus, options: TrimOptions = {}): Trimming {
  const { everyMs = 1000, quietMs = 20_000 } = options;
  const trimmedTo = new Map<StreamName, number>();
  const unquietAtMs = new Map<DurableName, number>();
  let looking: Promise<void> | null = null;

  function forget(): void {
    // A server may come back with less than it had.
    trimmedTo.clear();
    for (const durable of DURABLE_NAMES) unquietAtMs.set(durable, performance.now());
  }

  function acknowledgedUpTo(durable: DurableName, info: ConsumerInfo): number {
    const nowMs = performance.now();
    if (info.num_redelivered > 0) unquietAtMs.set(durable, nowMs);
    if (info.num_ack_pending === 0) return info.delivered.stream_seq;
    const isQuiet = nowMs - (unquietAtMs.get(durable) ?? nowMs) >= quietMs;
    return isQuiet ? info.ack_floor.stream_seq : 0;
  }

  async function trim(stream: StreamName): Promise<void> {
    const { manager } = bus.nats;
    const durables = DURABLE_NAMES.filter((durable) => CONSUMERS[durable].stream === stream);
    const floors = await Promise.all(
      durables.map(async (durable) =>
        acknowledgedUpTo(durable, await manager.consumers.info(stream, durable)),
      ),
    );
    const floor = Math.min(...floors);
    if (floor <= (trimmedTo.get(stream) ?? 0)) return;
    await manager.streams.purge(stream, { seq: floor + 1 });
    trimmedTo.set(stream, floor);
  }

  async function look(): Promise<void> {
    for (const stream of TRIMMED) {
      if (bus.status().state !== 'connected') return;
      try {
        await trim(stream);
      } catch (thrown) {
        options.onFailure?.(natsError(thrown, `trimming ${stream}`));
      }
    }
  }

  function lookOnce(): Promise<void> {
    looking ??= look().finally(() => {
      looking = null;
    });
    return looking;
  }

  forget();
  const unlisten = bus.onStatus(forget);
  const timer = setInterval(() => void lookOnce(), everyMs);
  return {
    stop: async () => {
      clearInterval(timer);
      unlisten();
      await looking;
      await lookOnce();
    },
  };
}
