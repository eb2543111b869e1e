import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFaceRenderer, type RenderedScene } from '../../src/synthetic/face-renderer.ts';
import { faceScene } from '../../src/synthetic/face-scene.ts';
import { createInferencePool, type InferencePool } from '../../src/vision/inference-pool.ts';
import { MODELS_FOLDER, openModels } from '../../src/vision/model-registry.ts';
import type { FrameTrack } from '../../src/vision/types.ts';
import { encodeImage } from '../support/encode-image.ts';

let pool: InferencePool;
let scenes: RenderedScene[];
let frames: Uint8Array<ArrayBuffer>[];

beforeAll(async () => {
  const renderer = createFaceRenderer(await (await openModels()).loadCanonicalFace());
  const yaws = [-20, -10, 0, 10, 20];
  scenes = yaws.map((yawDeg) => renderer.render(faceScene({ face: { yawDeg } })));
  frames = await Promise.all(scenes.map(({ image }) => encodeImage(image)));
  pool = await createInferencePool({ threads: 2, modelsFolder: MODELS_FOLDER });
});
afterAll(() => pool.close());

const frame = (i: number) => frames[i]!.slice();

describe('createInferencePool', () => {
  it('is ready with the identities of what it runs', () => {
    expect(pool.models.face.map(({ name }) => name)).toEqual([
      'face-detector',
      'face-mesh',
      'canonical-face',
    ]);
    for (const { sha256 } of pool.models.face) expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(pool.concurrency).toBeGreaterThanOrEqual(2);
  });

  it('gives each of many concurrent jobs its own answer', async () => {
    const order = Array.from({ length: 40 }, (_, i) => (i * 3) % frames.length);
    const results = await Promise.all(
      order.map((i) => pool.analyse({ data: frame(i), declared: { width: 512, height: 384 }, track: null })),
    );
    for (const [k, { analysis, track, timings }] of results.entries()) {
      const truth = scenes[order[k]!]!.faces[0]!;
      expect(Math.abs(analysis.face!.pose.yawDeg - truth.pose.yawDeg)).toBeLessThan(5);
      expect(analysis).toMatchObject({ width: 512, height: 384, faceCount: 1, secondFaceRatio: 0 });
      expect(analysis.face!.landmarks.length).toBe(468 * 3);
      expect(track).not.toBeNull();
      for (const ms of Object.values(timings)) expect(ms).toBeGreaterThan(0);
    }
  });

  it('the same image gives the same answer on any thread', async () => {
    const results = await Promise.all(
      Array.from({ length: 8 }, () => pool.analyse({ data: frame(2), track: null })),
    );
    for (const { analysis } of results) expect(analysis).toEqual(results[0]!.analysis);
  });

  it('follows a face from frame to frame, whichever thread takes the frame', async () => {
    let track: FrameTrack | null = null;
    for (const i of [0, 1, 2, 3, 4, 3, 2]) {
      const result = await pool.analyse({ data: frame(i), track });
      expect(Math.abs(result.analysis.face!.pose.yawDeg - scenes[i]!.faces[0]!.pose.yawDeg)).toBeLessThan(5);
      track = result.track;
    }
    expect(track!.framesSinceDetect).toBe(6);
  });

  it('a bad image is refused and the next one answered', async () => {
    await expect(pool.analyse({ data: new Uint8Array([1, 2, 3]), track: null })).rejects.toMatchObject({
      code: 'image-unsupported',
    });
    const cut = frame(0).slice(0, 4_000);
    await expect(pool.analyse({ data: cut, track: null })).rejects.toMatchObject({ code: 'image-corrupt' });
    const wrong = pool.analyse({ data: frame(0), declared: { width: 511 }, track: null });
    await expect(wrong).rejects.toMatchObject({ code: 'image-size-mismatch' });
    expect((await pool.analyse({ data: frame(0), track: null })).analysis.face).not.toBeNull();
  });

  it('takes a view into a larger buffer without taking the buffer along', async () => {
    const shared = new Uint8Array(frames[0]!.byteLength + 100);
    shared.set(frames[0]!, 50);
    const data = shared.subarray(50, 50 + frames[0]!.byteLength);
    expect((await pool.analyse({ data, track: null })).analysis.face).not.toBeNull();
    expect(shared.byteLength).toBe(frames[0]!.byteLength + 100);
  });

  it('a still of many megapixels is analysed at working size', async () => {
    const { image } = scenes[2]!;
    const sharp = (await import('sharp')).default;
    const still = await sharp(image.data, { raw: { width: image.width, height: image.height, channels: 3 } })
      .resize(4800, 3600)
      .jpeg()
      .toBuffer();
    const { analysis } = await pool.analyse({
      data: Uint8Array.from(still),
      declared: { format: 'jpeg', width: 4800, height: 3600 },
      track: null,
    });
    expect([analysis.width, analysis.height]).toEqual([1920, 1440]);
    expect(analysis.face!.score).toBeGreaterThan(0.5);
  });

  it('says that models are missing', async () => {
    const opening = createInferencePool({ threads: 1, modelsFolder: '/nowhere' });
    await expect(opening).rejects.toMatchObject({ code: 'model-missing' });
  });

  it('a job past its time is rejected, and the thread replaced', async () => {
    const hurried = await createInferencePool({ threads: 1, modelsFolder: MODELS_FOLDER, jobTimeoutMs: 1 });
    await expect(hurried.analyse({ data: frame(0), track: null })).rejects.toMatchObject({
      code: 'decode-timeout',
    });
    await hurried.close();
  });

  it('closes while it works, again and again, without taking the process along', async () => {
    for (let round = 0; round < 3; round++) {
      const brief = await createInferencePool({ threads: 2, modelsFolder: MODELS_FOLDER });
      const jobs = Array.from({ length: 8 }, () => brief.analyse({ data: frame(1), track: null }));
      const settled = Promise.allSettled(jobs);
      await Promise.race(jobs);
      await brief.close();
      expect((await settled).length).toBe(8);
    }
  });
});
