import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCapturePublisher } from '../../src/bus/capture-publisher.ts';
import { type Bus, createBus } from '../../src/bus/create-bus.ts';
import { ensureTopology } from '../../src/bus/ensure-topology.ts';
import { createEventLog } from '../../src/bus/event-log.ts';
import { createFrameLog } from '../../src/bus/frame-log.ts';
import { createResultFeed } from '../../src/bus/result-feed.ts';
import { createResultPublisher } from '../../src/bus/result-publisher.ts';
import { nanosFromMs } from '../../src/bus/streams.ts';
import { BUS_HEADERS, parseFrameBatch } from '../../src/protocol/bus-messages.ts';
import type { ResultRecord } from '../../src/protocol/records.ts';
import { captureRecord, eventRecord, frameRecord, resultRecord } from '../support/bus-records.ts';
import { natsServerMissing, startNatsServer, type TestNatsServer } from '../support/nats-server.ts';
import { createSignalCount } from '../support/signal-count.ts';

describe.skipIf(natsServerMissing !== null)('publishing', () => {
  let server: TestNatsServer;
  let bus: Bus;
  let other: Bus;

  beforeAll(async () => {
    server = await startNatsServer({ maxPayloadBytes: 1024 * 1024 });
    bus = await createBus({ servers: server.url, name: 'test' });
    other = await createBus({ servers: server.url, name: 'other' });
    await ensureTopology(bus);
  });
  afterAll(async () => {
    await bus?.close();
    await other?.close();
    await server?.close();
  });

  it('a capture is one message however often it is published, its record in a header', async () => {
    const publisher = createCapturePublisher(bus);
    const record = captureRecord('capture-1', { subject: 'zoë' });
    const image = Uint8Array.from({ length: 1000 }, (_, i) => i % 256);
    const first = await publisher.publish(record, image);
    const repeats = await Promise.all([publisher.publish(record, image), publisher.publish(record, image)]);
    expect(first).toMatchObject({ stream: 'CAPTURES', duplicate: false });
    for (const repeat of repeats) expect(repeat).toEqual({ ...first, duplicate: true });
    const stored = await bus.nats.manager.streams.getMessage('CAPTURES', { seq: first.streamSeq });
    expect(stored?.subject).toBe('framegate.captures.face-skin.session-1');
    expect(Buffer.from(stored!.data).equals(image)).toBe(true);
    expect(JSON.parse(stored!.header.get(BUS_HEADERS.capture))).toEqual(record);
    expect(stored!.header.get(BUS_HEADERS.contentType)).toBe('image/jpeg');
  });

  it('a capture above the server’s limit is payload-too-large, not a lost connection', async () => {
    const publisher = createCapturePublisher(bus);
    await expect(
      publisher.publish(captureRecord('capture-big'), new Uint8Array(1024 * 1024)),
    ).rejects.toMatchObject({ code: 'payload-too-large', retryable: false });
    expect(bus.status().state).toBe('connected');
  });

  it('a result is there once, also long after the stream has forgotten its message ids', async () => {
    const { manager, jetstream } = bus.nats;
    const publishers = [createResultPublisher(bus), createResultPublisher(other)];
    await publishers[0]!.publish(resultRecord('capture-a', { sessionId: 'session-dedup' }));
    const first = await publishers[0]!.publish(resultRecord('capture-b', { sessionId: 'session-dedup' }));
    await publishers[0]!.publish(resultRecord('capture-c', { sessionId: 'session-dedup' }));
    await manager.streams.update('RESULTS', { duplicate_window: nanosFromMs(100) });
    // The window has passed once the stream takes the same id again, on another subject.
    const takesAgain = async (): Promise<boolean> => {
      const ack = await jetstream.publish('framegate.results.probe.elsewhere', '{}', {
        msgID: 'capture-b.face-quality',
      });
      return !ack.duplicate;
    };
    while (!(await takesAgain()));
    const again = await Promise.all(
      [0, 1, 0, 1].map((i) =>
        publishers[i]!.publish(resultRecord('capture-b', { sessionId: 'session-dedup', attempt: 2 })),
      ),
    );
    for (const ack of again) expect(ack).toEqual({ ...first, duplicate: true });
    const { state } = await manager.streams.info('RESULTS', {
      subjects_filter: 'framegate.results.face-quality.session-dedup',
    });
    expect(Object.values(state.subjects ?? {})).toEqual([3]);
    await ensureTopology(bus);
  });

  it('a job that is lost after its first worker published its end keeps that end, however late', async () => {
    const { manager, jetstream } = bus.nats;
    await manager.streams.update('RESULTS', { duplicate_window: nanosFromMs(100) });
    const publisher = createResultPublisher(bus);
    const done = resultRecord('job-1', { sessionId: 'job-1', profile: 'upload', attempt: 1 });
    const first = await publisher.publish(done);
    const probe = () =>
      jetstream.publish('framegate.results.probe.lost', '{}', { msgID: 'job-1.face-quality' });
    while ((await probe()).duplicate);
    const error = { code: 'job-lost', message: 'its worker died' };
    const lost = await publisher.publish({ ...done, status: 'failed', result: null, error });
    expect(lost).toEqual({ ...first, duplicate: true });
    await ensureTopology(bus);
  });

  it('of workers that race to publish the same result one wins, with and without a duplicate window', async () => {
    const { manager } = bus.nats;
    await manager.streams.update('RESULTS', { duplicate_window: nanosFromMs(100) });
    const publishers = [createResultPublisher(bus), createResultPublisher(other)];
    const captures = ['r1', 'r2', 'r3', 'r4'];
    const acks = await Promise.all(
      captures.flatMap((id) =>
        publishers.map((publisher) => publisher.publish(resultRecord(id, { sessionId: 'session-race' }))),
      ),
    );
    expect(new Set(acks.map((ack) => ack.streamSeq)).size).toBe(captures.length);
    expect(acks.filter((ack) => !ack.duplicate)).toHaveLength(captures.length);
    expect(
      await publishers[1]!.has({ sessionId: 'session-race', captureId: 'r3', kind: 'face-quality' }),
    ).toBe(true);
    expect(await publishers[1]!.has({ sessionId: 'session-race', captureId: 'r3', kind: 'other' })).toBe(
      false,
    );
    await ensureTopology(bus);
  });

  it('a worker that looked before another published is refused, however much later it publishes', async () => {
    const { manager, jetstream } = bus.nats;
    await manager.streams.update('RESULTS', { duplicate_window: nanosFromMs(100) });
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const held = createSignalCount<string>();
    const publish: typeof jetstream.publish = async (subject, ...rest) => {
      if (held.seen.length === 0) {
        held.add(subject);
        await gate;
      }
      return jetstream.publish(subject, ...rest);
    };
    const slowJetstream: typeof jetstream = Object.create(jetstream, { publish: { value: publish } });
    const slowBus: Bus = { ...bus, nats: { ...bus.nats, jetstream: slowJetstream } };
    const result = resultRecord('late', { sessionId: 'session-late' });
    const slow = createResultPublisher(slowBus).publish(result);
    await held.reached(1);
    const first = await createResultPublisher(other).publish(result);
    // Published after the result: when the stream takes it again, it has forgotten the result's id too.
    const marker = () => jetstream.publish('framegate.results.probe.late', '{}', { msgID: 'marker' });
    await marker();
    while ((await marker()).duplicate);
    open();
    expect(await slow).toEqual({ ...first, duplicate: true });
    await ensureTopology(bus);
  });

  it('a session’s results come live, and again in a replay of the captures asked for', async () => {
    const feed = createResultFeed(other);
    const publisher = createResultPublisher(bus);
    const live = createSignalCount<ResultRecord>();
    const unsubscribe = await feed.subscribe('session-feed', live.add);
    for (const id of ['f1', 'f2', 'f3']) {
      await publisher.publish(resultRecord(id, { sessionId: 'session-feed' }));
    }
    await publisher.publish(resultRecord('f4', { sessionId: 'session-elsewhere' }));
    await live.reached(3);
    unsubscribe();
    await publisher.publish(resultRecord('f5', { sessionId: 'session-feed' }));
    await bus.nats.connection.flush();
    await other.nats.connection.flush();
    expect(live.seen.map((result) => result.captureId)).toEqual(['f1', 'f2', 'f3']);
    const replayed = await feed.replay('session-feed', ['f1', 'f3', 'f5', 'never']);
    expect(replayed.map((result) => result.captureId)).toEqual(['f1', 'f3', 'f5']);
    expect(await feed.replay('session-feed', [])).toEqual([]);
    expect(await feed.replay('session-unknown', ['f1'])).toEqual([]);
  });

  it('a message that is no result is told and left out', async () => {
    const invalid = createSignalCount<unknown>();
    const feed = createResultFeed(other, { onInvalid: invalid.add });
    const live = createSignalCount<ResultRecord>();
    const unsubscribe = await feed.subscribe('session-bad', live.add);
    await bus.nats.jetstream.publish('framegate.results.face-quality.session-bad', 'not json');
    await bus.nats.jetstream.publish('framegate.results.face-quality.session-bad', '{"kind":1}');
    await invalid.reached(2);
    expect(live.seen).toEqual([]);
    expect(await feed.replay('session-bad', ['x'])).toEqual([]);
    unsubscribe();
  });

  it('frames leave in batches, by count or when the log is closed, in order', async () => {
    const log = createFrameLog(bus, {
      node: 'edge.example',
      runId: 'run',
      batchRecords: 10,
      batchMs: 60_000,
    });
    for (let seq = 1; seq <= 25; seq++) log.record(frameRecord(seq));
    await log.close();
    expect(log.stats()).toEqual({ waiting: 0, waitingBytes: 0, dropped: 0 });
    const { state } = await bus.nats.manager.streams.info('METRICS');
    const seqs: number[] = [];
    const sizes: string[] = [];
    for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
      const stored = await bus.nats.manager.streams.getMessage('METRICS', { seq });
      expect(stored?.subject).toBe('framegate.metrics.frames.edge%2eexample');
      const batch = parseFrameBatch(stored!.data);
      expect(batch.invalid).toBe(0);
      seqs.push(...batch.records.map((record) => record.seq));
      sizes.push(stored!.header.get(BUS_HEADERS.recordCount));
    }
    expect(seqs).toEqual(Array.from({ length: 25 }, (_, i) => i + 1));
    expect(sizes).toEqual(['10', '10', '5']);
  });

  it('events are one message each, under their id', async () => {
    const log = createEventLog(bus);
    const events = Array.from({ length: 100 }, (_, i) => eventRecord(`event-${i}`));
    for (const event of [...events, ...events]) log.record(event);
    await log.close();
    const { state } = await bus.nats.manager.streams.info('EVENTS');
    expect(state.messages).toBe(100);
  });
});

describe.skipIf(natsServerMissing !== null)('publishing while the server is away', () => {
  it('fails captures as bus-unavailable, keeps frames and events for its return, and drops the oldest frames', async () => {
    const server = await startNatsServer();
    const bus = await createBus({ servers: server.url, name: 'test', requestTimeoutMs: 500 });
    const patient = await createBus({ servers: server.url, name: 'patient', requestTimeoutMs: 20_000 });
    try {
      await ensureTopology(bus);
      const away = new Promise<void>((resolve) => {
        bus.onStatus((status) => {
          if (status.state === 'reconnecting') resolve();
        });
      });
      await server.kill();
      await away;
      const publisher = createCapturePublisher(bus);
      await expect(publisher.publish(captureRecord('c1'), new Uint8Array(10))).rejects.toMatchObject({
        code: 'bus-unavailable',
        retryable: true,
      });
      await expect(bus.ping()).rejects.toMatchObject({ code: 'bus-unavailable' });

      const lineBytes = JSON.stringify(frameRecord(100)).length;
      const frames = createFrameLog(bus, {
        node: 'node-1',
        runId: 'run',
        batchMs: 10,
        maxBytes: lineBytes * 50,
      });
      const events = createEventLog(bus);
      for (let seq = 101; seq <= 200; seq++) frames.record(frameRecord(seq));
      for (let i = 0; i < 100; i++) events.record(eventRecord(`event-${i}`));
      const { dropped } = frames.stats();
      expect(dropped).toBeGreaterThan(0);
      const waiting = createCapturePublisher(patient).publish(captureRecord('c2'), new Uint8Array(10));
      await server.restart();
      expect(await waiting).toMatchObject({ stream: 'CAPTURES', duplicate: false });
      await Promise.all([frames.close(20_000), events.close(20_000)]);
      expect(frames.stats().dropped).toBe(dropped);
      expect((await patient.nats.manager.streams.info('EVENTS')).state.messages).toBe(100);
      const { state } = await patient.nats.manager.streams.info('METRICS');
      const seqs: number[] = [];
      for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
        const stored = await patient.nats.manager.streams.getMessage('METRICS', { seq });
        seqs.push(...parseFrameBatch(stored!.data).records.map((record) => record.seq));
      }
      expect(seqs).toHaveLength(100 - dropped);
      expect(seqs.at(-1)).toBe(200);
    } finally {
      await bus.close();
      await patient.close();
      await server.close();
    }
  });
});
