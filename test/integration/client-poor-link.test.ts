import { readFile } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { TakenCapture } from '../../client/sdk/guided-session.ts';
import type { Picture } from '../../client/sdk/picture.ts';
import { createRemoteSession, type RemoteSession } from '../../client/sdk/pump/remote-session.ts';
import { encodePicture } from '../../src/cli/stream/encode-picture.ts';
import type { Feedback } from '../../src/protocol/messages.ts';
import { type EdgeFixture, startEdges } from '../support/edge-fixture.ts';
import { natsServerMissing } from '../support/nats-server.ts';
import { redisServerMissing } from '../support/redis-server.ts';
import { renderedFrames } from '../support/rendered-frames.ts';
import { type Link, POOR_LINK, type ShapingProxy, startShapingProxy } from '../support/shaping-proxy.ts';
import { sharedData } from '../support/shared-data.ts';
import { percentile } from '../support/simulated-link.ts';
import { until } from '../support/until.ts';

const missing = natsServerMissing ?? redisServerMissing;
const CAMERA_MS = 50;
const LAG_RESOLUTION_MS = 10;
const GOOD_LINK: Link = {
  up: { bytesPerSecond: 5e6, delayMs: 10 },
  down: { bytesPerSecond: 5e6, delayMs: 10 },
};

interface Recorded {
  readonly session: RemoteSession;
  readonly answers: { readonly atMs: number; readonly feedback: Feedback; readonly roundTripMs: number }[];
  readonly captures: TakenCapture[];
  readonly stop: () => void;
}

/** A camera that shows one picture, in front of a session. */
function guide(url: string, image: Uint8Array, profile: 'face-skin' | 'face-skin:relaxed'): Recorded {
  const session = createRemoteSession<Picture>({ urls: [url], profile });
  const answers: Recorded['answers'] = [];
  const captures: TakenCapture[] = [];
  session.on('feedback', (feedback, roundTripMs) => {
    if (roundTripMs !== null) answers.push({ atMs: performance.now(), feedback, roundTripMs });
  });
  session.on('captured', (capture) => captures.push(capture));
  const shown = encodePicture({ encoded: image }, 0, 'camera');
  const camera = setInterval(() => {
    if (session.wantsPicture()) session.offer({ ...shown, capturedAtMs: Date.now() });
  }, CAMERA_MS);
  return {
    session,
    answers,
    captures,
    stop() {
      clearInterval(camera);
      session.close();
    },
  };
}

/** With the grain of a real camera: rendered pictures are too easy to compress. */
async function picture(): Promise<Uint8Array> {
  const photograph = sharedData('faces/face-01.jpg');
  const source = photograph === null ? (await renderedFrames(1))[0]!.data : await readFile(photograph);
  return sharp(source).resize({ width: 640, height: 480, fit: 'cover' }).jpeg({ quality: 95 }).toBuffer();
}

describe.skipIf(missing !== null)(`a session over a poor link ${missing ?? ''}`, () => {
  let edge: EdgeFixture;
  let proxy: ShapingProxy | null = null;
  let recorded: Recorded | null = null;

  beforeAll(async () => {
    edge = await startEdges({ FRAMEGATE_THREADS: '1' });
  });

  afterEach(async () => {
    recorded?.stop();
    await proxy?.close();
  });

  afterAll(() => edge?.close());

  test('300 kbit/s, 200 ms each way: answers come soon, nothing piles up, and it grows with the link', async () => {
    proxy = await startShapingProxy(edge.url, POOR_LINK);
    recorded = guide(proxy.url, await picture(), 'face-skin');
    const { session, answers } = recorded;
    await session.connect();
    // Camera and link are played by this process: when it gets no core, they are late.
    const lag = monitorEventLoopDelay({ resolution: LAG_RESOLUTION_MS });
    lag.enable();
    await until(() => answers.length >= 30, 30_000);
    lag.disable();
    const lagMs = lag.percentile(99) / 1e6 - LAG_RESOLUTION_MS;
    const roundTrips = answers.map(({ roundTripMs }) => roundTripMs);
    const rate = 29_000 / (answers.at(-1)!.atMs - answers[0]!.atMs);
    process.stdout.write(
      `poor link: ${rate.toFixed(1)} answers/s, p50 ${percentile(roundTrips, 0.5).toFixed(0)} ms, p95 ${percentile(roundTrips, 0.95).toFixed(0)} ms, ${Math.round(session.sent.frameBytes / session.sent.frames)} bytes a frame; this machine is up to ${lagMs.toFixed(0)} ms late\n`,
    );
    // And without the node's own time, for the same reason. The goal of 700 ms is measured by loadtest/, not asserted: a queue takes seconds.
    const linkTimes = answers.map(({ roundTripMs, feedback }) => roundTripMs - feedback.timing.totalMs);
    expect(percentile(linkTimes, 0.95)).toBeLessThan(900 + 3 * lagMs);
    expect(percentile(linkTimes.slice(15), 0.5)).toBeLessThan(percentile(linkTimes.slice(0, 15), 0.5) + 80);
    expect(rate).toBeGreaterThan(2);

    proxy.shape(GOOD_LINK);
    const poor = session.sent;
    await until(() => session.sent.frames >= poor.frames + 80, 30_000);
    const grown = session.sent;
    await until(() => session.sent.frames >= grown.frames + 20, 30_000);
    const last = session.sent;
    const bytesAFrame = (last.frameBytes - grown.frameBytes) / (last.frames - grown.frames);
    expect(bytesAFrame).toBeGreaterThan((2 * poor.frameBytes) / poor.frames);
  }, 70_000);

  test('the still is as large as arrives in time, and is the capture', async () => {
    proxy = await startShapingProxy(edge.url, POOR_LINK);
    const [frame] = await renderedFrames(1);
    // Grain that does not compress: as it is, it would not arrive before the deadline.
    const grain = { type: 'gaussian' as const, mean: 128, sigma: 12 };
    const noise = await sharp({
      create: { width: 2048, height: 1536, channels: 3, background: '#808080', noise: grain },
    })
      .png()
      .toBuffer();
    const image = await sharp(frame!.data)
      .resize({ width: 2048 })
      .composite([{ input: noise, blend: 'soft-light' }])
      .jpeg({ quality: 95 })
      .toBuffer();
    recorded = guide(proxy.url, image, 'face-skin:relaxed');
    const { session, captures } = recorded;
    await session.connect();
    await until(() => captures.length > 0, 40_000);
    const still = captures[0]!.still!;
    process.stdout.write(
      `still: ${still.data.length} of ${image.length} bytes, ${still.width}×${still.height}\n`,
    );
    expect(image.length).toBeGreaterThan(250_000);
    expect(still.data.length).toBeGreaterThan(40_000);
    expect(still.data.length).toBeLessThan(130_000);
  }, 60_000);
});
