import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bodyScene } from '../../src/synthetic/body/body-scene.ts';
import { renderBody } from '../../src/synthetic/body/render-body.ts';
import { drawCardInto, placeCard } from '../../src/synthetic/draw-card.ts';
import { openModels } from '../../src/vision/model-registry.ts';
import type { RgbImage } from '../../src/vision/types.ts';
import { type EdgeFixture, startEdges } from '../support/edge-fixture.ts';
import { encodeImage } from '../support/encode-image.ts';
import { natsServerMissing } from '../support/nats-server.ts';
import type { OddImage } from '../support/odd-images.ts';
import { redisServerMissing } from '../support/redis-server.ts';
import { openSession } from '../support/wire-client.ts';

const missing = natsServerMissing ?? redisServerMissing;

describe.skipIf(missing !== null)(`an edge that guides bodies and cards ${missing ?? ''}`, () => {
  let edges: EdgeFixture;
  let port: number;
  let person: OddImage;
  let card: OddImage;

  beforeAll(async () => {
    // Nobody asks for a page here, so that none is built.
    edges = await startEdges({ FRAMEGATE_THREADS: '1', FRAMEGATE_CLIENT_FOLDER: '/nowhere' });
    port = Number(new URL(edges.url).port);
    const canonical = await (await openModels()).loadCanonicalFace();
    person = await encoded(renderBody(bodyScene({ width: 288, height: 512 }), canonical).image);
    const wall = { data: new Uint8Array(384 * 512 * 3).fill(70), width: 384, height: 512 };
    const place = { x: 192, y: 256, focalPx: 418, distanceCm: 30, turnDeg: 0, yawDeg: 0, pitchDeg: 0 };
    const placed = placeCard({ width: 384, height: 512, ...place });
    const look = { light: [0.8, 0.8, 0.8], hasPrint: false } as const;
    card = await encoded(drawCardInto(wall, placed, look, { blurPx: 0.7, noise: 0.01, seed: 1 }));
  }, 120_000);
  afterAll(() => edges?.close());

  test('FR7 FB6 a body is found and followed, and nothing is said of a face', {
    timeout: 60_000,
  }, async () => {
    const collect = { captureId: 'body-1', ticket: 'a-ticket' };
    const session = await openSession(port, { profile: 'body-front', collect });
    expect(session.welcome.models.map(({ name }) => name)).toEqual(['pose-detector', 'pose-landmark-lite']);
    for (const seq of [1, 2, 3]) {
      session.sendFrame(seq, person);
      const { body, face, error } = await session.next('feedback');
      expect([error, face]).toEqual([undefined, undefined]);
      expect(body!.box.height).toBeGreaterThan(350);
    }
    session.close();
  });

  test('FR7 FB6 a card is found', { timeout: 60_000 }, async () => {
    const session = await openSession(port, { profile: 'reference-card' });
    session.sendFrame(1, card);
    const feedback = await session.next('feedback');
    expect(feedback.card!.corners).toHaveLength(4);
    expect(feedback).not.toHaveProperty('body');
    session.close();
  });
});

async function encoded(image: RgbImage): Promise<OddImage> {
  return { data: await encodeImage(image), width: image.width, height: image.height };
}
