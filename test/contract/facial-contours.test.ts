/** The contracts of the two facial contour seeds, clause by clause. */
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { drawFaceMap, FACE_REGIONS } from '../../loadtest/bench/drawn-face-map.ts';
import { faceContoursResultSchema } from '../../src/analysis/analyzers/face-contours/face-contours-result.ts';
import { CONTOUR_EXAMPLE } from '../../src/http/routes/contours/contour-example.ts';
import { changeScene } from '../../src/synthetic/face-scene.ts';
import { renderFace } from '../../src/synthetic/render-face.ts';
import { openModels } from '../../src/vision/model-registry.ts';
import { type ContourService, MAX_UPLOAD_BYTES, startContourService } from '../support/contour-service.ts';
import { encodeImage } from '../support/encode-image.ts';
import { goodScene } from '../support/scene-faults.ts';

const [WIDTH, HEIGHT] = [320, 400];
const SUBMIT = '/api/v1/frontal/crop/submit';

let service: ContourService;
let image: Buffer;
let map: Buffer;

async function greyPng(values: Uint8Array, width = WIDTH): Promise<Buffer> {
  return sharp(values, { raw: { width, height: values.length / width, channels: 1 } })
    .toColourspace('b-w')
    .png()
    .toBuffer();
}

beforeAll(async () => {
  const create = { width: WIDTH, height: HEIGHT, channels: 3 as const, background: '#c8a080' };
  [service, image, map] = await Promise.all([
    startContourService(),
    sharp({ create }).jpeg().toBuffer(),
    greyPng(drawFaceMap(WIDTH, HEIGHT, FACE_REGIONS, 8)),
  ]);
});
afterAll(() => service?.close());
beforeEach(() => service.setDoneStatus('by-request'));

function payload(changes: Record<string, unknown> = {}) {
  return {
    image: image.toString('base64'),
    landmarks: [
      { x: 100, y: 120 },
      { x: 140, y: 125 },
    ],
    segmentation_map: map.toString('base64'),
    ...changes,
  };
}

async function post(body: unknown, path = SUBMIT, who?: string) {
  const response = await fetch(service.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(who && { authorization: `Bearer ${who}` }) },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function postForm(path: string, parts: Record<string, string | Buffer>) {
  const form = new FormData();
  for (const [name, part] of Object.entries(parts)) {
    form.append(
      name,
      typeof part === 'string' ? part : new Blob([Uint8Array.from(part)]),
      ...((typeof part === 'string' ? [] : ['photo']) as []),
    );
  }
  const response = await fetch(service.url + path, { method: 'POST', body: form });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function get(path: string, who?: string) {
  const response = await fetch(service.url + path, {
    headers: who === undefined ? {} : { authorization: `Bearer ${who}` },
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const statusOf = (id: unknown, query = '') => get(`/api/v1/frontal/crop/status/${String(id)}${query}`);

async function drawn(body: unknown) {
  const { status, body: accepted } = await post(body);
  expect(status).toBe(200);
  await service.jobs.work();
  return (await statusOf(accepted.id)).body;
}

describe('POST /api/v1/frontal/crop/submit', () => {
  it('submits a facial image for processing and returns a job ID: {"id", "status": "pending"}', async () => {
    const { status, body } = await post(payload({ loadtest_mode: false }));
    expect(status).toBe(200);
    expect(body).toEqual({ id: expect.stringMatching(/^\S+$/), status: 'pending' });
  });

  it('takes the payload with loadtest_mode left out, as the other seed sends it', async () => {
    expect((await post(payload())).body.status).toBe('pending');
  });

  it('passes loadtest_mode on to bypass the simulated processing delay', async () => {
    await post(payload({ loadtest_mode: true }));
    expect(service.jobs.submitted.at(-1)?.params).toMatchObject({ loadtestMode: true });
  });

  it('carries out its documented example', async () => {
    const { status, mask_contours } = await drawn(CONTOUR_EXAMPLE);
    expect(status).toBe('completed');
    expect(Object.keys(mask_contours as object)).toEqual(['1', '2']);
  });

  it('takes data URLs, line breaks and missing padding in base64', async () => {
    const lines = payload()
      .image.replace(/(.{76})/g, '$1\r\n')
      .replace(/=+$/, '');
    const url = `data:image/png;base64,${payload().segmentation_map}`;
    expect((await post(payload({ image: lines, segmentation_map: url }))).status).toBe(200);
  });

  it('returns 422 Unprocessable Entity for invalid or missing facial landmarks, with its detail', async () => {
    const { landmarks: _, ...without } = payload();
    const { status, body } = await post(without);
    expect(status).toBe(422);
    expect(body.detail).toBe('Invalid or missing facial landmarks.');
  });

  const two = (x: unknown, y: unknown) => [
    { x: 100, y: 120 },
    { x, y },
  ];
  test.each<[string, unknown]>([
    ['none', []],
    ['one', [{ x: 1, y: 2 }]],
    ['null', null],
    ['text', 'eyes'],
    [
      'pairs instead of objects',
      [
        [1, 2],
        [3, 4],
      ],
    ],
    ['a missing coordinate', [{ x: 1 }, { x: 2, y: 2 }]],
    ['a text that says NaN', two('NaN', 5)],
    ['null coordinates', two(null, null)],
    ['right of the image', two(WIDTH + 1, 5)],
    ['below the image', two(5, HEIGHT + 1)],
    ['left of the image', two(-1, 5)],
    ['the same place twice', two(100, 120)],
    ['too many', Array.from({ length: 1001 }, (_, i) => ({ x: i % 300, y: 5 }))],
  ])('returns 422 for landmarks that are %s', async (_, landmarks) => {
    const { status, body } = await post(payload({ landmarks }));
    expect(status).toBe(422);
    expect(body.detail).toBe('Invalid or missing facial landmarks.');
    expect(JSON.stringify(body.problems)).toContain('landmarks');
  });

  it('returns 422 for landmarks at infinity', async () => {
    const text = JSON.stringify(payload()).replace('"x":140', '"x":1e999');
    expect((await post(text)).status).toBe(422);
  });

  test.each<[string, () => Promise<Record<string, unknown>>, RegExp]>([
    ['an image that is not base64', async () => ({ image: '%%%' }), /^image: is not base64$/],
    ['an empty image', async () => ({ image: '' }), /^image: is not base64$/],
    ['an image of another type', async () => ({ image: 7 }), /image/],
    ['a missing image', async () => ({ image: undefined }), /image/],
    [
      'an image that is none',
      async () => ({ image: Buffer.from('GIF89a, really').toString('base64') }),
      /^image: /,
    ],
    [
      'a map that is not base64',
      async () => ({ segmentation_map: 'äöü' }),
      /^segmentation_map: is not base64$/,
    ],
    ['a missing map', async () => ({ segmentation_map: undefined }), /segmentation_map/],
    [
      'a map of another size',
      async () => ({ segmentation_map: (await greyPng(drawFaceMap(300, 400), 300)).toString('base64') }),
      /^segmentation_map: is 300 × 400 pixels, the image 320 × 400$/,
    ],
    ['a map as a JPEG', async () => ({ segmentation_map: image.toString('base64') }), /has to be a PNG/],
    ['a loadtest_mode of another type', async () => ({ loadtest_mode: 'yes' }), /loadtest_mode/],
    ['a style that is none', async () => ({ options: { style: 'dotted' } }), /options\.style/],
    ['an unknown option', async () => ({ options: { colour: 'red' } }), /options/],
  ])('returns 422 {"detail"} for %s', async (_, changes, detail) => {
    const before = service.jobs.submitted.length;
    const { status, body } = await post(payload(await changes()));
    expect(status).toBe(422);
    expect(body.detail).toMatch(detail);
    expect(service.jobs.submitted.length).toBe(before);
  });

  it('returns 413 for a picture of one byte more than is taken', async () => {
    const bytes = Buffer.alloc(MAX_UPLOAD_BYTES + 1, image);
    const { status, body } = await post(payload({ image: bytes.toString('base64') }));
    expect([status, body.code]).toEqual([413, 'payload-too-large']);
  });

  it('returns 422 for a body that is no JSON, and 415 for one of another type', async () => {
    expect((await post('{"image":')).status).toBe(422);
    expect((await postForm(SUBMIT, { image })).status).toBe(415);
  });
});

describe('GET /api/v1/frontal/crop/status/{id}', () => {
  it('is pending, then completed with svg and mask_contours', async () => {
    const { body } = await post(payload({ loadtest_mode: false }));
    expect((await statusOf(body.id)).body).toEqual({ id: body.id, status: 'pending' });
    await service.jobs.work();
    const { status, body: finished } = await statusOf(body.id);
    expect(status).toBe(200);
    expect(Object.keys(finished)).toEqual(['id', 'status', 'svg', 'mask_contours']);
    expect(finished).toMatchObject({ id: body.id, status: 'completed' });
  });

  it('is done for the seed whose requests have no loadtest_mode', async () => {
    expect((await drawn(payload())).status).toBe('done');
  });

  it('is what the setting or the query says, where one of them does', async () => {
    service.setDoneStatus('completed');
    const { id, status } = await drawn(payload());
    expect(status).toBe('completed');
    expect((await statusOf(id, '?done_status=done')).body.status).toBe('done');
    expect((await statusOf(id, '?done_status=over')).status).toBe(422);
  });

  it('is processing while it is worked on and tried again', async () => {
    const { body } = await post(payload());
    const id = String(body.id);
    await service.jobs.store.change(id, { type: 'start', atMs: Date.now() });
    expect((await statusOf(id)).body.status).toBe('processing');
    await service.jobs.store.change(id, { type: 'retry', attempt: 1, error: { code: 'x', message: 'y' } });
    expect((await statusOf(id)).body.status).toBe('processing');
    await service.jobs.work();
  });

  it('is failed, with a detail, where the map shows nothing', async () => {
    const nothing = await greyPng(new Uint8Array(WIDTH * HEIGHT));
    const { status, detail, svg } = await drawn(payload({ segmentation_map: nothing.toString('base64') }));
    expect({ status, detail, svg }).toEqual({
      status: 'failed',
      detail: 'the segmentation map shows no region',
      svg: undefined,
    });
  });

  it('is failed where the picture is cut off in the middle', async () => {
    const cut = image.subarray(0, image.length / 2).toString('base64');
    expect((await drawn(payload({ image: cut }))).status).toBe('failed');
  });

  it('returns 404 Not Found for invalid job IDs', async () => {
    for (const id of ['unknown', '..%2f..%2fetc', '%00', 'a'.repeat(200)]) {
      const { status, body } = await statusOf(id);
      expect(status, id).toBeGreaterThanOrEqual(404);
      expect(typeof body.detail).toBe('string');
    }
    expect((await statusOf('unknown')).body).toEqual({ detail: 'Job not found.', code: 'not-found' });
  });

  it('returns 404 for the job of somebody else', async () => {
    const { body } = await post(payload(), SUBMIT, 'ann');
    const path = `/api/v1/frontal/crop/status/${String(body.id)}`;
    expect((await get(path, 'bob')).status).toBe(404);
    expect((await get(path)).status).toBe(404);
    expect((await get(path, 'ann')).status).toBe(200);
    await service.jobs.work();
  });
});

describe('what a finished job gives', () => {
  it('svg is base64 of an SVG with a title, and one path a region with a stable id', async () => {
    const { svg } = await drawn(payload({ options: { labels: { 1: 'Skin & <hair>' } } }));
    const text = Buffer.from(String(svg), 'base64').toString('utf8');
    expect(text).toContain('<title id="contours-title">Facial contours</title>');
    expect(text).toContain('<title>Skin &amp; &lt;hair&gt;</title>');
    for (const { label } of FACE_REGIONS) expect(text).toContain(`id="region-${label}"`);
    expect((await sharp(Buffer.from(text)).metadata()).format).toBe('svg');
  });

  it('lines are dashed, or areas filled, by option', async () => {
    const textOf = async (style: string) =>
      Buffer.from(String((await drawn(payload({ options: { style } }))).svg), 'base64').toString();
    expect(await textOf('dashed')).toMatch(/fill="none" stroke-dasharray=/);
    expect(await textOf('filled')).toMatch(/fill-opacity="0.35"/);
  });

  it('mask_contours are {"1": [[x, y], …]} in pixels of the image as it came', async () => {
    const { mask_contours } = await drawn(payload());
    const contours = mask_contours as Record<string, [number, number][]>;
    expect(Object.keys(contours)).toEqual(['1', '2', '3', '4', '5', '6', '7', '8']);
    const { x, y, radiusX, radiusY } = FACE_REGIONS[7]!;
    const [cos, sin] = [Math.cos((8 * Math.PI) / 180), Math.sin((8 * Math.PI) / 180)];
    for (const [px, py] of contours['8']!) {
      const u = (cos * (px - WIDTH / 2) + sin * (py - HEIGHT / 2)) / WIDTH + 0.5 - x;
      const v = (cos * (py - HEIGHT / 2) - sin * (px - WIDTH / 2)) / HEIGHT + 0.5 - y;
      const away = (Math.hypot(u / radiusX, v / radiusY) - 1) * Math.min(radiusX * WIDTH, radiusY * HEIGHT);
      expect(Math.abs(away)).toBeLessThan(1);
    }
  });

  it('image rotation is based on the first two landmarks, and the drawing is cropped to the face', async () => {
    const { id } = await drawn(payload());
    const { body } = await get(`/api/v1/frontal/contours/${String(id)}`);
    const result = faceContoursResultSchema.parse(body);
    expect(result).toMatchObject({ source: 'segmentation-map', alignedBy: 'first-two', doneStatus: 'done' });
    expect(result.rotationDeg).toBeCloseTo((-Math.atan2(5, 40) * 180) / Math.PI, 1);
    const [a, b, c, d, e, f] = result.crop.matrix as [number, number, number, number, number, number];
    const placedAt = (x: number, y: number) => [a * x + c * y + e, b * x + d * y + f] as const;
    expect(placedAt(100, 120)[1]).toBeCloseTo(placedAt(140, 125)[1], 1);
    const all = Object.values(result.mask_contours).flat();
    const xs = all.map(([x, y]) => placedAt(x, y)[0]);
    expect(Math.min(...xs)).toBeGreaterThan(0);
    expect(Math.max(...xs)).toBeLessThan(result.crop.width);
    expect(result.crop.width).toBeLessThan((Math.max(...xs) - Math.min(...xs)) * 1.3);
  });
});

describe('what neither seed can', () => {
  let face: Buffer;
  beforeAll(async () => {
    const canonical = await (await openModels()).loadCanonicalFace();
    const scene = changeScene(goodScene(4), { width: 384, height: 512 });
    face = Buffer.from(await encodeImage(renderFace(scene, canonical).image, 'jpeg', 92));
  });

  it('POST /api/v1/frontal/crop/upload takes files', async () => {
    const landmarks = JSON.stringify(payload().landmarks);
    const { status, body } = await postForm('/api/v1/frontal/crop/upload', {
      image,
      segmentation_map: map,
      landmarks,
      loadtest_mode: 'false',
    });
    expect([status, body.status]).toEqual([200, 'pending']);
    await service.jobs.work();
    expect((await statusOf(body.id)).body.status).toBe('completed');
  });

  test.each<[string, string | undefined]>([
    ['missing', undefined],
    ['no JSON', '[{'],
    ['NaN', '[{"x": NaN, "y": 1}, {"x": 2, "y": 3}]'],
    ['out of the image', '[{"x": 1, "y": 1}, {"x": 2000, "y": 3}]'],
  ])('refuses an upload whose landmarks are %s', async (_, landmarks) => {
    const { status, body } = await postForm('/api/v1/frontal/crop/upload', {
      image,
      segmentation_map: map,
      ...(landmarks !== undefined && { landmarks }),
    });
    expect([status, body.detail]).toEqual([422, 'Invalid or missing facial landmarks.']);
  });

  it('POST /api/v1/frontal/contours draws the named regions of a photograph, without map and landmarks', async () => {
    const { body } = await postForm('/api/v1/frontal/contours', { image: face, style: 'filled' });
    await service.jobs.work();
    const { mask_contours, svg, status } = (await statusOf(body.id)).body;
    expect(status).toBe('done');
    expect(Object.keys(mask_contours as object)).toEqual(
      'face-oval lips left-eye right-eye left-brow right-brow nose left-cheek right-cheek forehead'.split(
        ' ',
      ),
    );
    expect(Buffer.from(String(svg), 'base64').toString()).toContain('id="region-face-oval"');
    const { measurements, profile } = service.jobs.results.at(-1)!;
    expect(profile).toBe('upload');
    expect(measurements.filter(({ metric }) => metric === 'contour.area')).toHaveLength(10);
  });

  it('a picture without a face fails with a reason; its result is a conflict', async () => {
    const { body } = await postForm('/api/v1/frontal/contours', { image });
    expect((await get(`/api/v1/frontal/contours/${String(body.id)}`)).status).toBe(409);
    await service.jobs.work();
    expect((await statusOf(body.id)).body).toMatchObject({
      status: 'failed',
      detail: 'no face was found in the picture',
    });
    expect((await get(`/api/v1/frontal/contours/${String(body.id)}`)).status).toBe(409);
    expect((await get('/api/v1/frontal/contours/unknown')).status).toBe(404);
  });
});
