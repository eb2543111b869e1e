import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCapturePublisher } from '../../src/bus/capture-publisher.ts';
import { consumeBatches, createBatchSource } from '../../src/bus/consume-batches.ts';
import { type Bus, createBus } from '../../src/bus/create-bus.ts';
import { createDeadLetters } from '../../src/bus/dead-letters.ts';
import { ensureTopology } from '../../src/bus/ensure-topology.ts';
import { publishWithAck } from '../../src/bus/publish-with-ack.ts';
import { eventSubject } from '../../src/bus/subjects.ts';
import type { BatchHandler, ConsumeBatchesOptions, ConsumeEvent, Consumption } from '../../src/bus/types.ts';
import { BUS_HEADERS } from '../../src/protocol/bus-messages.ts';
import { FramegateError } from '../../src/protocol/framegate-error.ts';
import { captureRecord } from '../support/bus-records.ts';
import { natsServerMissing, startNatsServer, type TestNatsServer } from '../support/nats-server.ts';
import { createSignalCount } from '../support/signal-count.ts';

describe.skipIf(natsServerMissing !== null)('consumeBatches', () => {
  let server: TestNatsServer;
  let bus: Bus;
  let consumptions: Consumption[];

  beforeEach(async () => {
    server = await startNatsServer();
    bus = await createBus({ servers: server.url, name: 'test' });
    consumptions = [];
    await ensureTopology(bus);
  });
  afterEach(async () => {
    await Promise.all(consumptions.map((consumption) => consumption.stop()));
    await bus?.close();
    await server?.close();
  });

  function start(options: Partial<ConsumeBatchesOptions>, handler: BatchHandler): Consumption {
    const consumption = consumeBatches(
      bus,
      { durable: 'sink-events', maxMessages: 100, maxBytes: 1e6, maxWaitMs: 50, ...options },
      handler,
    );
    consumptions.push(consumption);
    return consumption;
  }

  async function publish(count: number, bytes = 10): Promise<void> {
    for (let i = 1; i <= count; i++) {
      await publishWithAck(bus, {
        stream: 'EVENTS',
        subject: eventSubject('session', 'started'),
        messageId: `e${i}`,
        data: `{"n":${i},"pad":"${'x'.repeat(bytes)}"}`,
      });
    }
  }

  async function unacknowledged(): Promise<number> {
    const info = await bus.nats.manager.consumers.info('EVENTS', 'sink-events');
    return info.num_ack_pending + info.num_pending;
  }

  /** The server works acknowledgements off beside everything else. */
  async function untilAcknowledged(): Promise<void> {
    while ((await unacknowledged()) > 0);
  }

  it('hands over full batches in order, the last one when its time is over, and acknowledges after the handler', async () => {
    await publish(25);
    const batches = createSignalCount<number[]>();
    let unackedInHandler = -1;
    start({ maxMessages: 10 }, async (batch) => {
      if (unackedInHandler < 0) unackedInHandler = await unacknowledged();
      batches.add(batch.map((message) => message.streamSeq));
    });
    await batches.reached(3);
    expect(batches.seen.map((batch) => batch.length)).toEqual([10, 10, 5]);
    expect(batches.seen.flat()).toEqual(Array.from({ length: 25 }, (_, i) => i + 1));
    expect(unackedInHandler).toBe(25);
    await consumptions[0]!.stop();
    await untilAcknowledged();
  });

  it('hands over at once what follows a pause', async () => {
    const seen = createSignalCount<number>();
    start({ maxWaitMs: 600_000 }, async (batch) => {
      for (const { streamSeq } of batch) seen.add(streamSeq);
    });
    await publish(1);
    await seen.reached(1);
  });

  it('closes a batch at its bytes', async () => {
    await publish(20, 1000);
    const sizes = createSignalCount<number>();
    let seen = 0;
    const all = createSignalCount<number>();
    start({ maxBytes: 5000, maxWaitMs: 200 }, async (batch) => {
      sizes.add(batch.length);
      seen += batch.length;
      if (seen === 20) all.add(seen);
    });
    await all.reached(1);
    expect(Math.max(...sizes.seen)).toBe(5);
  });

  it('keeps the same batch while the database is away, costing no deliveries', async () => {
    await publish(5);
    const events = createSignalCount<ConsumeEvent>();
    const tries: number[][] = [];
    start({ backoffMs: [5], onEvent: events.add }, async (batch) => {
      tries.push(batch.map((message) => message.streamSeq));
      if (tries.length < 9) throw new FramegateError('store-unavailable', 'away', { retryable: true });
      expect(batch.every((message) => message.deliveryCount === 1)).toBe(true);
    });
    await events.reached(9);
    expect(new Set(tries.map((batch) => batch.join())).size).toBe(1);
    expect(events.seen.at(-1)).toMatchObject({ type: 'acked', messages: 5 });
    await untilAcknowledged();
  });

  it('finds the one message that cannot be stored, buries it with its payload, and stores the others', async () => {
    await publish(6);
    const events = createSignalCount<ConsumeEvent>();
    const stored: number[] = [];
    start({ onEvent: events.add }, async (batch) => {
      const rows = batch.map((message) => message.json() as { n: number });
      if (rows.some((row) => row.n === 4)) throw new FramegateError('query-failed', 'bad row');
      stored.push(...rows.map((row) => row.n));
    });
    await events.reached(6);
    expect(stored).toEqual([1, 2, 3, 5, 6]);
    expect(events.seen.find((event) => event.type === 'dead')).toMatchObject({
      streamSeq: 4,
      reason: 'query-failed: bad row',
    });
    const dead = await bus.nats.manager.streams.getMessage('DEAD', { last_by_subj: 'framegate.dead.EVENTS' });
    expect(dead?.json<{ n: number }>().n).toBe(4);
    await untilAcknowledged();
  });

  it('gives a batch back at once when it is stopped while the database is away', async () => {
    await publish(3);
    const events = createSignalCount<ConsumeEvent>();
    const away = start({ backoffMs: [5], stopGraceMs: 20, onEvent: events.add }, async () => {
      throw new FramegateError('store-unavailable', 'away', { retryable: true });
    });
    await events.reached(1);
    await away.stop();
    const again = createSignalCount<number>();
    start({}, async (batch) => {
      // nats-server 2.9 may deliver a message twice after a nak.
      for (const { streamSeq } of batch) if (!again.seen.includes(streamSeq)) again.add(streamSeq);
    });
    // Long before the ack wait.
    await again.reached(3);
    expect([...again.seen].sort()).toEqual([1, 2, 3]);
  });

  it('survives the server being killed and started again', async () => {
    const seen = createSignalCount<number>();
    start({ maxWaitMs: 10 }, async (batch) => {
      for (const message of batch) seen.add((message.json() as { n: number }).n);
    });
    await publish(3);
    await seen.reached(3);
    await bus.nats.connection.flush();
    await server.kill();
    await server.restart();
    await publishWithAck(bus, {
      stream: 'EVENTS',
      subject: eventSubject('session', 'ended'),
      messageId: 'later',
      data: '{"n":99}',
    });
    await seen.reached(4);
    expect(seen.seen).toContain(99);
  });

  it('the sink’s captures come without pixels but with their size', async () => {
    const source = createBatchSource(bus);
    const got = createSignalCount<{ data: number; payload: number; record: string | undefined }>();
    const options = { maxMessages: 10, maxBytes: 1e6, maxWaitMs: 10 };
    consumptions.push(
      await source.consumeBatches(
        { stream: 'CAPTURES', durable: 'sink-captures', headersOnly: true, ...options },
        async (batch) => {
          for (const { data, payloadBytes, headers } of batch) {
            got.add({ data: data.length, payload: payloadBytes, record: headers.get(BUS_HEADERS.capture) });
          }
        },
      ),
    );
    await createCapturePublisher(bus).publish(captureRecord('c1'), new Uint8Array(12_345));
    await got.reached(1);
    expect(got.seen[0]).toMatchObject({ data: 0, payload: 12_345 });
    expect(JSON.parse(got.seen[0]!.record ?? '')).toMatchObject({ captureId: 'c1' });
    await expect(
      source.consumeBatches(
        { stream: 'CAPTURES', durable: 'x', headersOnly: true, ...options },
        async () => {},
      ),
    ).rejects.toMatchObject({ code: 'internal' });
  });

  it('a broken record is one dead letter however often it is put', async () => {
    const letters = createDeadLetters(bus);
    const broken = {
      stream: 'METRICS' as const,
      subject: 'framegate.metrics.frames.node-1',
      streamSeq: 5,
      reason: 'no session',
      record: '{"seq":1}',
    };
    await Promise.all([letters.putRecord(broken), letters.putRecord(broken)]);
    await letters.putRecord({ ...broken, record: '{"seq":2}' });
    expect((await bus.nats.manager.streams.info('DEAD')).state.messages).toBe(2);
  });
});
