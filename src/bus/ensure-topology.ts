import { type ConsumerConfig, JetStreamApiCodes, type StreamConfig } from '@nats-io/jetstream';
import { FramegateError } from '../protocol/framegate-error.ts';
import type { Bus } from './create-bus.ts';
import { jetStreamCode, natsError } from './nats-errors.ts';
import { CONSUMERS, consumerConfig, STREAMS, type StreamDefinition } from './streams.ts';
import { DURABLE_NAMES, type DurableName, STREAM_NAMES } from './types.ts';

export interface TopologyOptions {
  /** Copies of every stream in a cluster, 1 to 5. Absent: a new stream gets 1, an old one keeps what it has. */
  readonly replicas?: number;
}

/** NATS's answer to a create that lost the race against another process's different create. */
const STREAM_NAME_IN_USE = 10058;
const CONSUMER_EXISTS = 10148;
const RACE_TRIES = 5;

/**
 * Makes or upgrades every stream and every durable consumer. Every role runs it at its start, all at once if need
 * be: CAPTURES and METRICS keep a message only for consumers that exist when it arrives, so an edge must not publish
 * before the worker's and the sink's consumers are there. Rejects with bus-incompatible where a setting of an
 * existing stream cannot be changed in place.
 */
export async function ensureTopology(bus: Bus, options: TopologyOptions = {}): Promise<void> {
  await bus.nats.connected();
  await Promise.all(STREAM_NAMES.map((name) => ensureStream(bus, STREAMS[name], options)));
  await Promise.all(DURABLE_NAMES.map((name) => ensureConsumer(bus, name)));
}

async function ensureStream(bus: Bus, definition: StreamDefinition, options: TopologyOptions): Promise<void> {
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

async function ensureConsumer(bus: Bus, durable: DurableName): Promise<void> {
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

/** Runs `attempt` again when another process made the same thing in between. */
async function racing(what: string, attempt: () => Promise<void>): Promise<void> {
  for (let tried = 1; ; tried++) {
    try {
      await attempt();
      return;
    } catch (thrown) {
      const code = jetStreamCode(thrown);
      const lostRace = code === STREAM_NAME_IN_USE || code === CONSUMER_EXISTS;
      if (!lostRace || tried === RACE_TRIES) throw natsError(thrown, `setting up ${what}`);
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
