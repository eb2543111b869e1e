/** What the sink needs of the bus. */

/** The streams that the sink drains. */
export const SINK_STREAMS = ['METRICS', 'CAPTURES', 'RESULTS', 'EVENTS', 'RECORDS'] as const;
export type SinkStream = (typeof SINK_STREAMS)[number];

/** One message as the sink needs it. */
export interface SinkMessage {
  readonly subject: string;
  readonly headers: { get(name: string): string | undefined };
  /** Empty where only headers were asked for. */
  readonly data: Uint8Array;
  /** Its place in the stream. */
  readonly streamSeq: number;
  /** When the stream got it. */
  readonly storedAtMs?: number;
}

export interface BatchOptions {
  readonly stream: SinkStream;
  /** The durable consumer's name; all sink processes share it. */
  readonly durable: string;
  /** Only headers are needed; the payload may be left out. */
  readonly headersOnly: boolean;
  readonly maxMessages: number;
  readonly maxBytes: number;
  /** A batch closes this long after its first message at the latest; after a pause at once. */
  readonly maxWaitMs: number;
}

/**
 * Where messages come from. `handle` gets one batch at a time and in order. When it resolves, all of the batch is
 * acknowledged; a rejection is always retryable, and the same messages come again for as long as that takes.
 */
export interface SinkSource {
  consumeBatches(
    options: BatchOptions,
    handle: (batch: readonly SinkMessage[]) => Promise<void>,
  ): Promise<{ stop(): Promise<void> }>;
}

/** A record that can never be stored. */
export interface BrokenRecord {
  readonly stream: SinkStream;
  readonly subject: string;
  readonly streamSeq: number;
  readonly reason: string;
  /** The record as it came, cut to a size fit for a dead-letter message. */
  readonly record: string;
}
