import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BodyThreads, createBodyThreads } from '../../src/analysis/analyzers/body/body-threads.ts';
import { bodyViewEvidenceSchema } from '../../src/protocol/body-measurement.ts';
import { type BodySceneChanges, bodyScene } from '../../src/synthetic/body/body-scene.ts';
import { type RenderedBody, renderBody } from '../../src/synthetic/body/render-body.ts';
import { faceScene } from '../../src/synthetic/face-scene.ts';
import { renderFace } from '../../src/synthetic/render-face.ts';
import { BODY_POINT } from '../../src/vision/body-points.ts';
import { MODELS_FOLDER, openModels } from '../../src/vision/model-registry.ts';
import type { CanonicalFace, RgbImage } from '../../src/vision/types.ts';
import { importedPoseModels } from '../support/pose-models.ts';

const SIZE = { width: 1200, height: 2000 };
const MAX_EDGE_PX = 1600;
const NEVER = new AbortController().signal;

let threads: BodyThreads;
let canonical: CanonicalFace;
beforeAll(async () => {
  const { models } = await importedPoseModels('full');
  await Promise.all([models.detector.close(), models.landmarks.close()]);
  canonical = await (await openModels()).loadCanonicalFace();
  threads = await createBodyThreads({ modelsFolder: MODELS_FOLDER, poseModel: 'full', threads: 1 });
});
afterAll(() => threads.close());

function photograph(changes: BodySceneChanges): RenderedBody {
  return renderBody(bodyScene({ ...SIZE, looks: { skin: 6 }, ...changes }), canonical);
}

/** As a phone writes it: JPEG, and what the lens was. */
async function jpegOf(
  { data, width, height }: RgbImage,
  focal35mm: number | null,
): Promise<Uint8Array<ArrayBuffer>> {
  const pixels = sharp(data, { raw: { width, height, channels: 3 } });
  const tagged =
    focal35mm === null ? pixels : pixels.withExif({ IFD2: { FocalLengthIn35mmFilm: `${focal35mm}` } });
  return new Uint8Array(await tagged.jpeg({ quality: 95 }).toBuffer());
}

/** Of the lens that the picture was rendered with, as EXIF tells it: in whole millimetres. */
function focal35mmOf({ truth, image }: RenderedBody): number {
  return Math.round((truth.camera.focalPx / Math.hypot(image.width, image.height)) * Math.hypot(36, 24));
}

describe('a picture of a body', () => {
  test('from the front with a card: places in the decoded picture, lens, card, skin', async () => {
    const body = photograph({ card: { tiltXDeg: 5, tiltYDeg: -5 } });
    const jpeg = await jpegOf(body.image, focal35mmOf(body));
    const sha256 = createHash('sha256').update(jpeg).digest('hex');
    const { evidence, durations } = await threads.read('front', jpeg, NEVER);
    expect(bodyViewEvidenceSchema.parse(evidence)).toEqual(evidence);
    expect(evidence).toMatchObject({ view: 'front', imageSha256: sha256, height: MAX_EDGE_PX, width: 960 });
    const scale = MAX_EDGE_PX / SIZE.height;
    // A 35 mm equivalent is rounded to whole millimetres.
    expect(evidence.focalPx! / (scale * body.truth.camera.focalPx)).toBeCloseTo(1, 1);
    const nose = BODY_POINT.nose * 3;
    expect(evidence.body!.landmarks[nose]).toBeCloseTo(scale * body.truth.landmarks[nose]!, -2);
    expect(evidence.problems.filter(({ blocks }) => blocks)).toEqual([]);
    expect(evidence.card!.pxPerCm / (scale * body.truth.card!.pxPerCm)).toBeCloseTo(1, 1);
    expect(evidence.skin.map(({ region }) => region)).toContain('face');
    expect(durations.pose).toBeGreaterThan(0);
    expect(evidence.models.map(({ name }) => name)).toEqual(['pose-detector', 'pose-landmark-full']);
  });

  test('that lies on its side in the file is read upright', async () => {
    const body = photograph({});
    const turned = await sharp(body.image.data, { raw: { ...SIZE, channels: 3 } })
      .rotate(-90)
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    const { evidence } = await threads.read('front', new Uint8Array(turned), NEVER);
    expect([evidence.width, evidence.height]).toEqual([960, MAX_EDGE_PX]);
    expect(evidence.body!.landmarks[BODY_POINT.nose * 3 + 1]).toBeLessThan(MAX_EDGE_PX / 3);
    expect(evidence.focalPx).toBeNull();
  });

  test('of nobody has a problem that blocks, and no body', async () => {
    const empty = { data: new Uint8Array(640 * 480 * 3).fill(150), width: 640, height: 480 };
    const { evidence } = await threads.read('side', await jpegOf(empty, null), NEVER);
    expect(evidence.problems).toMatchObject([{ code: 'nobody', blocks: true }]);
    expect(evidence.body).toBeNull();
  });

  test('a portrait has the sizes of its face', async () => {
    const face = renderFace(faceScene({ width: 1024, height: 768 }), canonical);
    const { evidence } = await threads.read('portrait', await jpegOf(face.image, null), NEVER);
    expect(evidence.face!.interpupillaryPx / face.interocularPx).toBeCloseTo(1, 1);
    expect(evidence.skin.map(({ region }) => region)).toEqual(['face']);
  });
});

describe('what cannot be read', () => {
  test.each([
    ['a broken picture', Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 1, 2, 3]), 'image-corrupt'],
    ['no picture', new Uint8Array(400).fill(7), 'image-unsupported'],
  ])('%s is refused with its code, and the thread goes on', async (_, bytes, code) => {
    await expect(threads.read('front', bytes, NEVER)).rejects.toMatchObject({ code });
    const empty = { data: new Uint8Array(640 * 480 * 3).fill(150), width: 640, height: 480 };
    const { evidence } = await threads.read('ref', await jpegOf(empty, null), NEVER);
    expect(evidence.card).toBeNull();
  });

  test('a truncated picture', async () => {
    const whole = await jpegOf(photograph({}).image, null);
    await expect(threads.read('front', whole.slice(0, whole.length / 2), NEVER)).rejects.toMatchObject({
      code: 'image-corrupt',
    });
  });

  test('nothing is begun for a worker that stops', async () => {
    const stopped = AbortSignal.abort();
    await expect(threads.read('front', new Uint8Array(9), stopped)).rejects.toMatchObject({
      code: 'server-draining',
      retryable: true,
    });
  });
});

test('says what it would read with before anything is loaded, and what is missing when it is needed', async () => {
  expect(threads.models.map(({ name }) => name)).toEqual([
    'pose-detector',
    'pose-landmark-full',
    'face-detector',
    'face-mesh',
    'canonical-face',
  ]);
  await expect(
    createBodyThreads({ modelsFolder: '/nowhere', poseModel: 'full', threads: 1 }),
  ).rejects.toMatchObject({ code: 'model-missing' });
});
