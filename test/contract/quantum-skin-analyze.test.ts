/** POST /v1/perfect-corp/analyze by the Quantum Skincare seed, clause by clause, and /v1/skin/analyze, its like. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { CONCERN_IDS } from '../../src/analysis/analyzers/skin/skin-result.ts';
import { createSkinThreads, type SkinThreads } from '../../src/analysis/analyzers/skin/skin-threads.ts';
import { createLocalProvider } from '../../src/analysis/skin-providers/local-provider.ts';
import { openMockProvider } from '../../src/analysis/skin-providers/mock-provider.ts';
import { createPerfectCorpProvider } from '../../src/analysis/skin-providers/perfect-corp/perfect-corp-provider.ts';
import type { SkinProvider } from '../../src/analysis/skin-providers/types.ts';
import { FramegateError } from '../../src/protocol/framegate-error.ts';
import { type SkinAnalysis, skinAnalysisSchema } from '../../src/protocol/skin-analysis.ts';
import { changeScene } from '../../src/synthetic/face-scene.ts';
import { renderFace } from '../../src/synthetic/render-face.ts';
import { MODELS_FOLDER, openModels } from '../../src/vision/model-registry.ts';
import { encodeImage } from '../support/encode-image.ts';
import { json, type PerfectCorpServer, startPerfectCorpServer } from '../support/perfect-corp-server.ts';
import { goodScene } from '../support/scene-faults.ts';
import {
  MAX_UPLOAD_BYTES,
  SECRET,
  type SkinService,
  type SkinServiceOptions,
  startSkinService,
} from '../support/skin-service.ts';
import { createSkippingClock } from '../support/skipping-clock.ts';

/** By vendor name; every severity is there. */
const RAW_SCORES: Readonly<Record<string, number>> = {
  wrinkle: 41,
  pore: 95,
  texture: 94.9,
  acne: 30,
  redness: 80,
  oiliness: 79.9,
  age_spot: 60,
  radiance: 59.9,
  moisture: 100,
  dark_circle_v2: 1,
  eye_bag: 71,
  droopy_upper_eyelid: 88,
  droopy_lower_eyelid: 66,
  firmness: 97,
};
const SCORE_INFO = {
  ...Object.fromEntries(
    Object.entries(RAW_SCORES).map(([name, raw_score]) => [name, { raw_score, ui_score: 99 }]),
  ),
  all: { score: 75.75 },
  skin_age: 37,
  skin_type: 'combination',
};
/** The same as v2 tells it. */
const OUTPUT = [
  ...Object.entries(RAW_SCORES).map(([type, raw_score]) => ({ type, raw_score, ui_score: 99 })),
  { type: 'all', score: 75.75 },
  { type: 'skin_age', score: 37 },
];

let folder: string;
let mock: SkinProvider;
let threads: SkinThreads;
let face: Uint8Array<ArrayBuffer>;
let wall: Uint8Array<ArrayBuffer>;
let mockMode: SkinService;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'framegate-skin-'));
  const scoreFile = join(folder, 'score_info.json');
  await writeFile(scoreFile, JSON.stringify(SCORE_INFO));
  const [canonical, opened] = await Promise.all([
    openModels().then((models) => models.loadCanonicalFace()),
    createSkinThreads({ modelsFolder: MODELS_FOLDER, threads: 1, timeoutMs: 60_000 }),
  ]);
  threads = opened;
  const scene = changeScene(goodScene(4), { width: 640, height: 800 });
  face = await encodeImage(renderFace(scene, canonical).image);
  wall = await plain(640, 480);
  mock = await openMockProvider(scoreFile);
  mockMode = await startSkinService({ providers: [mock], defaultProvider: 'mock' });
});
afterAll(async () => {
  mockMode?.close();
  await threads?.close();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

const opened: SkinService[] = [];
async function start(options: SkinServiceOptions): Promise<SkinService> {
  const service = await startSkinService(options);
  opened.push(service);
  return service;
}
afterEach(() => {
  for (const service of opened.splice(0)) service.close();
});

async function plain(width: number, height: number): Promise<Uint8Array<ArrayBuffer>> {
  const create = { width, height, channels: 3 as const, background: '#c8a080' };
  return Uint8Array.from(await sharp({ create }).png().toBuffer());
}

interface Changes {
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly fileName?: string;
  readonly signal?: AbortSignal;
}

async function analyse({ url }: { url: string }, image: Uint8Array | null, changes: Changes = {}) {
  const { path = '/v1/perfect-corp/analyze', headers = {}, fileName = 'photo.jpg', signal } = changes;
  const form = new FormData();
  if (image !== null) form.append('file', new Blob([Uint8Array.from(image)]), fileName);
  else form.append('nothing', 'x');
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    body: form,
    headers: { 'x-internal-secret': SECRET, ...headers },
    ...(signal && { signal }),
  });
  const body = (await response.json()) as Record<string, unknown>;
  return { status: response.status, body, headers: response.headers };
}

const dataOf = (body: Record<string, unknown>) => body.data as SkinAnalysis & { analysisId: string };
const detailOf = (body: Record<string, unknown>) =>
  body.detail as { errorCode: string; message: string } | undefined;
const codeOf = (body: Record<string, unknown>) => detailOf(body)?.errorCode;

/** A provider that does what the test says, under the name that the seed's route asks for. */
const scripted = (analyseIt: SkinProvider['analyse']): SkinProvider => ({
  name: 'perfect-corp',
  analyse: analyseIt,
});
const failing = (error: Error) =>
  scripted(async () => {
    throw error;
  });

describe('Returns: { success, data: { analysisId, skinType, skinAge, programCode, ... }, meta }', () => {
  it('has all of it, and nothing else', async () => {
    const { status, body } = await analyse(mockMode, wall);
    expect(status).toBe(200);
    expect(Object.keys(body).sort()).toEqual(['data', 'meta', 'success']);
    expect(body.success).toBe(true);
    const { analysisId, ...analysis } = dataOf(body);
    expect(analysisId).toMatch(/^[0-9a-f-]{36}$/);
    expect(analysis).toMatchObject({
      provider: 'mock',
      skinType: 'combination',
      skinAge: 37,
      overallScore: 75.75,
      programCode: 43,
    });
    expect(skinAnalysisSchema.strict().safeParse(analysis).error).toBeUndefined();
    expect(JSON.stringify(body)).not.toContain('null');
  });

  it('has the 14 conditions, each with score, severity and decile', async () => {
    const { conditions } = dataOf((await analyse(mockMode, wall)).body);
    expect(Object.keys(conditions).sort()).toEqual([...CONCERN_IDS].sort());
    expect(skinAnalysisSchema.shape.conditions.description).toContain(CONCERN_IDS.join(', '));
  });

  test.each([
    ['pore', 95, 'none', 10],
    ['texture', 94.9, 'mild', 10],
    ['redness', 80, 'mild', 8],
    ['oiliness', 79.9, 'moderate', 8],
    ['age_spot', 60, 'moderate', 6],
    ['radiance', 59.9, 'severe', 6],
  ])('Severity: ≥95 none, ≥80 mild, ≥60 moderate, <60 severe: %s %d', async (id, score, severity, decile) => {
    const { conditions } = dataOf((await analyse(mockMode, wall)).body);
    expect(conditions[id]).toEqual({ score, severity, decile });
  });

  it('Program code: (acne_decile - 1) + ((wrinkle_decile - 1) * 10) + 1', async () => {
    const { conditions, programCode } = dataOf((await analyse(mockMode, wall)).body);
    const [acne, wrinkle] = [conditions.acne!.decile, conditions.wrinkle!.decile];
    expect([acne, wrinkle]).toEqual([3, 5]);
    expect(programCode).toBe(acne - 1 + (wrinkle - 1) * 10 + 1);
  });
});

describe('Correlation in `meta` (not top-level)', () => {
  it('requestId, analysisSessionId and frameSeq', async () => {
    const { body, headers } = await analyse(mockMode, wall, {
      headers: { 'x-request-id': 'r-1', 'x-analysis-session': 's-1', 'x-frame-seq': '7' },
    });
    expect(body.meta).toEqual({ requestId: 'r-1', analysisSessionId: 's-1', frameSeq: '7' });
    expect(body).not.toHaveProperty('requestId');
    expect(headers.get('x-request-id')).toBe('r-1');
    expect(mockMode.jobs.results.at(-1)?.correlation).toEqual(body.meta);
  });

  it('a request without any is given a requestId alone', async () => {
    const { body, headers } = await analyse(mockMode, wall);
    expect(body.meta).toEqual({ requestId: headers.get('x-request-id') });
  });
});

describe('Perfect Corp', () => {
  let server: PerfectCorpServer;

  beforeEach(async () => {
    server = await startPerfectCorpServer();
    server.output = OUTPUT;
    server.zip = zipSync({ 'skinanalysisResult/score_info.json': strToU8(JSON.stringify(SCORE_INFO)) });
  });
  afterEach(() => server.close());

  const open = (version: 'v1' | 'v2') => {
    const { url, apiKey, secret } = server;
    const clock = createSkippingClock();
    return start({ providers: [createPerfectCorpProvider({ version, url, apiKey, secret, clock })] });
  };
  const sent = () => sharp(server.uploads.at(-1)).metadata();

  test.each(['v1', 'v2'] as const)('%s: the vendor’s scores, normalised', async (version) => {
    const { status, body } = await analyse(await open(version), wall);
    expect(status, JSON.stringify(body)).toBe(200);
    const { provider, conditions, programCode, skinAge } = dataOf(body);
    expect({ provider, programCode, skinAge }).toEqual({
      provider: 'perfect-corp',
      programCode: 43,
      skinAge: 37,
    });
    expect(Object.keys(conditions).sort()).toEqual([...CONCERN_IDS].sort());
    expect(server.count('start')).toBe(1);
  });

  test.each([
    [2048, 1024, 1024, 512],
    [1000, 2400, 800, 1920],
    [2000, 5000, 768, 1920],
    [480, 600, 480, 600],
  ])('Resize to 1024px width, max height 1920, min width 480: %d × %d', async (width, height, ...size) => {
    expect((await analyse(await open('v2'), await plain(width, height))).status).toBe(200);
    const { format, width: sentWidth, height: sentHeight } = await sent();
    expect([format, sentWidth, sentHeight]).toEqual(['jpeg', ...size]);
  });

  it('gives away nothing but pixels: neither metadata nor what hangs on behind', async () => {
    const secretText = 'where the picture was taken';
    const exif = { IFD0: { ImageDescription: secretText } };
    const jpeg = await sharp(wall).withExif(exif).jpeg().toBuffer();
    const zip = zipSync({ 'hidden.html': strToU8(`<script>${secretText}</script>`) }, { level: 0 });
    const polyglot = Buffer.concat([jpeg, zip]);
    expect(polyglot.toString('latin1').split(secretText)).toHaveLength(3);
    expect((await analyse(await open('v2'), polyglot)).status).toBe(200);
    expect(server.uploads.at(-1)!.toString('latin1')).not.toMatch(/taken|hidden|html|script/);
  });

  it('SERVICE_UNAVAILABLE (503) where the vendor is away, after the engine’s tries', async () => {
    server.always('file', json(503, {}));
    const service = await open('v2');
    const { status, body } = await analyse(service, wall);
    expect([status, codeOf(body)]).toEqual([503, 'SERVICE_UNAVAILABLE']);
    expect(service.jobs.events.filter(([event]) => event === 'retried')).toHaveLength(4);
  });

  it('SKIN_ANALYSIS_FAILED (500) where the vendor refuses the picture, without another try', async () => {
    server.next('state', json(200, { data: { task_status: 'error', error: 'error_no_face' } }));
    const { status, body } = await analyse(await open('v2'), wall);
    expect([status, codeOf(body)]).toEqual([500, 'SKIN_ANALYSIS_FAILED']);
    expect(detailOf(body)?.message).toContain('error_no_face');
    expect(server.count('start')).toBe(1);
  });
});

describe('the local provider', () => {
  let local: SkinService;
  beforeEach(async () => {
    local = await start({ providers: [createLocalProvider(threads), mock] });
  });

  it('measures a face: conditions with confidence, masks and the notice', async () => {
    const { status, body } = await analyse(local, face, { path: '/v1/skin/analyze' });
    expect(status, JSON.stringify(body)).toBe(200);
    const data = dataOf(body);
    expect(data.provider).toBe('local');
    expect(data.notice).toContain('not a medical device');
    expect(Object.keys(data.conditions).length).toBeGreaterThan(5);
    for (const [id, condition] of Object.entries(data.conditions)) {
      expect(CONCERN_IDS).toContain(id);
      expect(condition.confidence).toBeGreaterThan(0);
      expect(condition.doubts).toBeDefined();
    }
    for (const { condition, box, pngBase64 } of data.masks ?? []) {
      expect(Object.keys(data.conditions)).toContain(condition);
      expect(Math.max(box.x + box.width, box.y + box.height)).toBeLessThanOrEqual(1.0001);
      const { format, channels } = await sharp(Buffer.from(pngBase64, 'base64')).metadata();
      expect([format, channels]).toEqual(['png', 1]);
    }
    expect(JSON.stringify(body)).not.toContain('null');
    const [record] = local.jobs.results;
    expect(record?.measurements).toContainEqual(expect.objectContaining({ metric: 'skin.acne.score' }));
    expect(record?.result).not.toHaveProperty('measurements');
  });

  it('SKIN_ANALYSIS_FAILED (500) without a face, and says so', async () => {
    const { status, body } = await analyse(local, wall, { path: '/v1/skin/analyze' });
    expect([status, codeOf(body)]).toEqual([500, 'SKIN_ANALYSIS_FAILED']);
    expect(detailOf(body)?.message).toContain('no face');
  });
});

describe('which provider', () => {
  const real = scripted(async () => ({ conditions: {} }));

  test.each([
    ['/v1/perfect-corp/analyze', 'mock', 'mock'],
    ['/v1/perfect-corp/analyze', 'local', 'perfect-corp'],
    ['/v1/perfect-corp/analyze', 'perfect-corp', 'perfect-corp'],
    ['/v1/skin/analyze', 'mock', 'mock'],
    ['/v1/skin/analyze', 'perfect-corp', 'perfect-corp'],
    ['/v1/skin/analyze?provider=perfect-corp', 'mock', 'perfect-corp'],
    ['/v1/skin/analyze?provider=mock', 'perfect-corp', 'mock'],
  ] as const)('%s, configured: %s → %s', async (path, defaultProvider, wanted) => {
    const service = await start({ providers: [mock, real], defaultProvider });
    const { body } = await analyse(service, wall, { path });
    expect(dataOf(body)?.provider, JSON.stringify(body)).toBe(wanted);
  });

  it('one that is not configured is SERVICE_UNAVAILABLE (503), and no job', async () => {
    for (const path of ['/v1/perfect-corp/analyze', '/v1/skin/analyze?provider=local']) {
      const service = await start({ providers: [mock] });
      const { status, body } = await analyse(service, wall, { path });
      expect([status, codeOf(body)]).toEqual([503, 'SERVICE_UNAVAILABLE']);
      expect(detailOf(body)?.message).toContain('is not configured');
      expect(service.jobs.submitted).toEqual([]);
    }
  });

  it('one that does not exist is VALIDATION_ERROR (400)', async () => {
    const { status, body } = await analyse(mockMode, wall, { path: '/v1/skin/analyze?provider=aunt' });
    expect([status, codeOf(body)]).toEqual([400, 'VALIDATION_ERROR']);
    expect(detailOf(body)?.message).toContain('provider');
  });
});

describe('Upload limits: 10MB max, JPEG/PNG only', () => {
  const padded = (bytes: number) => {
    const data = new Uint8Array(bytes);
    data.set(wall);
    return data;
  };
  /** The service and what it is to answer for a picture that no job is made of. */
  async function expectRefused(image: Uint8Array | null): Promise<void> {
    const before = mockMode.jobs.submitted.length;
    const { status, body } = await analyse(mockMode, image);
    expect([status, codeOf(body)]).toEqual([400, 'VALIDATION_ERROR']);
    expect(mockMode.jobs.submitted).toHaveLength(before);
  }

  it('takes a PNG of 10 MB, and refuses one byte more', async () => {
    // Zeros behind a PNG's end are no fault of it.
    expect((await analyse(mockMode, padded(MAX_UPLOAD_BYTES))).status).toBe(200);
    await expectRefused(padded(MAX_UPLOAD_BYTES + 1));
  });

  it('goes by magic bytes, not by the name', async () => {
    const [webp, gif, jpeg] = await Promise.all([
      sharp(wall).webp().toBuffer(),
      sharp(wall).gif().toBuffer(),
      sharp(wall).jpeg().toBuffer(),
    ]);
    const disguised = Buffer.concat([Buffer.from('GIF89a'), jpeg]);
    for (const image of [webp, gif, disguised, Buffer.from('<svg/>'), Buffer.alloc(0)]) {
      await expectRefused(image);
    }
    expect((await analyse(mockMode, jpeg, { fileName: 'notes.txt' })).status).toBe(200);
  });

  test.each([
    [479, 600],
    [900, 4000],
  ])('refuses what would be narrower than 480: %d × %d', async (width, height) => {
    await expectRefused(await plain(width, height));
  });

  it('refuses a missing picture, and one that is cut off', async () => {
    await expectRefused(null);
    const { status, body } = await analyse(mockMode, face.subarray(0, face.length / 2));
    expect([status, codeOf(body)]).toEqual([400, 'VALIDATION_ERROR']);
  });
});

describe('Error envelope: { "detail": { "errorCode", "message", "requestId?", "frameSeq?" } }', () => {
  it('has the ids of the request', async () => {
    const ids = { 'x-request-id': 'r-2', 'x-frame-seq': '8' };
    const { body } = await analyse(mockMode, Buffer.from('text'), { headers: ids });
    expect(body).toEqual({
      detail: {
        errorCode: 'VALIDATION_ERROR',
        message: 'the file is not a JPEG or PNG image',
        requestId: 'r-2',
        frameSeq: '8',
      },
    });
  });

  test.each<[string, number, Error]>([
    ['SKIN_ANALYSIS_FAILED', 500, new FramegateError('provider-malformed', 'no scores')],
    ['SKIN_ANALYSIS_FAILED', 500, new FramegateError('provider-refused', 'InvalidApiKey')],
    ['SKIN_ANALYSIS_FAILED', 500, new Error('a secret of the server')],
    ['TIMEOUT_ERROR', 408, new FramegateError('analysis-timeout', 'slow')],
    ['SERVICE_UNAVAILABLE', 503, new FramegateError('provider-unavailable', 'away')],
  ])('%s is %i: %s', async (errorCode, status, thrown) => {
    const service = await start({ providers: [failing(thrown)] });
    const { status: given, body } = await analyse(service, wall);
    expect([given, codeOf(body)]).toEqual([status, errorCode]);
    expect(JSON.stringify(body)).not.toContain('secret');
    expect(service.faults).toEqual([]);
  });
});

describe('TIMEOUT_ERROR (408)', () => {
  const idle = async () => {};

  it('after the time that is configured; the job goes on, and the same key finds its result', async () => {
    const key = { headers: { 'idempotency-key': 'k-1' } };
    const options = { providers: [mock], defaultProvider: 'mock', afterSubmit: idle } as const;
    const service = await start({ ...options, timeoutMs: 50 });
    const { status, body } = await analyse(service, wall, key);
    expect([status, codeOf(body)]).toEqual([408, 'TIMEOUT_ERROR']);
    await service.jobs.work();
    const again = await analyse(service, wall, key);
    expect(again.status).toBe(200);
    expect(dataOf(again.body).analysisId).toBe(service.jobs.submitted[0]?.jobId);
    expect(service.jobs.submitted).toHaveLength(1);
  });

  it('ends a job that has no key: nobody could ask for its result', async () => {
    const service = await start({
      providers: [mock],
      timeoutMs: 50,
      defaultProvider: 'mock',
      afterSubmit: idle,
    });
    const ended = service.nextEnd();
    expect((await analyse(service, wall)).status).toBe(408);
    expect((await ended)?.state).toBe('cancelled');
  });

  it('is SERVICE_UNAVAILABLE (503) where the provider was away at the last try', async () => {
    const service = await start({
      providers: [failing(new Error('never asked'))],
      timeoutMs: 50,
      afterSubmit: async ({ store }, { jobId }) => {
        await store.change(jobId, { type: 'start', atMs: 1 });
        const error = { code: 'provider-unavailable', message: 'the provider does not answer' };
        await store.change(jobId, { type: 'retry', attempt: 1, error });
      },
    });
    const { status, body } = await analyse(service, wall);
    expect([status, codeOf(body)]).toEqual([503, 'SERVICE_UNAVAILABLE']);
  });

  it('the same key with another picture is VALIDATION_ERROR', async () => {
    const headers = { 'idempotency-key': 'k-2' };
    expect((await analyse(mockMode, wall, { headers })).status).toBe(200);
    const { status, body } = await analyse(mockMode, face, { headers });
    expect([status, codeOf(body)]).toEqual([400, 'VALIDATION_ERROR']);
  });
});

describe('a caller that leaves', () => {
  /** A provider at work until its signal is aborted, which tells of both. */
  function endless() {
    const begun = Promise.withResolvers<void>();
    const stopped = Promise.withResolvers<void>();
    const provider = scripted((_jpeg, { signal }) => {
      begun.resolve();
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          stopped.resolve();
          reject(new FramegateError('provider-unavailable', 'stopped', { retryable: true }));
        });
      });
    });
    return { provider, begun: begun.promise, stopped: stopped.promise };
  }

  it('ends its job, and the provider’s work', async () => {
    const { provider, begun, stopped } = endless();
    const service = await start({ providers: [provider] });
    const ended = service.nextEnd();
    const caller = new AbortController();
    const asked = analyse(service, wall, { signal: caller.signal });
    await begun;
    caller.abort();
    await expect(asked).rejects.toThrow();
    expect((await ended)?.state).toBe('cancelled');
    await stopped;
    expect(service.jobs.results).toEqual([]);
  });

  it('leaves a job with an Idempotency-Key to whoever asks again', async () => {
    const headers = { 'idempotency-key': 'k-3' };
    const options = { providers: [mock], defaultProvider: 'mock' } as const;
    const submitted = Promise.withResolvers<void>();
    const service = await start({ ...options, afterSubmit: async () => submitted.resolve() });
    const left = service.nextLeft();
    const caller = new AbortController();
    const asked = analyse(service, wall, { headers, signal: caller.signal });
    await submitted.promise;
    caller.abort();
    await expect(asked).rejects.toThrow();
    await left;
    await service.jobs.work();
    expect((await analyse(service, wall, { headers })).status).toBe(200);
    expect(service.jobs.submitted).toHaveLength(1);
  });
});

describe.each(['/v1/perfect-corp/analyze', '/v1/skin/analyze'])('Access control of %s', (path) => {
  test.each(['', 'wrong'])('X-Internal-Secret %j is UNAUTHORIZED (401)', async (secret) => {
    const { status, body } = await analyse(mockMode, wall, {
      path,
      headers: { 'x-internal-secret': secret },
    });
    expect([status, codeOf(body)]).toEqual([401, 'UNAUTHORIZED']);
  });

  it('an address outside of the list is FORBIDDEN (403)', async () => {
    const remote = await start({ providers: [mock], allowedCidrs: ['203.0.113.0/24'] });
    const { status, body } = await analyse(remote, wall, { path });
    expect([status, codeOf(body)]).toEqual([403, 'FORBIDDEN']);
  });

  it('Versioning: /v1 only', async () => {
    const url = `${mockMode.url}${path.slice('/v1'.length)}`;
    expect((await fetch(url, { method: 'POST', body: '' })).status).toBe(404);
  });
});
