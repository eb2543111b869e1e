import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importModels } from '../../models/importer/import-models.ts';
import { bodyScene } from '../../src/synthetic/body/body-scene.ts';
import { type RenderedBody, renderBody } from '../../src/synthetic/body/render-body.ts';
import { drawCardInto, type PlacedCard, placeCard } from '../../src/synthetic/draw-card.ts';
import { createFaceRenderer } from '../../src/synthetic/face-renderer.ts';
import { faceScene } from '../../src/synthetic/face-scene.ts';
import { BODY_POINT } from '../../src/vision/body-points.ts';
import { createInferencePool, type InferencePool } from '../../src/vision/inference-pool.ts';
import { poseModelNames } from '../../src/vision/load-pose-models.ts';
import { MODELS_FOLDER, openModels } from '../../src/vision/model-registry.ts';
import { openSubjectStages } from '../../src/vision/subject-stages.ts';
import type { FrameJob, FrameTrack, RgbImage } from '../../src/vision/types.ts';
import { encodeImage } from '../support/encode-image.ts';

const JOINTS = [BODY_POINT.leftShoulder, BODY_POINT.rightShoulder, BODY_POINT.leftHip, BODY_POINT.rightHip];

let pool: InferencePool;
let body: RenderedBody;
let card: PlacedCard;
let pictures: Record<'body' | 'card' | 'face' | 'wall', Uint8Array<ArrayBuffer>>;

beforeAll(async () => {
  await importModels({ names: poseModelNames('lite') });
  const canonical = await (await openModels()).loadCanonicalFace();
  body = renderBody(bodyScene({ width: 288, height: 512 }), canonical);
  const wall: RgbImage = { data: new Uint8Array(384 * 512 * 3).fill(70), width: 384, height: 512 };
  card = placeCard({
    width: 384,
    height: 512,
    x: 200,
    y: 240,
    focalPx: 418,
    distanceCm: 30,
    turnDeg: 10,
    yawDeg: 20,
    pitchDeg: 0,
  });
  const shot = { blurPx: 0.7, noise: 0.01, seed: 1 };
  const withCard = drawCardInto(wall, card, { light: [0.8, 0.8, 0.8], hasPrint: true }, shot);
  const face = createFaceRenderer(canonical).render(faceScene({})).image;
  pictures = {
    body: await encodeImage(body.image),
    card: await encodeImage(withCard),
    face: await encodeImage(face),
    wall: await encodeImage(wall),
  };
  pool = await createInferencePool({ threads: 1, modelsFolder: MODELS_FOLDER });
}, 60_000);
afterAll(() => pool.close());

function analyse(picture: keyof typeof pictures, job: Partial<FrameJob> = {}) {
  return pool.analyse({ data: pictures[picture].slice(), track: null, ...job });
}

describe('an inference pool and its subjects', () => {
  it('names what each subject is found with', () => {
    expect(pool.models.body.map(({ name }) => name)).toEqual(['pose-detector', 'pose-landmark-lite']);
    expect(pool.models.card).toEqual([]);
  });

  it('finds a body, its points, its silhouette and what is in the picture of it', async () => {
    const { analysis, track } = await analyse('body', { subject: 'body' });
    const { truth } = body;
    expect(analysis).toMatchObject({ face: null, faceCount: 0, bodyCount: 1 });
    expect(analysis).not.toHaveProperty('card');
    expect(track).toMatchObject({ subject: 'body', framesSinceDetect: 0, bodyCount: 1 });
    const found = analysis.body!;
    expect(found).toMatchObject({ missingParts: [], edgesReached: [] });
    for (const point of JOINTS) {
      const apartPx = Math.hypot(
        found.landmarks[point * 3]! - truth.landmarks[point * 3]!,
        found.landmarks[point * 3 + 1]! - truth.landmarks[point * 3 + 1]!,
      );
      expect(apartPx / truth.pxPerCm).toBeLessThan(6);
    }
    const rows = Array.from({ length: 512 }, (_, y) =>
      truth.mask.subarray(y * 288, (y + 1) * 288).some((value) => value >= 128),
    );
    expect(Math.abs(found.box.y - rows.indexOf(true))).toBeLessThan(10);
    expect(Math.abs(found.box.y + found.box.height - rows.lastIndexOf(true))).toBeLessThan(10);
    expect(found.backgroundContrast).toBeGreaterThan(10);
    expect([found.landmarks.length, found.worldLandmarks.length]).toEqual([99, 99]);
    expect([found.visibility.length, found.presence.length]).toEqual([33, 33]);
  });

  it('follows a body, and ignores the track of another subject', async () => {
    const first = await analyse('body', { subject: 'body' });
    const second = await analyse('body', { subject: 'body', track: first.track });
    expect(second.track).toMatchObject({ subject: 'body', framesSinceDetect: 1 });
    const faces = await analyse('face');
    // Each where the other's subject is, so that it would be followed if it were taken.
    const asFace = { ...faces.track!, region: first.track!.region };
    const asBody = { ...first.track!, region: faces.track!.region };
    const bodyAgain = await analyse('body', { subject: 'body', track: asFace });
    expect(bodyAgain.track).toMatchObject({ subject: 'body', framesSinceDetect: 0 });
    const faceAgain = await analyse('face', { track: asBody });
    expect(faceAgain.track).toMatchObject({ subject: 'face', framesSinceDetect: 0 });
  });

  it('keeps a track as plain JSON', async () => {
    const { track } = await analyse('body', { subject: 'body' });
    const restored = JSON.parse(JSON.stringify(track)) as FrameTrack;
    expect(restored).toEqual(track);
    const { track: next } = await analyse('body', { subject: 'body', track: restored });
    expect(next).toMatchObject({ framesSinceDetect: 1 });
  });

  it('finds the card, its tilt and whether its colour can be read', async () => {
    const { analysis, track } = await analyse('card', { subject: 'card' });
    expect(analysis).toMatchObject({ face: null, faceCount: 0 });
    expect(analysis).not.toHaveProperty('body');
    expect(track).toBeNull();
    const found = analysis.card!;
    expect(found.lightProblem).toBeNull();
    expect(Math.abs(found.tiltDeg - 20)).toBeLessThan(5);
    const farthest = Math.max(
      ...found.corners.map(([x, y]) =>
        Math.min(...[0, 2, 4, 6].map((at) => Math.hypot(x - card.corners[at]!, y - card.corners[at + 1]!))),
      ),
    );
    expect(farthest).toBeLessThan(1);
    const [x0, y0, x1, y1] = card.corners as unknown as [number, number, number, number];
    expect(found.lengthPx / Math.hypot(x1 - x0, y1 - y0)).toBeCloseTo(1, 1);
  });

  it('says that there is no body and no card', async () => {
    expect((await analyse('wall', { subject: 'body' })).analysis).toMatchObject({ body: null, bodyCount: 0 });
    expect((await analyse('wall', { subject: 'body' })).track).toBeNull();
    expect((await analyse('wall', { subject: 'card' })).analysis.card).toBeNull();
  });

  it('says nothing of bodies and cards where a face is looked for', async () => {
    const { analysis } = await analyse('face');
    expect(analysis.face).not.toBeNull();
    for (const key of ['body', 'bodyCount', 'card']) expect(analysis).not.toHaveProperty(key);
  });

  it('needs the pose models for bodies only, and takes them once they are there', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'framegate-models-'));
    await cp(join(MODELS_FOLDER, 'manifest.json'), join(folder, 'manifest.json'));
    for (const name of ['face-detector', 'face-mesh', 'canonical-face']) {
      await cp(join(MODELS_FOLDER, name), join(folder, name), { recursive: true });
    }
    const faces = await createInferencePool({ threads: 1, modelsFolder: folder });
    const look = (picture: keyof typeof pictures, subject: 'face' | 'body') =>
      faces.analyse({ data: pictures[picture].slice(), track: null, subject });
    await expect(look('body', 'body')).rejects.toMatchObject({ code: 'model-missing' });
    expect((await look('face', 'face')).analysis.face).not.toBeNull();
    for (const name of poseModelNames('lite')) {
      await cp(join(MODELS_FOLDER, name), join(folder, name), { recursive: true });
    }
    expect((await look('body', 'body')).analysis.body).not.toBeNull();
    await faces.close();
    await rm(folder, { recursive: true });
  });

  it('loads what bodies and cards need once, with the first of each, outside of the jobs’ time', async () => {
    const loads: number[] = [];
    const stages = await openSubjectStages({
      modelVersions: {},
      loadsAtOnce: false,
      modelsFolder: MODELS_FOLDER,
      poseModel: 'lite',
      whileLoading: (atMostMs, load) => {
        loads.push(atMostMs);
        return load();
      },
    });
    const { image } = body;
    const loadsAfter: number[] = [];
    for (const subject of ['face', 'body', 'body', 'card', 'card', 'face'] as const) {
      await stages.analyse(subject, image, null);
      loadsAfter.push(loads.length);
    }
    expect(loadsAfter).toEqual([0, 1, 1, 2, 2, 2]);
    await stages.close();
  });
});
