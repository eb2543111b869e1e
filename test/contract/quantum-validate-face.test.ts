/** POST /v1/validate/face by the Quantum Skincare seed, clause by clause. */
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { openFaceValidator } from '../../src/cli/roles/open-face-validator.ts';
import { createInternalAccess } from '../../src/http/access/internal-access.ts';
import { validateFaceRoutes } from '../../src/http/routes/validate-face.ts';
import { FramegateError } from '../../src/protocol/framegate-error.ts';
import { changeScene } from '../../src/synthetic/face-scene.ts';
import { renderFace } from '../../src/synthetic/render-face.ts';
import { createInferencePool, type InferencePool } from '../../src/vision/inference-pool.ts';
import { MODELS_FOLDER, openModels } from '../../src/vision/model-registry.ts';
import { encodeImage } from '../support/encode-image.ts';
import { goodScene } from '../support/scene-faults.ts';
import { startTestApi, type TestApi } from '../support/test-api.ts';

const MAX_UPLOAD_BYTES = 10 * 1024 * 1024;
const SECRET = 'known inside alone';
const THRESHOLDS = {
  yaw_deg: '15',
  pitch_deg: '15',
  roll_deg: '15',
  min_face_ratio: '0.2',
  max_face_ratio: '0.95',
  center_tolerance: '0.2',
  min_brightness: '40',
  max_side_light: '0.5',
};

let pool: InferencePool;
let api: TestApi;
let remote: TestApi;
let face: Uint8Array<ArrayBuffer>;
let turned: Uint8Array<ArrayBuffer>;
let wall: Buffer;
/** Thrown by the next validation. */
let fault: Error | null = null;

const access = (allowedCidrs: readonly string[]) =>
  createInternalAccess({ environment: 'production', allowedCidrs, secret: SECRET, trustedProxies: 0 });

beforeAll(async () => {
  const [canonical, opened] = await Promise.all([
    openModels().then((models) => models.loadCanonicalFace()),
    createInferencePool({ threads: 1, modelsFolder: MODELS_FOLDER }),
  ]);
  pool = opened;
  const scene = changeScene(goodScene(4), { width: 384, height: 512 });
  const aside = changeScene(scene, { face: { yawDeg: 30 } });
  const create = { width: 64, height: 64, channels: 3 as const, background: '#808080' };
  [face, turned, wall] = await Promise.all([
    encodeImage(renderFace(scene, canonical).image),
    encodeImage(renderFace(aside, canonical).image),
    sharp({ create }).png().toBuffer(),
  ]);
  const real = openFaceValidator(pool, 8);
  const deps = {
    maxUploadBytes: MAX_UPLOAD_BYTES,
    validate: (async (image, thresholds) => {
      if (fault === null) return real(image, thresholds);
      const thrown = fault;
      fault = null;
      throw thrown;
    }) satisfies typeof real,
  };
  api = await startTestApi(validateFaceRoutes({ ...deps, access: access(['127.0.0.0/8']) }));
  remote = await startTestApi(validateFaceRoutes({ ...deps, access: access(['203.0.113.0/24']) }));
});
afterAll(async () => {
  api?.close();
  remote?.close();
  await pool?.close();
});

interface Changes {
  readonly query?: Record<string, string | undefined>;
  readonly headers?: Record<string, string>;
  readonly fileName?: string;
  readonly url?: string;
}

async function validate(image: Uint8Array | null, changes: Changes = {}) {
  const { query = {}, headers = {}, fileName = 'photo.jpg', url = api.url } = changes;
  const wanted = Object.entries({ ...THRESHOLDS, ...query }).filter(([, value]) => value !== undefined);
  const form = new FormData();
  if (image !== null) form.append('file', new Blob([Uint8Array.from(image)]), fileName);
  else form.append('nothing', 'x');
  const search = new URLSearchParams(wanted as [string, string][]);
  const response = await fetch(`${url}/v1/validate/face?${search}`, {
    method: 'POST',
    body: form,
    headers: { 'x-internal-secret': SECRET, ...headers },
  });
  const body = (await response.json()) as Record<string, unknown>;
  return { status: response.status, body, headers: response.headers };
}

const codeOf = (body: Record<string, unknown>) =>
  (body.detail as { errorCode?: string } | undefined)?.errorCode;

describe('Returns: { ok, reason?, diagnosis, mesh?, requestId, analysisSessionId }', () => {
  it('a good face is ok, and null fields are left out', async () => {
    const { status, body } = await validate(face);
    expect(status).toBe(200);
    expect(body.ok, JSON.stringify(body)).toBe(true);
    expect(Object.keys(body).sort()).toEqual(['diagnosis', 'ok', 'requestId']);
    expect(JSON.stringify(body)).not.toContain('null');
  });

  it('the diagnosis has pose, faceRatio, centering and lighting, each with success, reason and details', async () => {
    const { body } = await validate(turned);
    expect(body).toMatchObject({ ok: false, reason: 'YAW_OUT_OF_RANGE' });
    const diagnosis = body.diagnosis as Record<string, { success: boolean; details: Record<string, number> }>;
    expect(Object.keys(diagnosis)).toEqual(
      expect.arrayContaining(['pose', 'faceRatio', 'centering', 'lighting']),
    );
    expect(diagnosis.pose).toMatchObject({ success: false, reason: 'YAW_OUT_OF_RANGE' });
    expect(Math.abs(diagnosis.pose!.details.yawDeg!)).toBeGreaterThan(20);
    expect((await validate(turned, { query: { yaw_deg: '45' } })).body).toMatchObject({
      diagnosis: { pose: { success: true } },
    });
  });

  it('NO_FACE_DETECTED where there is none', async () => {
    const { status, body } = await validate(wall);
    expect([status, body.ok, body.reason]).toEqual([200, false, 'NO_FACE_DETECTED']);
    expect((await validate(wall, { query: { include_mesh: 'true' } })).body).not.toHaveProperty('mesh');
  });

  it('mesh with include_mesh, as shares of the picture', async () => {
    const { body } = await validate(face, { query: { include_mesh: 'true' } });
    const { landmarks } = body.mesh as { landmarks: { x: number; y: number }[] };
    expect(landmarks).toHaveLength(468);
    for (const { x, y } of landmarks) {
      expect(Math.min(x, y)).toBeGreaterThan(0);
      expect(Math.max(x, y)).toBeLessThan(1);
    }
    expect((await validate(face, { query: { include_mesh: 'false' } })).body).not.toHaveProperty('mesh');
    const { body: odd } = await validate(face, { query: { include_mesh: 'perhaps' } });
    expect(codeOf(odd)).toBe('VALIDATION_ERROR');
  });

  it('correlation at TOP LEVEL', async () => {
    const { body, headers } = await validate(wall, {
      headers: { 'x-request-id': 'r-1', 'x-analysis-session': 's-1', 'x-frame-seq': '7' },
    });
    expect(body).toMatchObject({ requestId: 'r-1', analysisSessionId: 's-1' });
    expect(body).not.toHaveProperty('meta');
    expect(headers.get('x-request-id')).toBe('r-1');
  });

  it('a request without X-Request-Id is given one', async () => {
    const { body, headers } = await validate(wall);
    expect(body.requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers.get('x-request-id')).toBe(body.requestId);
  });
});

describe('All 8 threshold params required', () => {
  test.each(Object.keys(THRESHOLDS))('%s', async (name) => {
    for (const value of [undefined, '', 'NaN', 'Infinity', '-1', '0x10', '1000']) {
      const { status, body } = await validate(wall, { query: { [name]: value } });
      expect([value, status, codeOf(body)]).toEqual([value, 400, 'VALIDATION_ERROR']);
      expect((body.detail as { message: string }).message).toContain(name);
    }
  });

  it('the least face ratio may not be above the largest', async () => {
    const { status } = await validate(wall, { query: { min_face_ratio: '0.9', max_face_ratio: '0.3' } });
    expect(status).toBe(400);
  });
});

describe('Upload limits: 10MB max, JPEG/PNG only', () => {
  const padded = (bytes: number) => {
    const data = new Uint8Array(bytes);
    data.set(wall);
    return data;
  };

  it('takes a PNG of 10 MB, and refuses one byte more', async () => {
    // Zeros behind a PNG's end are no fault of it.
    expect((await validate(padded(MAX_UPLOAD_BYTES))).status).toBe(200);
    const { status, body } = await validate(padded(MAX_UPLOAD_BYTES + 1));
    expect([status, codeOf(body)]).toEqual([400, 'VALIDATION_ERROR']);
  });

  it('goes by magic bytes, not by the name', async () => {
    const webp = await sharp(wall).webp().toBuffer();
    const gif = await sharp(wall).gif().toBuffer();
    for (const image of [webp, gif, Buffer.from('<svg/>'), Buffer.alloc(0)]) {
      const { status, body } = await validate(image);
      expect([status, codeOf(body)]).toEqual([400, 'VALIDATION_ERROR']);
    }
    expect((await validate(wall, { fileName: 'notes.txt' })).status).toBe(200);
  });

  it('refuses a picture that is cut off, and a missing one', async () => {
    expect((await validate(face.subarray(0, face.length / 2))).status).toBe(400);
    expect((await validate(null)).status).toBe(400);
  });
});

describe('Error envelope: { "detail": { "errorCode", "message", "requestId?", "frameSeq?" } }', () => {
  it('has the ids of the request', async () => {
    const { body } = await validate(Buffer.from('text'), {
      headers: { 'x-request-id': 'r-2', 'x-frame-seq': '8' },
    });
    expect(body).toEqual({
      detail: {
        errorCode: 'VALIDATION_ERROR',
        message: 'the file is not a JPEG or PNG image',
        requestId: 'r-2',
        frameSeq: '8',
      },
    });
  });

  it('leaves frameSeq out where there is none', async () => {
    const { body } = await validate(Buffer.from('text'));
    expect(Object.keys(body.detail as object)).toEqual(['errorCode', 'message', 'requestId']);
  });

  test.each<[string, number, Error]>([
    ['TIMEOUT_ERROR', 408, new FramegateError('decode-timeout', 'slow')],
    ['IMAGE_PROCESSING_ERROR', 500, new Error('a secret of the server')],
    ['SERVICE_UNAVAILABLE', 503, new FramegateError('server-busy', 'busy', { retryAfterMs: 1000 })],
  ])('%s is %i', async (errorCode, status, thrown) => {
    fault = thrown;
    const { status: given, body, headers } = await validate(wall);
    expect([given, codeOf(body)]).toEqual([status, errorCode]);
    expect(JSON.stringify(body)).not.toContain('secret');
    expect(headers.get('retry-after')).toBe(status === 503 ? '1' : null);
  });
});

describe('Access control: CIDR allowlist + X-Internal-Secret', () => {
  test.each(['', 'wrong'])('X-Internal-Secret %j is UNAUTHORIZED (401)', async (secret) => {
    const { status, body } = await validate(wall, { headers: { 'x-internal-secret': secret } });
    expect([status, codeOf(body)]).toEqual([401, 'UNAUTHORIZED']);
  });

  it('an address outside of the list is FORBIDDEN (403)', async () => {
    const { status, body } = await validate(wall, { url: remote.url });
    expect([status, codeOf(body)]).toEqual([403, 'FORBIDDEN']);
  });

  it('in production, both are required', () => {
    const production = { environment: 'production', trustedProxies: 0 } as const;
    for (const half of [
      { allowedCidrs: ['10.0.0.0/8'], secret: null },
      { allowedCidrs: [], secret: SECRET },
    ]) {
      expect(() => createInternalAccess({ ...production, ...half })).toThrow(
        expect.objectContaining({ code: 'config-invalid' }),
      );
    }
  });
});

it('Versioning: /v1 only', async () => {
  expect((await fetch(`${api.url}/validate/face`, { method: 'POST', body: '' })).status).toBe(404);
});
