import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EdgeFixture, startEdges } from '../support/edge-fixture.ts';
import { natsServerMissing } from '../support/nats-server.ts';
import { recordSession } from '../support/recorded-session.ts';
import { redisServerMissing } from '../support/redis-server.ts';
import { renderedFrames } from '../support/rendered-frames.ts';
import { type ShapingProxy, startShapingProxy } from '../support/shaping-proxy.ts';

const missing = natsServerMissing ?? redisServerMissing;
const TERRIBLE = { bytesPerSecond: 500_000, delayMs: 20, jitterMs: 100, lossShare: 0.05 };
const FRAMES = 40;

/** A proxy plays the loss, since kernels of test machines often have no netem. */
describe.skipIf(missing !== null)(`a link that loses 5 % and trembles by 100 ms ${missing ?? ''}`, () => {
  let edges: EdgeFixture;
  let proxy: ShapingProxy;

  beforeAll(async () => {
    edges = await startEdges({ FRAMEGATE_THREADS: '1', FRAMEGATE_DWELL_MS: '10000' });
    proxy = await startShapingProxy(edges.url, { up: TERRIBLE, down: TERRIBLE });
  });
  afterAll(async () => {
    await proxy?.close();
    await edges?.close();
  });

  test('FB1 FB2 each frame is answered once and in order, and nothing piles up', async () => {
    const [face] = await renderedFrames(1);
    const session = await recordSession({ urls: [proxy.url] }, face!, 15);
    let mostBuffered = 0;
    session.client.on('feedback', () => {
      mostBuffered = Math.max(mostBuffered, session.client.bufferedAmount);
    });
    const { maxInFlight } = session.client.welcome!.limits;
    await session.until(() => session.feedbacks.length >= FRAMES);
    await session.finish();
    expect(session.feedbacks.map(({ seq }) => seq)).toEqual(session.sent);
    expect(session.errors).toEqual([]);
    expect(session.welcomes).toHaveLength(1);
    // Credit alone bounds what is under way, whatever the link does.
    expect(mostBuffered).toBeLessThan(maxInFlight * (face!.data.length + 512));
    session.close();
  });
});
