import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bus, createBus } from '../../src/bus/create-bus.ts';
import { ensureTopology } from '../../src/bus/ensure-topology.ts';
import { publishWithAck } from '../../src/bus/publish-with-ack.ts';
import { CONSUMERS, nanosFromMs, STREAMS } from '../../src/bus/streams.ts';
import { DURABLE_NAMES, STREAM_NAMES } from '../../src/bus/types.ts';
import { natsServerMissing, startNatsServer, type TestNatsServer } from '../support/nats-server.ts';

describe.skipIf(natsServerMissing !== null)('streams and consumers', () => {
  let server: TestNatsServer;
  const buses: Bus[] = [];

  async function connect(): Promise<Bus> {
    const bus = await createBus({ servers: server.url, name: 'test' });
    buses.push(bus);
    return bus;
  }

  beforeAll(async () => {
    server = await startNatsServer({ maxPayloadBytes: 3 * 1024 * 1024 });
  });
  afterAll(async () => {
    await Promise.all(buses.map((bus) => bus.close()));
    await server?.close();
  });

  it('are made once by many processes that start at the same time, and again without effect', async () => {
    const starting = await Promise.all([connect(), connect(), connect(), connect()]);
    await Promise.all(starting.map((bus) => ensureTopology(bus)));
    const { manager } = starting[0]!.nats;
    const streams = await Promise.all(STREAM_NAMES.map((name) => manager.streams.info(name)));
    for (const { config } of streams) expect(config).toMatchObject(STREAMS[config.name as 'CAPTURES']);
    for (const durable of DURABLE_NAMES) {
      const info = await manager.consumers.info(CONSUMERS[durable].stream, durable);
      expect(info.config.headers_only ?? false).toBe(CONSUMERS[durable].headersOnly);
      expect(info.config.filter_subject).toBe(CONSUMERS[durable].filterSubject);
    }
    const created = streams.map((info) => info.created);
    await ensureTopology(starting[1]!);
    const after = await Promise.all(STREAM_NAMES.map((name) => manager.streams.info(name)));
    expect(after.map((info) => info.created)).toEqual(created);
  });

  it('of an older version are upgraded in place, keeping what the operator set', async () => {
    const bus = await connect();
    const { manager } = bus.nats;
    await ensureTopology(bus);
    await manager.streams.update('RESULTS', { max_age: nanosFromMs(3_600_000), max_bytes: 50_000_000 });
    await manager.consumers.update('CAPTURES', 'worker-face-quality', { ack_wait: nanosFromMs(1000) });
    await ensureTopology(bus);
    const { config } = await manager.streams.info('RESULTS');
    expect(config.max_age).toBe(STREAMS.RESULTS.max_age);
    expect(config.max_bytes).toBe(50_000_000);
    const consumer = await manager.consumers.info('CAPTURES', 'worker-face-quality');
    expect(consumer.config.ack_wait).toBe(nanosFromMs(CONSUMERS['worker-face-quality'].ackWaitMs));
  });

  it('that cannot be changed in place are one clear error', async () => {
    const bus = await connect();
    const { manager } = bus.nats;
    await ensureTopology(bus);
    await manager.streams.delete('METRICS');
    await manager.streams.add({ name: 'METRICS', subjects: ['framegate.metrics.*.*'], storage: 'memory' });
    await expect(ensureTopology(bus)).rejects.toMatchObject({
      code: 'bus-incompatible',
      message: expect.stringContaining('METRICS') as string,
    });
    await manager.streams.delete('METRICS');
    await ensureTopology(bus);
  });

  it('of another retention are made anew where they are empty, and otherwise left alone', async () => {
    const bus = await connect();
    const { manager } = bus.nats;
    await ensureTopology(bus);
    const asEarlier = async () => {
      await manager.streams.delete('METRICS');
      await manager.streams.add({
        name: 'METRICS',
        subjects: ['framegate.metrics.*.*'],
        retention: 'interest',
        max_bytes: 1_000_000,
      });
      await manager.consumers.add('METRICS', { durable_name: 'another', ack_policy: 'explicit' });
    };
    await asEarlier();
    await ensureTopology(bus);
    const { config } = await manager.streams.info('METRICS');
    expect(config).toMatchObject({ retention: 'limits', max_bytes: 1_000_000 });
    await asEarlier();
    await publishWithAck(bus, {
      stream: 'METRICS',
      subject: 'framegate.metrics.frames.n',
      messageId: 'm',
      data: 'x',
    });
    await expect(ensureTopology(bus)).rejects.toMatchObject({ code: 'bus-incompatible' });
    expect((await manager.streams.info('METRICS')).state.messages).toBe(1);
    await manager.streams.delete('METRICS');
    await ensureTopology(bus);
  });

  it('the largest message is the server’s own limit', async () => {
    expect((await connect()).maxPayloadBytes).toBe(3 * 1024 * 1024);
  });

  it('close() does not wait for a server that is away', async () => {
    const own = await startNatsServer();
    const bus = await createBus({ servers: own.url, name: 'test' });
    const lost = new Promise<void>((resolve) => {
      bus.onStatus((status) => {
        if (status.state === 'reconnecting') resolve();
      });
    });
    await own.kill();
    await lost;
    const startedMs = performance.now();
    await bus.close();
    expect(performance.now() - startedMs).toBeLessThan(2000);
    await expect(bus.ping()).rejects.toMatchObject({ code: 'bus-unavailable', retryable: false });
    await own.close();
  });

  it('a server that is away is bus-unavailable, retryable, within the time given', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const address = taken.address();
    await new Promise((resolve) => taken.close(resolve));
    if (address === null || typeof address === 'string') throw new Error('no port');
    await expect(
      createBus({ servers: `nats://127.0.0.1:${address.port}`, name: 'test', connectTimeoutMs: 300 }),
    ).rejects.toMatchObject({ code: 'bus-unavailable', retryable: true });
  });
});

describe.skipIf(natsServerMissing !== null)('credentials', () => {
  it('that are wrong are bus-refused, not a timeout', async () => {
    const server = await startNatsServer({ config: 'authorization { user: framegate, password: right }' });
    try {
      const wrong = createBus({
        servers: server.url,
        name: 'test',
        credentials: { type: 'password', user: 'framegate', password: 'wrong' },
      });
      await expect(wrong).rejects.toMatchObject({ code: 'bus-refused', retryable: false });
      const right = await createBus({
        servers: server.url,
        name: 'test',
        credentials: { type: 'password', user: 'framegate', password: 'right' },
      });
      expect(right.status().state).toBe('connected');
      await right.close();
      expect(right.status().state).toBe('closed');
    } finally {
      await server.close();
    }
  });
});
