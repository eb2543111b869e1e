import { type ConsumerConfig, JetStreamApiCodes, type StreamConfig } from '@nats-io/jetstream';
import { FramegateError } from '../protocol/framegate-error.ts';
import { boundStorage } from './bound-storage.ts';
import type { Bus } from './create-bus.ts';
import { jetStreamCode, natsError } from './nats-errors.ts';
import { CONSUMERS, consumerConfig, STREAMS, type StreamDefinition } from './streams.ts';
import { DURABLE_NAMES, type DurableName, STREAM_NAMES } from './types.ts';

export interface TopologyOptions {
  /** Copies of every stream in a cluster, 1 to 5. Absent: a new stream gets 1, an old one keeps what it has. */
  readonly replicas?: number;
  /** How long to wait for a cluster that still gathers or elects. Default 20 s. */
  readonly patienceMs?: number;
}

/** NATS's answer to a create that lost the race against another process's different create. */
const STREAM_NAME_IN_USE = 10058;
const CONSUMER_EXISTS = 10148;
const RACE_TRIES = 5;
const GATHERING_PAUSE_MS = 250;
const DEFAULT_PATIENCE_MS = 20_000;

/**
 * Makes or upgrades every stream and every durable consumer. Every role runs it at its start, all at once if need
 * be: CAPTURES and METRICS keep a message only for consumers that exist when it arrives, so an edge must not publish
 * before the worker's and the sink's consumers are there. Rejects with bus-incompatible where a setting of an
 * existing stream cannot be changed in place.
 */
export async function ensureTopology(bus: Bus, options: TopologyOptions = {}): Promise<void> {
  await bus.nats.connected();
  const deadlineMs = performance.now() + (options.patienceMs ?? DEFAULT_PATIENCE_MS);
  const racing = (what: string, attempt: () => Promise<void>) => raced(what, attempt, deadlineMs);
  await Promise.all(STREAM_NAMES.map((name) => ensureStream(bus, STREAMS[name], options, racing)));
  await Promise.all(DURABLE_NAMES.map((name) => ensureConsumer(bus, name, racing)));
  await racing('limits', () => boundStorage(bus));
}

type Racing = (what: string, attempt: () => Promise<void>) => Promise<void>;

async function ensureStream(
  bus: Bus,
  definition: StreamDefinition,
  options: TopologyOptions,
  racing: Racing,
): Promise<void> {
  const { streams } = bus.nats.manager;
  const wanted: Partial<StreamConfig> & { name: string } = {
    ...definition,
    ...(options.replicas === undefined ? {} : { num_replicas: options.replicas }),
  };
  await racing(`stream ${definition.name}`, async () => {
    const existing = await orNull(streams.info(definition.name), JetStreamApiCodes.StreamNotFound);
    if (existing === null) {
      await streams.add(wanted);
      return;
    }
    if (existing.config.retention !== definition.retention && existing.state.messages === 0) {
      // An earlier version's stream: there is nothing in it that could be lost.
      await streams.delete(definition.name);
      await streams.add({ ...existing.config, ...wanted });
      return;
    }
    for (const fixed of ['retention', 'storage'] as const) {
      if (existing.config[fixed] !== definition[fixed]) {
        throw incompatible(`stream ${definition.name}`, fixed, existing.config[fixed], definition[fixed]);
      }
    }
    if (differs(existing.config, wanted)) {
      await streams.update(definition.name, { ...existing.config, ...wanted });
    }
  });
}

async function ensureConsumer(bus: Bus, durable: DurableName, racing: Racing): Promise<void> {
  const { consumers } = bus.nats.manager;
  const { stream } = CONSUMERS[durable];
  const wanted: Partial<ConsumerConfig> = consumerConfig(durable);
  await racing(`consumer ${durable}`, async () => {
    const existing = await orNull(consumers.info(stream, durable), JetStreamApiCodes.ConsumerNotFound);
    if (existing === null) {
      await consumers.add(stream, wanted);
      return;
    }
    for (const fixed of ['ack_policy', 'deliver_policy'] as const) {
      if (existing.config[fixed] !== wanted[fixed]) {
        throw incompatible(`consumer ${durable}`, fixed, existing.config[fixed], wanted[fixed]);
      }
    }
    if (differs({ headers_only: false, ...existing.config }, { headers_only: false, ...wanted })) {
      await consumers.update(stream, durable, { headers_only: false, ...wanted });
    }
  });
}

/** Runs `attempt` again when another process made the same thing in between, or the cluster is not ready for it yet. */
async function raced(what: string, attempt: () => Promise<void>, deadlineMs: number): Promise<void> {
  for (let races = 0; ; ) {
    try {
      await attempt();
      return;
    } catch (thrown) {
      const code = jetStreamCode(thrown);
      const lostRace = code === STREAM_NAME_IN_USE || code === CONSUMER_EXISTS;
      if (lostRace && ++races < RACE_TRIES) continue;
      const error = natsError(thrown, `setting up ${what}`);
      if (!error.retryable || performance.now() > deadlineMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, GATHERING_PAUSE_MS));
    }
  }
}

async function orNull<T>(answer: Promise<T>, notFoundCode: number): Promise<T | null> {
  try {
    return await answer;
  } catch (thrown) {
    if (jetStreamCode(thrown) === notFoundCode) return null;
    throw thrown;
  }
}

function differs(existing: object, wanted: object): boolean {
  const has = existing as Record<string, unknown>;
  return Object.entries(wanted).some(([key, value]) => JSON.stringify(has[key]) !== JSON.stringify(value));
}

function incompatible(what: string, setting: string, has: unknown, wants: unknown): FramegateError {
  return new FramegateError(
    'bus-incompatible',
    `${what} on NATS has ${setting} ${String(has)}, framegate needs ${String(wants)}, and NATS cannot change it ` +
      'in place: remove it (its messages are lost) or use another NATS account',
    { details: { what, setting, has, wants } },
  );
}
