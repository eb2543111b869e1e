/** What the rest of framegate sees of NATS. */
import type { FramegateError } from '../protocol/framegate-error.ts';
import type { ResultRecord } from '../protocol/records.ts';

export const STREAM_NAMES = ['CAPTURES', 'JOBS', 'RESULTS', 'METRICS', 'EVENTS', 'RECORDS', 'DEAD'] as const;
export type StreamName = (typeof STREAM_NAMES)[number];

/** The durable consumers. All of them are made at every role's start: see topology.ts for the reason. */
export const DURABLE_NAMES = [
  'worker-face-quality',
  'worker-skin',
  'worker-face-contours',
  'worker-body-view',
  'jobs-skin',
  'jobs-face-contours',
  'jobs-image-variants',
  'jobs-body',
  'jobs-partner-batch',
  'jobs-webhook',
  'sink-captures',
  'sink-results',
  'sink-metrics',
  'sink-events',
  'sink-records',
] as const;
export type DurableName = (typeof DURABLE_NAMES)[number];

export interface PublishAck {
  readonly stream: string;
  readonly streamSeq: number;
  /** The stream had this message already; nothing was stored. */
  readonly duplicate: boolean;
}

/** A message that was delivered to a durable consumer. It is acknowledged by the consuming loop, not by its reader. */
export interface BusMessage {
  readonly subject: string;
  readonly stream: string;
  readonly streamSeq: number;
  /** 1 at the first delivery. */
  readonly deliveryCount: number;
  readonly redelivered: boolean;
  /** When the stream stored it. */
  readonly storedAtMs: number;
  /** The publisher's message id, where it gave one. */
  readonly messageId: string | undefined;
  /** Empty for a consumer that takes headers only. */
  readonly data: Uint8Array;
  /** Size of the payload in the stream, also where only the headers came. */
  readonly payloadBytes: number;
  readonly headers: { get(name: string): string | undefined };
  /** The payload as JSON. Throws message-malformed where it is none. */
  json(): unknown;
}

export interface ConsumeContext {
  /** A failure now puts the message with the dead letters instead of trying again. */
  readonly lastDelivery: boolean;
  /** Aborted when the consumption was asked to stop and its grace has passed. */
  readonly signal: AbortSignal;
}

/** `abandon`: another delivery cannot help; the message goes to the dead letters with this reason at once. */
export type Handled = { readonly abandon: string } | undefined;

export interface ConsumeOptions {
  readonly durable: DurableName;
  /** Messages in work at once. */
  readonly concurrency: number;
  /** How long stop() lets work in hand go on before its signal is aborted. Default 20 s. */
  readonly stopGraceMs?: number;
  /** Delays before the second, third, … delivery. */
  readonly backoffMs?: readonly number[];
  /** Between working-acks of what is in hand. Default a third of the consumer's ack wait. */
  readonly workingMs?: number;
  readonly onEvent?: (event: ConsumeEvent) => void;
}

/**
 * The message is acknowledged when the promise has resolved, so the effect must be durable by then.
 * A rejection is tried again later; after five deliveries the message goes to the dead letters.
 */
export type MessageHandler = (message: BusMessage, context: ConsumeContext) => Promise<Handled>;

export interface ConsumeBatchesOptions {
  readonly durable: DurableName;
  /** A batch is handed over when it has this many messages … */
  readonly maxMessages: number;
  /** … or this many payload bytes … */
  readonly maxBytes: number;
  /** … or when its first message has waited this long; sooner after a pause, see batch-due.ts. */
  readonly maxWaitMs: number;
  /** How long stop() lets a batch in hand go on. Default 20 s. */
  readonly stopGraceMs?: number;
  /** Delays between tries of the same batch; the last one repeats. */
  readonly backoffMs?: readonly number[];
  readonly onEvent?: (event: ConsumeEvent) => void;
}

/**
 * Gets one batch at a time, in the stream's order; all of it is acknowledged when the promise has resolved.
 * A retryable rejection is tried again with the same batch, for as long as it takes: a database that is away must
 * not cost deliveries. After any other one the messages are handed over one by one, and those that still fail go
 * to the dead letters.
 */
export type BatchHandler = (
  batch: readonly BusMessage[],
  context: { readonly signal: AbortSignal },
) => Promise<void>;

/** For logs and metrics; never payloads. */
export type ConsumeEvent =
  | {
      readonly type: 'acked';
      readonly durable: DurableName;
      readonly messages: number;
      readonly handledMs: number;
    }
  | {
      readonly type: 'retry';
      readonly durable: DurableName;
      /** The (first) message's place in its stream. */
      readonly streamSeq: number;
      readonly attempt: number;
      readonly delayMs: number;
      readonly error: FramegateError;
    }
  | {
      readonly type: 'dead';
      readonly durable: DurableName;
      readonly streamSeq: number;
      readonly deliveryCount: number;
      readonly reason: string;
    }
  | { readonly type: 'pull-failed'; readonly durable: DurableName; readonly error: FramegateError };

export interface Consumption {
  /** Takes no more messages, finishes work in hand, gives the rest back to the server. */
  stop(): Promise<void>;
}

export type BusState = 'connected' | 'reconnecting' | 'closed';

export interface BusStatus {
  readonly state: BusState;
  /** `host:port` of the server last connected to. */
  readonly server: string;
  readonly serverVersion: string;
  readonly reconnects: number;
}

/** Puts an analyzer's result into RESULTS at most once per capture and kind, however often it is called. */
export interface ResultPublisher {
  /**
   * With a signal it tries for as long as it takes, until the signal is aborted: a stream that takes nothing for a while
   * (a full disk, no leader) must not use up the capture's deliveries. Without one it rejects with bus-unavailable.
   */
  publish(result: ResultRecord, signal?: AbortSignal): Promise<PublishAck>;
  /** Whether RESULTS has it already. */
  has(identity: { sessionId: string; captureId: string; kind: string }): Promise<boolean>;
}
