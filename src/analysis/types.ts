import type { CaptureRecord, Measurement, ModelIdentity, ResultRecord } from '../protocol/records.ts';

export interface Analysis {
  /** The analyzer's own shape, plain JSON. */
  readonly result: Record<string, unknown>;
  readonly measurements: readonly Measurement[];
  /** What it was done with, where that may have changed since it began; else the analyzer's models. */
  readonly models?: readonly ModelIdentity[];
}

/** Turns one capture into one result. Deterministic: the same capture gives the same result. */
export interface Analyzer {
  readonly kind: string;
  /** Changes whenever the same image may give another result. */
  readonly version: string;
  readonly models: readonly ModelIdentity[];
  /**
   * Rejects with a FramegateError; one that is retryable is tried again, any other becomes a result with the
   * status `failed`.
   */
  analyse(capture: CaptureRecord, image: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<Analysis>;
  close(): Promise<void>;
}

/** What the worker needs of the bus; `src/bus` has it. */
export interface CaptureMessage {
  readonly data: Uint8Array;
  readonly deliveryCount: number;
  readonly headers: { get(name: string): string | undefined };
}

export interface CaptureContext {
  readonly lastDelivery: boolean;
  readonly signal: AbortSignal;
}

export interface CaptureConsumption {
  stop(): Promise<void>;
}

/** Delivers each capture until its handler has resolved, as `consume` of src/bus does. */
export interface CaptureSource {
  consume(
    concurrency: number,
    handler: (message: CaptureMessage, context: CaptureContext) => Promise<{ abandon: string } | undefined>,
  ): Promise<CaptureConsumption>;
}

export interface ResultSink {
  /** Tries until it is there or the signal is aborted. */
  publish(result: ResultRecord, signal: AbortSignal): Promise<unknown>;
  has(identity: { sessionId: string; captureId: string; kind: string }): Promise<boolean>;
}
