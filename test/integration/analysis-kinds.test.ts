import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AnalysisWorker, createAnalysisWorker } from '../../src/analysis/analysis-worker.ts';
import { createCapturePublisher } from '../../src/bus/capture-publisher.ts';
import { consume } from '../../src/bus/consume.ts';
import { type Bus, createBus } from '../../src/bus/create-bus.ts';
import { ensureTopology } from '../../src/bus/ensure-topology.ts';
import { createResultFeed } from '../../src/bus/result-feed.ts';
import { createResultPublisher } from '../../src/bus/result-publisher.ts';
import type { ProfileName } from '../../src/protocol/checks.ts';
import { FramegateError } from '../../src/protocol/framegate-error.ts';
import type { ResultRecord } from '../../src/protocol/records.ts';
import { RESULT_KINDS, type ResultKind } from '../../src/protocol/result-kinds.ts';
import { captureRecord } from '../support/bus-records.ts';
import { natsServerMissing, startNatsServer, type TestNatsServer } from '../support/nats-server.ts';
import { createSignalCount } from '../support/signal-count.ts';

const IMAGE = Uint8Array.of(1, 2, 3);
const IMAGE_SHA256 = createHash('sha256').update(IMAGE).digest('hex');

describe.skipIf(natsServerMissing !== null)('a worker with several analyzers', () => {
  let server: TestNatsServer;
  let bus: Bus;
  const workers: AnalysisWorker[] = [];
  /** `captureId kind`, each time that an analyzer was asked. */
  const asked: string[] = [];

  const startAnalyzer = async (kind: ResultKind, analysis: () => Promise<void>) => {
    const worker = createAnalysisWorker({
      analyzer: {
        kind,
        version: 'stub',
        models: [],
        analyse: async ({ captureId }) => {
          asked.push(`${captureId} ${kind}`);
          await analysis();
          return { result: {}, measurements: [] };
        },
        close: async () => {},
      },
      captures: {
        consume: async (concurrency, handler) =>
          consume(bus, { durable: `worker-${kind}`, concurrency }, handler),
      },
      results: createResultPublisher(bus),
      concurrency: 2,
      codeVersion: 'stub',
      clock: { nowMs: Date.now },
    });
    await worker.start();
    workers.push(worker);
  };

  const publish = (captureId: string, profile: ProfileName) =>
    createCapturePublisher(bus).publish(
      captureRecord(captureId, { sessionId: captureId, profile, imageSha256: IMAGE_SHA256 }),
      IMAGE,
    );

  beforeAll(async () => {
    server = await startNatsServer();
    bus = await createBus({ servers: server.url, name: 'test' });
    await ensureTopology(bus);
    for (const kind of RESULT_KINDS) {
      await startAnalyzer(kind, async () => {
        if (kind === 'skin') throw new FramegateError('analysis-failed', 'no skin is to be seen');
      });
    }
  });
  afterAll(async () => {
    await Promise.all(workers.map((worker) => worker.stop()));
    await bus?.close();
    await server?.close();
  });

  it('gives a result of each kind of the profile, and one that fails keeps no other back', async () => {
    const results = createSignalCount<ResultRecord>();
    const feed = createResultFeed(bus);
    for (const session of ['closely', 'outlines']) await feed.subscribe(session, results.add);
    // First, so that whatever comes of it wrongly comes before the last of the other.
    await publish('outlines', 'face-contour');
    await publish('closely', 'face-skin');
    await results.reached(5);
    const said = results.seen.map(({ captureId, kind, status }) => `${captureId} ${kind} ${status}`);
    expect(said.sort()).toEqual([
      'closely face-contours done',
      'closely face-quality done',
      'closely skin failed',
      'outlines face-contours done',
      'outlines face-quality done',
    ]);
    expect(asked.sort()).toEqual(said.map((text) => text.slice(0, text.lastIndexOf(' '))));
    const skin = await bus.nats.manager.consumers.info('CAPTURES', 'worker-skin');
    expect(skin).toMatchObject({ num_pending: 0, delivered: { consumer_seq: 1 } });
  });
});
