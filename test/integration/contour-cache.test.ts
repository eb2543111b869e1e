import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawFaceMap } from '../../loadtest/bench/drawn-face-map.ts';
import { createFaceContoursJobHandler } from '../../src/analysis/analyzers/face-contours/face-contours-job-handler.ts';
import {
  createFaceContoursThreads,
  type FaceContoursThreads,
} from '../../src/analysis/analyzers/face-contours/face-contours-threads.ts';
import type { JobHandler } from '../../src/jobs/types.ts';
import { createRedisState, type RedisState } from '../../src/state/create-redis-state.ts';
import { changeScene } from '../../src/synthetic/face-scene.ts';
import { renderFace } from '../../src/synthetic/render-face.ts';
import { MODELS_FOLDER, openModels } from '../../src/vision/model-registry.ts';
import type { RgbImage } from '../../src/vision/types.ts';
import { createFakeJobDesk } from '../support/fake-job-desk.ts';
import { CORRELATION } from '../support/job-records.ts';
import { redisServerMissing, startRedisServer, type TestRedisServer } from '../support/redis-server.ts';
import { goodScene } from '../support/scene-faults.ts';
import { sharedData } from '../support/shared-data.ts';

const [WIDTH, HEIGHT] = [256, 320];
const OPTIONS = { style: 'dashed' };
const LANDMARKS = [
  [80, 120],
  [140, 124],
];

describe.skipIf(redisServerMissing !== null)('earlier contours', () => {
  let redis: TestRedisServer;
  let state: RedisState;
  let threads: FaceContoursThreads;
  let handler: JobHandler;
  let face: RgbImage;
  let png: Uint8Array;
  let map: Uint8Array;
  const outcomes: string[] = [];

  beforeAll(async () => {
    redis = await startRedisServer();
    [state, threads] = await Promise.all([
      createRedisState({ url: redis.url }),
      createFaceContoursThreads({ modelsFolder: MODELS_FOLDER, threads: 1 }),
    ]);
    handler = createFaceContoursJobHandler({
      threads,
      cache: state.openContourCache({ ttlMs: 60_000 }),
      delayMs: 0,
      onCache: (outcome) => outcomes.push(outcome),
    });
    const canonical = await (await openModels()).loadCanonicalFace();
    face = renderFace(changeScene(goodScene(4), { width: WIDTH, height: HEIGHT }), canonical).image;
    [map, png] = await Promise.all([mapFile(0), encode(face).png().toBuffer()]);
  });
  afterAll(async () => {
    await threads?.close();
    state?.close();
    await redis?.close();
  });

  async function mapFile(turned: number): Promise<Uint8Array> {
    const raw = { width: WIDTH, height: HEIGHT, channels: 1 as const };
    return sharp(drawFaceMap(WIDTH, HEIGHT, undefined, turned), { raw })
      .toColourspace('b-w')
      .png()
      .toBuffer();
  }

  const encode = ({ data, width, height }: RgbImage) => sharp(data, { raw: { width, height, channels: 3 } });

  /** The face with one patch a shade darker: the same to any eye. */
  function altered(): RgbImage {
    const data = Uint8Array.from(face.data);
    for (let y = 150; y < 170; y++) {
      for (let at = (y * WIDTH + 100) * 3; at < (y * WIDTH + 120) * 3; at++)
        data[at] = Math.max(0, data[at]! - 2);
    }
    return { ...face, data };
  }

  async function draw(
    image: Uint8Array,
    { params = {}, owner = null as string | null, withMap = true, segmentation = map } = {},
  ) {
    outcomes.length = 0;
    const jobs = await createFakeJobDesk([handler]);
    const { status } = await jobs.desk.submit({
      kind: 'face-contours',
      owner,
      correlation: CORRELATION,
      params: {
        landmarks: LANDMARKS,
        options: OPTIONS,
        loadtestMode: false,
        doneStatus: 'done',
        ...params,
      },
      parts: [
        { name: 'image', contentType: 'image/png', data: image },
        ...(withMap ? [{ name: 'segmentation-map', contentType: 'image/png', data: segmentation }] : []),
      ],
    });
    await jobs.work();
    const result = await jobs.desk.result(status.jobId, owner);
    expect(result).not.toBeNull();
    return { outcome: outcomes.join(), result: result as Record<string, unknown>, jobs };
  }

  it('gives the same request its result again, in whatever lossless form the picture comes', async () => {
    const first = await draw(png);
    expect(first.outcome).toBe('miss');
    const again = await draw(png);
    expect(again.outcome).toBe('hit');
    expect(again.result).toEqual(first.result);
    const webp = await encode(face).webp({ lossless: true, effort: 0 }).toBuffer();
    expect((await draw(webp)).outcome).toBe('hit');
    const described = await encode(face)
      .withMetadata({ exif: { IFD0: { Artist: 'x' } } })
      .png()
      .toBuffer();
    expect((await draw(described)).outcome).toBe('hit');
  });

  it('tells the caller of each job in its own words', async () => {
    const { outcome, result } = await draw(png, { params: { doneStatus: 'completed', loadtestMode: true } });
    expect([outcome, result.doneStatus]).toEqual(['hit', 'completed']);
  });

  it('never gives a face the result of one that looks the same', async () => {
    await draw(png);
    const other = await encode(altered()).png().toBuffer();
    expect((await draw(other)).outcome).toBe('near');
    const jpeg = await encode(face).jpeg({ quality: 90 }).toBuffer();
    expect((await draw(jpeg)).outcome).toBe('near');
    // Kept beside each other, each has its own from now on.
    expect((await draw(other)).outcome).toBe('hit');
    expect((await draw(png)).outcome).toBe('hit');
  });

  it.each([
    [
      'another landmark',
      {
        params: {
          landmarks: [
            [80, 120],
            [140, 124.01],
          ],
        },
      },
    ],
    ['another style', { params: { options: { style: 'filled' } } }],
    ['another title', { params: { options: { style: 'dashed', title: 'Mine' } } }],
    ['another label', { params: { options: { style: 'dashed', labels: { 1: 'Skin' } } } }],
    ['no map', { withMap: false }],
  ])('draws the same picture anew with %s', async (_, change) => {
    await draw(png);
    expect((await draw(png, change)).outcome).toBe('near');
  });

  it('draws the same picture anew with another map, and for another user', async () => {
    const first = await draw(png);
    const other = await draw(png, { segmentation: await mapFile(4) });
    expect(other.outcome).toBe('near');
    expect(other.result.mask_contours).not.toEqual(first.result.mask_contours);
    expect((await draw(png, { owner: 'ann' })).outcome).toBe('miss');
    expect((await draw(png, { owner: 'ann' })).outcome).toBe('hit');
  });

  it('remembers the measurements of a photograph’s regions too', async () => {
    const first = await draw(png, { withMap: false, params: { options: { style: 'dashed', title: 'Two' } } });
    const again = await draw(png, { withMap: false, params: { options: { style: 'dashed', title: 'Two' } } });
    expect([first.outcome, again.outcome]).toEqual(['near', 'hit']);
    expect(again.jobs.results[0]!.measurements).toEqual(first.jobs.results[0]!.measurements);
    expect(again.jobs.results[0]!.measurements).not.toHaveLength(0);
  });

  it.skipIf(sharedData('faces') === null)('keeps portraits apart', async () => {
    for (const name of ['face-01.jpg', 'face-02.jpg', 'face-04.jpg']) {
      const small = await sharp(readFileSync(sharedData(`faces/${name}`)!))
        .resize(256, 320)
        .png()
        .toBuffer();
      expect((await draw(small)).outcome).toBe('miss');
    }
  });

  it('draws every job where Redis is away', async () => {
    await redis.kill();
    expect((await draw(png)).outcome).toBe('unavailable');
  });
});
