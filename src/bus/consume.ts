import { toFramegateError } from '../protocol/framegate-error.ts';
import type { Bus } from './create-bus.ts';
import { createDeadLetters } from './dead-letters.ts';
import type { Delivery } from './delivery.ts';
import { createPull } from './pull.ts';
import { CONSUMERS, maxDeliveriesOf } from './streams.ts';
import type { ConsumeOptions, Consumption, MessageHandler } from './types.ts';

/** All five deliveries lie within the time after which the sweep takes a capture for lost. */
const DEFAULT_BACKOFF_MS = [500, 2000, 5000, 10_000] as const;
const DEFAULT_STOP_GRACE_MS = 20_000;
/** What a handler has after its signal was aborted. */
const ABORT_GRACE_MS = 2000;

/**
 * Hands messages of a durable consumer to `handler`, at most `concurrency` at once. See MessageHandler for what
 * becomes of a message. It survives restarts of the server; only stop() ends it.
 */
export function consume(bus: Bus, options: ConsumeOptions, handler: MessageHandler): Consumption {
  const { durable, concurrency, onEvent } = options;
  const backoffMs = options.backoffMs ?? DEFAULT_BACKOFF_MS;
  const maxDeliveries = maxDeliveriesOf(durable);
  const deadLetters = createDeadLetters(bus);
  const abort = new AbortController();
  const inHand = new Map<Delivery, Promise<void>>();
  /** What arrived beyond what was asked for (requests taken for lost that were not) or while stopping. */
  const waiting: Delivery[] = [];
  let stopping: Promise<void> | null = null;

  const pull = createPull(bus, {
    durable,
    onDelivery: (delivery) => {
      if (stopping === null && inHand.size < concurrency) take(delivery);
      else waiting.push(delivery);
    },
    onFailure: (error) => onEvent?.({ type: 'pull-failed', durable, error }),
  });
  const heartbeat = setInterval(
    () => {
      for (const delivery of [...inHand.keys(), ...waiting]) delivery.working();
    },
    options.workingMs ?? CONSUMERS[durable].ackWaitMs / 3,
  );
  pull.want(concurrency);

  function take(delivery: Delivery): void {
    const work = answer(delivery).finally(() => {
      inHand.delete(delivery);
      if (stopping !== null) return;
      const next = waiting.shift();
      if (next === undefined) pull.want(1);
      else take(next);
    });
    inHand.set(delivery, work);
  }

  /** Never rejects: whatever happens ends as ack, nak or term, or else as a redelivery after the ack wait. */
  async function answer(delivery: Delivery): Promise<void> {
    const { message } = delivery;
    const startedMs = performance.now();
    try {
      // The process may have died with the message in hand every time: then nobody has counted but the server.
      if (message.deliveryCount > maxDeliveries) {
        await bury(delivery, `delivered ${message.deliveryCount - 1} times and never answered`);
        return;
      }
      const context = { lastDelivery: message.deliveryCount >= maxDeliveries, signal: abort.signal };
      const handled = await handler(message, context);
      if (handled !== undefined) {
        await bury(delivery, handled.abandon);
        return;
      }
      delivery.ack();
      onEvent?.({ type: 'acked', durable, messages: 1, handledMs: performance.now() - startedMs });
    } catch (thrown) {
      await failed(delivery, thrown);
    }
  }

  async function failed(delivery: Delivery, thrown: unknown): Promise<void> {
    const { message } = delivery;
    const error = toFramegateError(thrown);
    if (abort.signal.aborted) {
      delivery.nak(0);
      return;
    }
    if (message.deliveryCount >= maxDeliveries) {
      try {
        await bury(delivery, `${error.code}: ${error.message}`);
        return;
      } catch {
        // The bus is away: the message stays with the server and is buried at its next delivery.
      }
    }
    const delayMs = backoffMs[Math.min(message.deliveryCount, backoffMs.length) - 1] ?? 1000;
    delivery.nak(delayMs);
    onEvent?.({
      type: 'retry',
      durable,
      streamSeq: message.streamSeq,
      attempt: message.deliveryCount,
      delayMs,
      error,
    });
  }

  async function bury(delivery: Delivery, reason: string): Promise<void> {
    const { message } = delivery;
    await deadLetters.put(durable, message, reason);
    delivery.term();
    const { streamSeq, deliveryCount } = message;
    onEvent?.({ type: 'dead', durable, streamSeq, deliveryCount, reason });
  }

  async function stop(): Promise<void> {
    await pull.stop();
    for (const delivery of waiting.splice(0)) delivery.nak(0);
    const graceMs = options.stopGraceMs ?? DEFAULT_STOP_GRACE_MS;
    const grace = setTimeout(() => abort.abort(), graceMs);
    let last: ReturnType<typeof setTimeout> | undefined;
    const deaf = new Promise<void>((resolve) => {
      last = setTimeout(resolve, graceMs + ABORT_GRACE_MS);
    });
    await Promise.race([Promise.all(inHand.values()), deaf]);
    for (const delivery of inHand.keys()) delivery.nak(0);
    clearTimeout(grace);
    clearTimeout(last);
    clearInterval(heartbeat);
  }

  return {
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}
