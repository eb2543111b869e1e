import { FramegateError, toFramegateError } from '../protocol/framegate-error.ts';
import { batchDueAtMs } from './batch-due.ts';
import type { Bus } from './create-bus.ts';
import { createDeadLetters } from './dead-letters.ts';
import type { Delivery } from './delivery.ts';
import { pause } from './pause.ts';
import { createPull } from './pull.ts';
import { CONSUMERS } from './streams.ts';
import {
  type BatchHandler,
  type ConsumeBatchesOptions,
  type Consumption,
  DURABLE_NAMES,
  type DurableName,
} from './types.ts';

const DEFAULT_BACKOFF_MS = [500, 1000, 2000, 5000, 10_000] as const;
const DEFAULT_STOP_GRACE_MS = 20_000;
/** Messages asked for at once: what may still arrive after a batch is full. */
const MAX_ASKED = 256;

/** Hands batches of a durable consumer's messages to `handler`. See BatchHandler for what becomes of them. */
export function consumeBatches(bus: Bus, options: ConsumeBatchesOptions, handler: BatchHandler): Consumption {
  const { durable, maxMessages, maxBytes, maxWaitMs, onEvent } = options;
  const backoffMs = options.backoffMs ?? DEFAULT_BACKOFF_MS;
  const deadLetters = createDeadLetters(bus);
  const abort = new AbortController();
  const waiting: Delivery[] = [];
  let waitingBytes = 0;
  let asked = 0;
  let inHand: readonly Delivery[] = [];
  let running: Promise<void> | null = null;
  let flushTimer: ReturnType<typeof setTimeout> | null = null;
  /** Of what waits. */
  let firstAtMs = 0;
  let moreToCome = false;
  let lastTakenAtMs: number | null = null;
  let stopping: Promise<void> | null = null;

  const pull = createPull(bus, {
    durable,
    onDelivery: (delivery) => {
      asked = Math.max(0, asked - 1);
      if (waiting.length === 0) firstAtMs = performance.now();
      moreToCome = delivery.pendingMessages > 0;
      waiting.push(delivery);
      waitingBytes += delivery.message.data.length;
      if (stopping !== null) return;
      ask();
      if (running !== null) return;
      if (isFull()) run();
      else runWhenDue();
    },
    onFailure: (error) => onEvent?.({ type: 'pull-failed', durable, error }),
  });
  const heartbeat = setInterval(() => {
    for (const delivery of inHand) delivery.working();
    for (const delivery of waiting) delivery.working();
  }, CONSUMERS[durable].ackWaitMs / 3);
  ask();

  function isFull(): boolean {
    return waiting.length >= maxMessages || waitingBytes >= maxBytes;
  }

  /** Asks in small steps, and not past a full batch, so that memory is bounded by bytes too. */
  function ask(): void {
    if (stopping !== null || isFull()) return;
    const room = Math.min(maxMessages - waiting.length, MAX_ASKED) - asked;
    // Small requests cost a message each: wait until a good part of the room is free.
    if (room > 0 && (asked === 0 || room >= MAX_ASKED / 4)) {
      asked += room;
      pull.want(room);
    }
  }

  /** Takes one batch of what waits and goes on until nothing is due. */
  function run(): void {
    if (flushTimer !== null) clearTimeout(flushTimer);
    flushTimer = null;
    if (running !== null || waiting.length === 0) return;
    inHand = takeBatch();
    lastTakenAtMs = performance.now();
    firstAtMs = lastTakenAtMs;
    ask();
    running = settle(inHand).finally(() => {
      inHand = [];
      running = null;
      if (stopping !== null) return;
      if (isFull()) run();
      else if (waiting.length > 0) runWhenDue();
    });
  }

  function runWhenDue(): void {
    if (flushTimer !== null) clearTimeout(flushTimer);
    const nowMs = performance.now();
    const dueAtMs = batchDueAtMs({ firstAtMs, lastTakenAtMs, moreToCome, maxWaitMs }, nowMs);
    flushTimer = setTimeout(run, dueAtMs - nowMs);
  }

  function takeBatch(): Delivery[] {
    let bytes = 0;
    let count = 0;
    while (count < waiting.length && count < maxMessages && (count === 0 || bytes < maxBytes)) {
      bytes += waiting[count]?.message.data.length ?? 0;
      count++;
    }
    waitingBytes -= bytes;
    return waiting.splice(0, count);
  }

  /** Never rejects. */
  async function settle(batch: readonly Delivery[]): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const error = await tryBatch(batch);
      if (error === null) return;
      if (abort.signal.aborted) {
        for (const delivery of batch) delivery.nak(0);
        return;
      }
      if (!error.retryable && batch.length > 1) {
        for (const delivery of batch) await settle([delivery]);
        return;
      }
      if (!error.retryable && (await bury(batch[0] as Delivery, error))) return;
      const delayMs = backoffMs[Math.min(attempt, backoffMs.length) - 1] ?? 1000;
      const streamSeq = batch[0]?.message.streamSeq ?? 0;
      onEvent?.({ type: 'retry', durable, streamSeq, attempt, delayMs, error });
      await pause(delayMs, abort.signal);
    }
  }

  async function tryBatch(batch: readonly Delivery[]): Promise<FramegateError | null> {
    const startedMs = performance.now();
    try {
      await handler(
        batch.map((delivery) => delivery.message),
        { signal: abort.signal },
      );
    } catch (thrown) {
      return toFramegateError(thrown);
    }
    for (const delivery of batch) delivery.ack();
    onEvent?.({ type: 'acked', durable, messages: batch.length, handledMs: performance.now() - startedMs });
    return null;
  }

  async function bury(delivery: Delivery, error: FramegateError): Promise<boolean> {
    const { message } = delivery;
    const reason = `${error.code}: ${error.message}`;
    try {
      await deadLetters.put(durable, message, reason);
    } catch {
      // The bus is away: the message is tried again with its pause.
      return false;
    }
    delivery.term();
    const { streamSeq, deliveryCount } = message;
    onEvent?.({ type: 'dead', durable, streamSeq, deliveryCount, reason });
    return true;
  }

  async function stop(): Promise<void> {
    await pull.stop();
    if (flushTimer !== null) clearTimeout(flushTimer);
    const grace = setTimeout(() => abort.abort(), options.stopGraceMs ?? DEFAULT_STOP_GRACE_MS);
    // What waits is given back first: handling it here would only lengthen the stop.
    for (const delivery of waiting.splice(0)) delivery.nak(0);
    await running;
    clearTimeout(grace);
    clearInterval(heartbeat);
  }

  return {
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}

/** The bus as the sink's source of messages: names are checked against the durables that framegate makes. */
export function createBatchSource(
  bus: Bus,
  common: Pick<ConsumeBatchesOptions, 'onEvent' | 'stopGraceMs'> = {},
) {
  return {
    consumeBatches: async (
      options: {
        readonly stream: string;
        readonly durable: string;
        readonly headersOnly: boolean;
        readonly maxMessages: number;
        readonly maxBytes: number;
        readonly maxWaitMs: number;
      },
      handler: BatchHandler,
    ): Promise<Consumption> => {
      const durable = DURABLE_NAMES.find((name) => name === options.durable) as DurableName | undefined;
      const definition = durable === undefined ? undefined : CONSUMERS[durable];
      if (
        durable === undefined ||
        definition?.stream !== options.stream ||
        definition.headersOnly !== options.headersOnly
      ) {
        throw new FramegateError('internal', 'no such durable consumer', { details: { ...options } });
      }
      const { maxMessages, maxBytes, maxWaitMs } = options;
      return consumeBatches(bus, { ...common, durable, maxMessages, maxBytes, maxWaitMs }, handler);
    },
  };
}
