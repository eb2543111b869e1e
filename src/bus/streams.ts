import {
  AckPolicy,
  DeliverPolicy,
  DiscardPolicy,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream';
import { PROFILE_NAMES } from '../protocol/checks.ts';
import { PROFILE_RESULT_KINDS, type ResultKind } from '../protocol/result-kinds.ts';
import { captureSubjects } from './subjects.ts';
import type { DurableName, StreamName } from './types.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** JetStream's API counts durations in nanoseconds. */
export function nanosFromMs(ms: number): number {
  return ms * 1_000_000;
}

/** What framegate sets on a stream. Everything else (replicas, placement, size limits) is the operator's. */
export type StreamDefinition = Pick<
  StreamConfig,
  | 'name'
  | 'description'
  | 'subjects'
  | 'retention'
  | 'storage'
  | 'discard'
  | 'max_age'
  | 'duplicate_window'
  | 'allow_direct'
>;

export const STREAMS: Readonly<Record<StreamName, StreamDefinition>> = {
  CAPTURES: {
    name: 'CAPTURES',
    description: 'Captured images on their way to the analyzers',
    subjects: ['framegate.captures.*.*'],
    // Not `interest`: nats-server 2.9 forgets what an interest stream's consumers have in hand when it restarts, so
    // that a capture whose worker died with it would never be analysed. The sink removes what is through.
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    // A capture that was acknowledged to its client is never pushed out by newer ones.
    discard: DiscardPolicy.New,
    max_age: nanosFromMs(DAY_MS),
    duplicate_window: nanosFromMs(10 * MINUTE_MS),
    allow_direct: true,
  },
  JOBS: {
    name: 'JOBS',
    description: 'Work that was asked for over HTTP, with the bytes to work on',
    subjects: ['framegate.jobs.*.*'],
    // As CAPTURES: a work queue of nats-server 2.9 forgets at a kill what its consumers have in hand. A worker removes
    // what has ended, the sweep what a worker could not.
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    discard: DiscardPolicy.New,
    max_age: nanosFromMs(DAY_MS),
    duplicate_window: nanosFromMs(10 * MINUTE_MS),
    allow_direct: true,
  },
  RESULTS: {
    name: 'RESULTS',
    description: 'What the analyzers found, one JSON document per capture and kind',
    subjects: ['framegate.results.*.*'],
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    discard: DiscardPolicy.Old,
    max_age: nanosFromMs(7 * DAY_MS),
    duplicate_window: nanosFromMs(2 * MINUTE_MS),
    allow_direct: true,
  },
  METRICS: {
    name: 'METRICS',
    description: 'One record per received frame, in batches, on the way to ClickHouse',
    subjects: ['framegate.metrics.*.*'],
    // Frames come by the thousand: trim-acknowledged.ts removes those that the sink has stored.
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    discard: DiscardPolicy.Old,
    max_age: nanosFromMs(DAY_MS),
    duplicate_window: nanosFromMs(2 * MINUTE_MS),
    allow_direct: true,
  },
  EVENTS: {
    name: 'EVENTS',
    description: 'The audit trail',
    subjects: ['framegate.events.*.*'],
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    discard: DiscardPolicy.Old,
    max_age: nanosFromMs(30 * DAY_MS),
    duplicate_window: nanosFromMs(2 * MINUTE_MS),
    allow_direct: true,
  },
  RECORDS: {
    name: 'RECORDS',
    description: 'Rows of history on the way to ClickHouse: accounts, body captures, adjustments, erasures',
    subjects: ['framegate.records.*.*'],
    // As METRICS; trim-acknowledged.ts removes what the sink has stored.
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    // An erasure must not be pushed out by what came after it: a full store makes its writers wait.
    discard: DiscardPolicy.New,
    max_age: nanosFromMs(30 * DAY_MS),
    duplicate_window: nanosFromMs(10 * MINUTE_MS),
    allow_direct: true,
  },
  DEAD: {
    name: 'DEAD',
    description: 'Messages that could not be handled, with the reason; never pixels',
    subjects: ['framegate.dead.*'],
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    discard: DiscardPolicy.Old,
    max_age: nanosFromMs(30 * DAY_MS),
    duplicate_window: nanosFromMs(2 * MINUTE_MS),
    allow_direct: true,
  },
};

export interface ConsumerDefinition {
  readonly stream: StreamName;
  readonly description: string;
  /** Without a working-ack, an ack or a nak for this long, the message is delivered again. */
  readonly ackWaitMs: number;
  /** Messages delivered and not yet acknowledged, over all processes that share the consumer. */
  readonly maxAckPending: number;
  readonly headersOnly: boolean;
  /** Of the stream's subjects, those that it is given. Absent: all. */
  readonly filterSubject?: string;
  /** Deliveries before a message goes to the dead letters. Default MAX_DELIVERIES. */
  readonly maxDeliveries?: number;
}

/**
 * nats-server 2.9 takes one filter a consumer. A kind of some profiles, and of more than one, is given all captures then,
 * and its worker acknowledges the others unseen.
 */
function captureConsumer(kind: ResultKind, description: string): ConsumerDefinition {
  const [first, ...others] = PROFILE_NAMES.filter((profile) => PROFILE_RESULT_KINDS[profile].includes(kind));
  return {
    stream: 'CAPTURES',
    description,
    // Short, because somebody waits: working-acks carry long work, and a worker that died is noticed soon.
    ackWaitMs: 5000,
    maxAckPending: 256,
    headersOnly: false,
    ...(first !== undefined && others.length === 0 && { filterSubject: captureSubjects(first) }),
  };
}

function jobConsumer(
  kind: string,
  description: string,
  options: { readonly maxDeliveries?: number; readonly maxAckPending?: number } = {},
): ConsumerDefinition {
  return {
    stream: 'JOBS',
    description,
    ackWaitMs: 10_000,
    // Those that wait for their next try count too.
    maxAckPending: 1024,
    headersOnly: false,
    filterSubject: `framegate.jobs.${kind}.*`,
    ...options,
  };
}

export const CONSUMERS: Readonly<Record<DurableName, ConsumerDefinition>> = {
  'worker-face-quality': captureConsumer('face-quality', 'Measures every capture of a face'),
  'worker-skin': captureConsumer('skin', 'Measures the skin of captures that show it closely'),
  'worker-face-contours': captureConsumer('face-contours', 'Draws contours of captured faces'),
  'worker-body-view': captureConsumer('body-view', 'Reads captured views of bodies'),
  'jobs-skin': jobConsumer('skin', 'Analyses uploaded pictures of skin'),
  'jobs-face-contours': jobConsumer('face-contours', 'Draws contours of uploaded faces'),
  'jobs-image-variants': jobConsumer('image-variants', 'Makes the sizes of uploaded images'),
  'jobs-body': jobConsumer('body', 'Measures bodies from uploaded pictures'),
  'jobs-partner-batch': jobConsumer('partner-batch', 'Takes in measures of partners’ customers'),
  // Whoever is told may be away for most of a day, and many wait for it then.
  'jobs-webhook': jobConsumer('webhook', 'Tells subscribers of jobs that have ended', {
    maxDeliveries: 11,
    maxAckPending: 20_000,
  }),
  'sink-captures': {
    stream: 'CAPTURES',
    description: 'Stores what a capture says of itself, without its pixels',
    ackWaitMs: 15_000,
    maxAckPending: 20_000,
    headersOnly: true,
  },
  'sink-results': {
    stream: 'RESULTS',
    description: 'Stores results',
    ackWaitMs: 15_000,
    maxAckPending: 20_000,
    headersOnly: false,
  },
  'sink-metrics': {
    stream: 'METRICS',
    description: 'Stores frames',
    ackWaitMs: 15_000,
    maxAckPending: 20_000,
    headersOnly: false,
  },
  'sink-events': {
    stream: 'EVENTS',
    description: 'Stores the audit trail',
    ackWaitMs: 15_000,
    maxAckPending: 20_000,
    headersOnly: false,
  },
  'sink-records': {
    stream: 'RECORDS',
    description: 'Stores the history of accounts and body captures, and erases',
    ackWaitMs: 15_000,
    maxAckPending: 20_000,
    headersOnly: false,
  },
};

/** Deliveries before a message goes to the dead letters. */
export const MAX_DELIVERIES = 5;

export function maxDeliveriesOf(durable: DurableName): number {
  return CONSUMERS[durable].maxDeliveries ?? MAX_DELIVERIES;
}

/** The server's view of a durable consumer. */
export function consumerConfig(durable: DurableName) {
  const definition = CONSUMERS[durable];
  return {
    durable_name: durable,
    description: definition.description,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    ack_wait: nanosFromMs(definition.ackWaitMs),
    // The consuming loop counts: a server that stops delivering would leave the message without a dead letter.
    max_deliver: -1,
    max_ack_pending: definition.maxAckPending,
    ...(definition.headersOnly ? { headers_only: true } : {}),
    ...(definition.filterSubject === undefined ? {} : { filter_subject: definition.filterSubject }),
  };
}
