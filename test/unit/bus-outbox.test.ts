import { describe, expect, it } from 'vitest';
import { createOutbox, type OutboxOptions } from '../../src/bus/outbox.ts';
import { FramegateError } from '../../src/protocol/framegate-error.ts';
import { createSignalCount } from '../support/signal-count.ts';

const AWAY = new FramegateError('bus-unavailable', 'away', { retryable: true });

function setUp(options: Partial<OutboxOptions> = {}) {
  const sent = createSignalCount<readonly string[]>();
  const outbox = createOutbox({
    flushItems: 3,
    flushBytes: 1000,
    flushMs: 5,
    maxBytes: 10_000,
    send: async (items) => sent.add(items),
    ...options,
  });
  return { sent, outbox };
}

describe('outbox', () => {
  it('sends full batches at once and the rest when its time is over, in order', async () => {
    const { sent, outbox } = setUp();
    for (const item of ['a', 'b', 'c', 'd']) outbox.add(item);
    await sent.reached(2);
    expect(sent.seen).toEqual([['a', 'b', 'c'], ['d']]);
  });

  it('closes a batch at its bytes, and sends an item that is larger alone', async () => {
    const { sent, outbox } = setUp({ flushBytes: 10, flushItems: 100 });
    for (const item of ['12345', '67890', 'x', 'y'.repeat(20), 'z']) outbox.add(item);
    await outbox.close(1000);
    expect(sent.seen.map((batch) => batch.join(' '))).toEqual(['12345 67890', 'x', 'y'.repeat(20), 'z']);
  });

  it('keeps a batch until it is safe, with the number it had', async () => {
    const numbers: number[] = [];
    const retries = createSignalCount<number>();
    const { outbox } = setUp({
      send: async (_items, batchNumber) => {
        numbers.push(batchNumber);
        if (numbers.length < 3) throw AWAY;
      },
      onRetry: (_error, delayMs) => retries.add(delayMs),
    });
    outbox.add('a');
    await retries.reached(2);
    await outbox.close(5000);
    expect(numbers).toEqual([1, 1, 1]);
    expect(retries.seen).toEqual([250, 500]);
    expect(outbox.stats()).toEqual({ waiting: 0, waitingBytes: 0, dropped: 0 });
  });

  it('drops the oldest beyond its bytes and counts them', async () => {
    const dropped: number[] = [];
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const sent: string[] = [];
    const { outbox } = setUp({
      flushItems: 1,
      maxBytes: 5,
      onDropped: (items) => dropped.push(items),
      send: async (items) => {
        await gate;
        sent.push(...items);
      },
    });
    // The first leaves at once and waits in the sender; of the others five fit.
    for (const item of ['0', '1', '2', '3', '4', '5', '6', '7']) outbox.add(item);
    expect(outbox.stats()).toEqual({ waiting: 5, waitingBytes: 5, dropped: 2 });
    release();
    await outbox.close(1000);
    expect(sent).toEqual(['0', '3', '4', '5', '6', '7']);
    expect(dropped).toEqual([1, 1]);
  });

  it('does not let a batch that can never be sent hold up the rest', async () => {
    const sent: string[] = [];
    const { outbox } = setUp({
      flushItems: 1,
      send: async ([item]) => {
        if (item === 'bad') throw new FramegateError('payload-too-large', 'no');
        sent.push(item as string);
      },
    });
    for (const item of ['bad', 'good']) outbox.add(item);
    await outbox.close(1000);
    expect(sent).toEqual(['good']);
    expect(outbox.stats().dropped).toBe(1);
  });

  it('close() gives up at its time and counts what is lost; nothing is taken afterwards', async () => {
    const { outbox } = setUp({
      flushItems: 2,
      send: async () => {
        throw AWAY;
      },
    });
    for (const item of ['a', 'b', 'c']) outbox.add(item);
    await outbox.close(20);
    expect(outbox.stats()).toMatchObject({ waiting: 0, dropped: 3 });
    outbox.add('late');
    expect(outbox.stats()).toMatchObject({ waiting: 0, dropped: 4 });
  });
});
