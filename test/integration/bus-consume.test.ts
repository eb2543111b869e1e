import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { backlog } from '../../src/bus/backlog.ts';
import { createCapturePublisher } from '../../src/bus/capture-publisher.ts';
import { consume } from '../../src/bus/consume.ts';
import { type Bus, createBus } from '../../src/bus/create-bus.ts';
import { ensureTopology } from '../../src/bus/ensure-topology.ts';
import { nanosFromMs } from '../../src/bus/streams.ts';
import type { ConsumeEvent, Consumption } from '../../src/bus/types.ts';
import { BUS_HEADERS } from '../../src/protocol/bus-messages.ts';
import { captureRecord } from '../support/bus-records.ts';
import { natsServerMissing, startNatsServer, type TestNatsServer } from '../support/nats-server.ts';
import { createSignalCount } from '../support/signal-count.ts';

const DURABLE = 'worker-face-quality';

describe.skipIf(natsServerMissing !== null)('consume', () => {
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

  function start(
    ...args: Parameters<typeof consume> extends [Bus, ...infer Rest] ? Rest : never
  ): Consumption {
    const consumption = consume(bus, ...args);
    consumptions.push(consumption);
    return consumption;
  }

  async function publish(...ids: string[]): Promise<void> {
    const publisher = createCapturePublisher(bus);
    await Promise.all(ids.map((id) => publisher.publish(captureRecord(id), new Uint8Array(500).fill(7))));
  }

  function unacknowledged(): Promise<number> {
    return backlog(bus, [DURABLE]);
  }

  /** The server works acknowledgements off beside everything else. */
  async function untilUnacknowledged(count: number): Promise<void> {
    while ((await unacknowledged()) !== count);
  }

  it('acknowledges only after the handler’s effect', async () => {
    await publish('c1');
    const started = createSignalCount<string>();
    const acked = createSignalCount<ConsumeEvent>();
    let finish = () => {};
    const effect = new Promise<void>((resolve) => {
      finish = resolve;
    });
    start({ durable: DURABLE, concurrency: 1, onEvent: acked.add }, async (message) => {
      started.add(message.messageId ?? '');
      expect(message.data).toHaveLength(500);
      await effect;
      return undefined;
    });
    await started.reached(1);
    expect(await unacknowledged()).toBe(1);
    expect(acked.seen).toEqual([]);
    finish();
    await acked.reached(1);
    expect(acked.seen[0]).toMatchObject({ type: 'acked', messages: 1 });
    await untilUnacknowledged(0);
  });

  it('works on at most `concurrency` messages at once, and on that many', async () => {
    const ids = Array.from({ length: 12 }, (_, i) => `c${i}`);
    await publish(...ids);
    let inWork = 0;
    let most = 0;
    const done = createSignalCount<string>();
    const full = createSignalCount<number>();
    start({ durable: DURABLE, concurrency: 3 }, async (message) => {
      inWork++;
      most = Math.max(most, inWork);
      if (inWork === 3) full.add(inWork);
      await full.reached(1);
      inWork--;
      done.add(message.messageId ?? '');
      return undefined;
    });
    await done.reached(12);
    expect(most).toBe(3);
    expect([...done.seen].sort()).toEqual([...ids].sort());
  });

  it('tries a failure again with growing pauses, then puts its metadata, not its pixels, with the dead letters', async () => {
    await publish('poison');
    const events = createSignalCount<ConsumeEvent>();
    const lastDelivery: boolean[] = [];
    start(
      { durable: DURABLE, concurrency: 1, backoffMs: [10, 20, 30, 40], onEvent: events.add },
      async (_message, context) => {
        lastDelivery.push(context.lastDelivery);
        throw new Error('no\nluck');
      },
    );
    await events.reached(5);
    expect(events.seen.map((event) => event.type)).toEqual(['retry', 'retry', 'retry', 'retry', 'dead']);
    expect(events.seen.slice(0, 4).map((event) => event.type === 'retry' && event.delayMs)).toEqual([
      10, 20, 30, 40,
    ]);
    expect(lastDelivery).toEqual([false, false, false, false, true]);
    await untilUnacknowledged(0);
    const dead = await bus.nats.manager.streams.getMessage('DEAD', {
      last_by_subj: 'framegate.dead.CAPTURES',
    });
    expect(dead?.data).toHaveLength(0);
    expect(dead?.header.get(BUS_HEADERS.deadReason)).toBe('internal: no luck');
    expect(dead?.header.get(BUS_HEADERS.deadSubject)).toBe('framegate.captures.face-skin.session-1');
    expect(dead?.header.get(BUS_HEADERS.deadSeq)).toBe('1');
    expect(dead?.header.get(BUS_HEADERS.deadConsumer)).toBe(DURABLE);
    expect(dead?.header.get(BUS_HEADERS.deadDeliveries)).toBe('5');
    expect(JSON.parse(dead!.header.get(BUS_HEADERS.capture))).toMatchObject({ captureId: 'poison' });
  });

  it('an abandoned message is a dead letter at its first delivery', async () => {
    await publish('odd', 'good');
    const events = createSignalCount<ConsumeEvent>();
    start({ durable: DURABLE, concurrency: 1, onEvent: events.add }, async (message) =>
      message.messageId === 'odd' ? { abandon: 'no record in the header' } : undefined,
    );
    await events.reached(2);
    expect(events.seen.find((event) => event.type === 'dead')).toMatchObject({
      deliveryCount: 1,
      reason: 'no record in the header',
    });
    expect(events.seen.filter((event) => event.type === 'acked')).toHaveLength(1);
    await untilUnacknowledged(0);
  });

  it('a message that killed its process at every delivery is buried without being handled again', async () => {
    await publish('killer');
    // Five deliveries to a process that never answered.
    const consumer = await bus.nats.jetstream.consumers.get('CAPTURES', DURABLE);
    for (let i = 0; i < 5; i++) (await consumer.next({ expires: 5000 }))?.nak();
    const events = createSignalCount<ConsumeEvent>();
    let handled = 0;
    start({ durable: DURABLE, concurrency: 1, onEvent: events.add }, async () => {
      handled++;
      return undefined;
    });
    await events.reached(1);
    expect(events.seen[0]).toMatchObject({ type: 'dead', deliveryCount: 6 });
    expect(handled).toBe(0);
  });

  it('long work is kept from being delivered again by working-acks', async () => {
    await bus.nats.manager.consumers.update('CAPTURES', DURABLE, { ack_wait: nanosFromMs(400) });
    await publish('long');
    const deliveries: number[] = [];
    const events = createSignalCount<ConsumeEvent>();
    const working = createSignalCount<number>();
    bus.nats.connection.subscribe('$JS.ACK.CAPTURES.>', {
      callback: (_error, message) => {
        if (message.string() === '+WPI') working.add(1);
      },
    });
    start({ durable: DURABLE, concurrency: 2, workingMs: 100, onEvent: events.add }, async (message) => {
      deliveries.push(message.deliveryCount);
      // Three times the ack wait.
      await working.reached(12);
      return undefined;
    });
    await events.reached(1);
    expect(deliveries).toEqual([1]);
    await untilUnacknowledged(0);
  });

  it('what is in hand when the server goes comes again, whatever becomes of it here', async () => {
    await bus.nats.manager.consumers.update('CAPTURES', DURABLE, { ack_wait: nanosFromMs(800) });
    await publish('held', 'taken');
    // A worker that dies with the server: nobody ever answers for this one.
    const dying = await createBus({ servers: server.url, name: 'dying' });
    const consumer = await dying.nats.jetstream.consumers.get('CAPTURES', DURABLE);
    expect(await consumer.next({ expires: 5000 })).not.toBeNull();
    const deliveries = createSignalCount<string>();
    let finish = () => {};
    const held = new Promise<void>((resolve) => {
      finish = resolve;
    });
    start({ durable: DURABLE, concurrency: 2 }, async ({ messageId }) => {
      deliveries.add(messageId ?? '');
      if (deliveries.seen.length === 1) await held;
      return undefined;
    });
    await deliveries.reached(1);
    const reconnected = new Promise<void>((resolve) => {
      bus.onStatus(({ state }) => {
        if (state === 'connected') resolve();
      });
    });
    // Not killed: then it may have nothing on disk about its consumers, and everything comes again.
    await server.stop();
    await dying.nats.connection.close();
    await server.restart();
    await reconnected;
    // Over another connection than the one that brought it, it answers to nobody.
    finish();
    await deliveries.reached(3);
    expect([...new Set(deliveries.seen)].sort()).toEqual(['held', 'taken']);
    await untilUnacknowledged(0);
  });

  it('stop() finishes work in hand and gives the rest back at once', async () => {
    await publish('a', 'b', 'c', 'd', 'e', 'f');
    const started = createSignalCount<string>();
    let finish = () => {};
    const gate = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const first = start({ durable: DURABLE, concurrency: 2 }, async (message) => {
      started.add(message.messageId ?? '');
      await gate;
      return undefined;
    });
    await started.reached(2);
    const stopped = first.stop();
    finish();
    await stopped;
    expect(started.seen).toHaveLength(2);
    await untilUnacknowledged(4);
    const rest = createSignalCount<string>();
    start({ durable: DURABLE, concurrency: 4 }, async ({ messageId = '' }) => {
      // nats-server 2.9 may deliver a message twice after a nak.
      if (!rest.seen.includes(messageId)) rest.add(messageId);
      return undefined;
    });
    await rest.reached(4);
    expect([...started.seen, ...rest.seen].sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });

  it('stop() in the middle of a flood gives back at once what was on its way', {
    timeout: 8000,
  }, async () => {
    const ids = Array.from({ length: 400 }, (_, i) => `c${i}`);
    await publish(...ids);
    const handled = createSignalCount<string>();
    const consumeThem = () =>
      start({ durable: DURABLE, concurrency: 200 }, async ({ messageId = '' }) => {
        if (!handled.seen.includes(messageId)) handled.add(messageId);
        return undefined;
      });
    const first = consumeThem();
    await handled.reached(20);
    await first.stop();
    const before = handled.seen.length;
    consumeThem();
    // Sooner than the ack wait, after which a message that was left lying would come again.
    await handled.reached(400);
    expect(before).toBeLessThan(400);
    expect(new Set(handled.seen)).toEqual(new Set(ids));
  });

  it('stop() aborts work that outlasts its grace and gives it back', async () => {
    await publish('slow');
    const started = createSignalCount<string>();
    const first = start(
      { durable: DURABLE, concurrency: 1, stopGraceMs: 50 },
      async (message, { signal }) => {
        started.add(message.messageId ?? '');
        await new Promise<void>((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('aborted')));
        });
        return undefined;
      },
    );
    await started.reached(1);
    await first.stop();
    const again = createSignalCount<number>();
    start({ durable: DURABLE, concurrency: 1 }, async (message) => {
      again.add(message.deliveryCount);
      return undefined;
    });
    await again.reached(1);
    expect(again.seen).toEqual([2]);
  });

  it('goes on after the server was killed and started again, without losing or doubling an effect', async () => {
    const events = createSignalCount<ConsumeEvent>();
    const handled: string[] = [];
    const first = createSignalCount<string>();
    const afterwards = createSignalCount<string>();
    start({ durable: DURABLE, concurrency: 2, onEvent: events.add }, async (message) => {
      handled.push(message.messageId ?? '');
      (message.messageId?.startsWith('before') ? first : afterwards).add(message.messageId ?? '');
      return undefined;
    });
    await publish('before-1', 'before-2', 'before-3');
    await first.reached(3);
    await bus.nats.connection.flush();
    const back = new Promise<void>((resolve) => {
      bus.onStatus((status) => {
        if (status.state === 'connected') resolve();
      });
    });
    await server.kill();
    await server.restart();
    await back;
    await publish('after-1', 'after-2', 'after-3');
    await afterwards.reached(3);
    expect(handled.filter((id) => id.startsWith('after')).sort()).toEqual(['after-1', 'after-2', 'after-3']);
    expect(bus.status()).toMatchObject({ state: 'connected', reconnects: 1 });
  });
});
