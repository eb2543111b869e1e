import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { backlog } from '../../src/bus/backlog.ts';
import { createCapturePublisher } from '../../src/bus/capture-publisher.ts';
import { type Bus, createBus } from '../../src/bus/create-bus.ts';
import { ensureTopology } from '../../src/bus/ensure-topology.ts';
import { createResultFeed } from '../../src/bus/result-feed.ts';
import { nanosFromMs } from '../../src/bus/streams.ts';
import type { ResultRecord } from '../../src/protocol/records.ts';
import { captureRecord } from '../support/bus-records.ts';
import { natsServerMissing, startNatsServer, type TestNatsServer } from '../support/nats-server.ts';
import { createSignalCount } from '../support/signal-count.ts';

const SCRIPT = fileURLToPath(new URL('../support/stub-analysis-worker.ts', import.meta.url));
const CAPTURES = 100;
const SESSIONS = 8;

describe.skipIf(natsServerMissing !== null)('a worker that is killed', () => {
  let server: TestNatsServer;
  let bus: Bus;
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    server = await startNatsServer();
    bus = await createBus({ servers: server.url, name: 'test' });
    await ensureTopology(bus);
    // What the dead worker had in hand comes back after the ack wait.
    await bus.nats.manager.consumers.update('CAPTURES', 'worker-face-quality', {
      ack_wait: nanosFromMs(1000),
    });
  });
  afterEach(async () => {
    for (const child of children.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
    await bus?.close();
    await server?.close();
  });

  function startWorker(): ChildProcess {
    const child = spawn(process.execPath, [SCRIPT, server.url], { stdio: ['ignore', 'inherit', 'inherit'] });
    children.push(child);
    return child;
  }

  it('half-way and started again leaves one result for every capture, and no capture unanswered', async () => {
    const results = createSignalCount<ResultRecord>();
    const feed = createResultFeed(bus);
    const image = Uint8Array.of(1, 2, 3);
    const imageSha256 = createHash('sha256').update(image).digest('hex');
    for (let i = 0; i < SESSIONS; i++) await feed.subscribe(`session-${i}`, results.add);
    const publisher = createCapturePublisher(bus);
    const ids = Array.from({ length: CAPTURES }, (_, i) => `capture-${i}`);
    await Promise.all(
      ids.map((id, i) =>
        publisher.publish(captureRecord(id, { sessionId: `session-${i % SESSIONS}`, imageSha256 }), image),
      ),
    );
    const first = startWorker();
    await results.reached(CAPTURES / 2);
    const ended = once(first, 'exit');
    first.kill('SIGKILL');
    await ended;
    const second = startWorker();
    await results.reached(CAPTURES);
    // What the first one had published and not acknowledged comes back after the ack wait, and is not analysed again.
    while ((await backlog(bus, ['worker-face-quality'])) > 0);
    const drained = once(second, 'exit');
    second.kill('SIGTERM');
    expect((await drained)[0]).toBe(0);

    const stored = (await bus.nats.manager.streams.info('RESULTS')).state;
    expect(stored.messages).toBe(CAPTURES);
    const replays = await Promise.all(
      Array.from({ length: SESSIONS }, (_, i) => feed.replay(`session-${i}`, ids)),
    );
    expect(
      replays
        .flat()
        .map((result) => result.captureId)
        .sort(),
    ).toEqual([...ids].sort());
    expect(new Set(results.seen.map((result) => result.captureId)).size).toBe(CAPTURES);
    expect((await bus.nats.manager.streams.info('DEAD')).state.messages).toBe(0);
  });
});
