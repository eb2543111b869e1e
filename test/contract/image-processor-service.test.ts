/** The Image Processor Service seed, clause by clause. */

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { SignJWT, UnsecuredJWT } from 'jose';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { FramegateError } from '../../src/protocol/framegate-error.ts';
import { IMAGE_SIZE_NAMES } from '../../src/protocol/image-records.ts';
import { createS3Storage } from '../../src/storage/s3-storage.ts';
import type { ObjectStorage } from '../../src/storage/types.ts';
import { WORKERS } from '../support/image-parts.ts';
import { type ImageService, startImageService } from '../support/image-service.ts';
import { S3_CREDENTIALS, startS3Server, type TestS3Server } from '../support/s3-server.ts';
import { until } from '../support/until.ts';

const SECRET = 'known to the service and its callers alone';
const MAX_UPLOAD_BYTES = 10 * 1024 * 1024;
const [WIDTH, HEIGHT] = [1500, 2000];
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const NOBODYS = '7d1f6f0a-2b7c-4a39-8f7a-0f1d9e0b7c55';
const UPLOAD = '/api/v1/images/upload';

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
}
interface Accepted {
  readonly job_id: string;
  readonly image_id: string;
  readonly status_url: string;
  readonly message: string;
}

type Part = readonly [name: string, value: string | Uint8Array, fileName?: string, type?: string];

const AWAY = new FramegateError('storage-unavailable', 'the storage is away', { retryable: true });
const BUCKET: Part = ['bucket', 'test-uploads'];

let service: ImageService;
let photo: Buffer;
let small: Buffer;
let users = 0;

beforeAll(async () => {
  service = await startImageService(SECRET);
  const create = { width: WIDTH, height: HEIGHT, channels: 3 as const, background: '#3a5f8c' };
  [photo, small] = await Promise.all([
    sharp({ create }).jpeg().toBuffer(),
    sharp({ create }).resize(40, 30, { fit: 'fill' }).png().toBuffer(),
  ]);
});
afterAll(() => service?.close());
afterEach(() => expect(service.faults).toEqual([]));

/** As the seed's own example makes it: a subject, and nothing else. */
const tokenOf = (subject: string, secret = SECRET) =>
  new SignJWT({}).setProtectedHeader({ alg: 'HS256' }).setSubject(subject).sign(Buffer.from(secret));

/** A token of somebody who has not uploaded anything. */
const newUser = () => tokenOf(`user-${++users}`);

async function call(path: string, token: string | null, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(service.url + path, {
    redirect: 'manual',
    ...init,
    headers: { ...(token !== null && { authorization: `Bearer ${token}` }), ...init.headers },
  });
  const body = (await response.json()) as Record<string, unknown>;
  return { status: response.status, body, headers: response.headers };
}

async function uploadParts(token: string | null, parts: readonly Part[], path = UPLOAD): Promise<Answer> {
  const form = new FormData();
  for (const [name, value, fileName = 'photo.jpg', type = 'image/jpeg'] of parts) {
    if (typeof value === 'string') form.append(name, value);
    else form.append(name, new Blob([Uint8Array.from(value)], { type }), fileName);
  }
  return call(path, token, { method: 'POST', body: form });
}

const upload = (token: string | null, image: Uint8Array = small, fields: Record<string, string> = {}) =>
  uploadParts(token, [
    ['file', image],
    ...Object.entries({ bucket: 'test-uploads', ...fields }).map(([name, value]): Part => [name, value]),
  ]);

async function accepted(
  token: string,
  image?: Uint8Array,
  fields?: Record<string, string>,
): Promise<Accepted> {
  const { status, body } = await upload(token, image, fields);
  expect(status, JSON.stringify(body)).toBe(202);
  return body as unknown as Accepted;
}

async function processed(token: string, image?: Uint8Array, fields?: Record<string, string>) {
  const answer = await accepted(token, image, fields);
  await service.jobs.work();
  return answer;
}

const resultOf = (jobId: string, token: string) => call(`/api/v1/images/jobs/${jobId}/result`, token);
const filesOf = async (imageId: string) =>
  (await service.filesOnDisk()).filter((name) => name.includes(imageId));

/** What a refused upload may leave: nothing. */
async function leavingNothing(work: () => Promise<void>): Promise<void> {
  const before = [service.jobs.submitted.length, await service.filesOnDisk()];
  await work();
  await until(() => service.heldBytes() === 0, 5000);
  expect([service.jobs.submitted.length, await service.filesOnDisk()]).toEqual(before);
}

describe('POST /api/v1/images/upload', () => {
  it('202: { job_id, image_id, status_url, message }, before anything is processed', async () => {
    const token = await newUser();
    const answer = await accepted(token);
    expect(answer).toEqual({
      job_id: expect.stringMatching(UUID),
      image_id: expect.stringMatching(UUID),
      status_url: `/api/v1/images/jobs/${answer.job_id}`,
      message: 'Upload accepted. Processing initiated.',
    });
    expect(await filesOf(answer.image_id)).toEqual([]);
    expect((await call(answer.status_url, token)).body.status).toBe('pending');
  });

  test.each(['jpeg', 'png', 'webp'] as const)('takes %s', async (format) => {
    const image = await sharp(small).toFormat(format).toBuffer();
    const token = await newUser();
    const { job_id } = await processed(token, image);
    expect((await resultOf(job_id, token)).status).toBe(200);
  });

  it('metadata is passed through, whatever is in it', async () => {
    const token = await newUser();
    const metadata = { context: 'test_upload', deep: { list: [1, null, '"<script>'] } };
    const { job_id } = await processed(token, small, { metadata: JSON.stringify(metadata) });
    const { body } = await resultOf(job_id, token);
    expect((body.metadata as { custom: unknown }).custom).toEqual(metadata);
  });

  it('upload_initiated and deleted are in the audit trail, with who did it', async () => {
    const { image_id, job_id } = await accepted(await tokenOf('ann'));
    await call(`/api/v1/images/${image_id}`, await tokenOf('ann'), { method: 'DELETE' });
    const ofImage = service.events.filter(({ entityId }) => entityId === image_id);
    expect(ofImage.map(({ event, actor, details }) => [event, actor, details])).toEqual([
      ['upload_initiated', 'ann', { jobId: job_id, bucket: 'test-uploads' }],
      ['deleted', 'ann', { jobId: job_id, bucket: 'test-uploads' }],
    ]);
  });

  async function withKey(who: string, key: string, image: Uint8Array, bucket = 'test-uploads') {
    const form = new FormData();
    form.append('file', new Blob([Uint8Array.from(image)]), 'a');
    form.append('bucket', bucket);
    return call(UPLOAD, who, { method: 'POST', body: form, headers: { 'idempotency-key': key } });
  }

  it('the same Idempotency-Key is the same image, of one user', async () => {
    const [token, other] = [await newUser(), await newUser()];
    const first = await withKey(token, 'k-1', small);
    expect(first.body.image_id).toMatch(UUID);
    expect((await withKey(token, 'k-1', small)).body).toEqual(first.body);
    expect((await withKey(other, 'k-1', small)).body.image_id).not.toBe(first.body.image_id);
    const conflict = { status: 409, body: { code: 'idempotency-conflict' } };
    expect(await withKey(token, 'k-1', photo)).toMatchObject(conflict);
    expect(await withKey(token, 'k-1', small, 'another')).toMatchObject(conflict);
    await service.jobs.work();
    expect((await resultOf(String(first.body.job_id), token)).status).toBe(200);
  });

  it('a key that is free again is another image for another picture: one that is there never changes', async () => {
    const token = await newUser();
    const first = await withKey(token, 'k-2', small);
    await service.jobs.work();
    // As when the key's day is over.
    await service.jobs.store.remove(String(first.body.job_id));
    const second = await withKey(token, 'k-2', photo);
    await service.jobs.work();
    expect([second.status, second.body.image_id === first.body.image_id]).toEqual([202, false]);
    const widthOf = async ({ body }: Answer) => {
      const { body: image } = await call(`/api/v1/images/${body.image_id}?size=original`, token);
      return (image.metadata as { width: number }).width;
    };
    expect([await widthOf(first), await widthOf(second)]).toEqual([40, WIDTH]);
  });
});

describe('Magic Bytes Validation: Never trust client-provided MIME types', () => {
  it('a PNG that is called a text file is taken', async () => {
    const { status } = await uploadParts(await newUser(), [
      ['file', small, 'notes.txt', 'text/plain'],
      ['bucket', 'b'],
    ]);
    expect(status).toBe(202);
  });

  test.each<[string, () => Promise<Uint8Array> | Uint8Array]>([
    ['GIF', () => sharp(small).gif().toBuffer()],
    ['SVG', () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['HTML', () => Buffer.from('<!doctype html><script>alert(1)</script>')],
    ['ELF', () => Buffer.from('\x7fELF', 'latin1')],
    ['a RIFF that is no WebP', () => Buffer.from('RIFF\0\0\0\0WAVE')],
    ['a part of the magic bytes', () => small.subarray(0, 7)],
    ['an image behind something else', () => Buffer.concat([Buffer.from('PK\x03\x04'), small])],
    ['nothing', () => new Uint8Array(0)],
  ])('%s that is called image/jpeg is refused, and leaves nothing', async (_, make) => {
    const image = await make();
    await leavingNothing(async () => {
      const { status, body } = await upload(await newUser(), image);
      expect([status, body.code]).toEqual([415, 'image-unsupported']);
    });
  });

  it.each(['jpeg', 'png', 'webp'] as const)(
    'of a %s that is a ZIP and a page too, only the picture is kept',
    async (format) => {
      const payload = Buffer.from('<script>alert(1)</script>PK\x05\x06<?php system($_GET[0]); ?>', 'latin1');
      const image = await sharp(small).toFormat(format).toBuffer();
      const { image_id } = await processed(await newUser(), Buffer.concat([image, payload]));
      for (const size of IMAGE_SIZE_NAMES) {
        const key = `test-uploads/processed/${size}/${image_id}_${size}.webp`;
        const stored = Buffer.from((await service.storage.get(key)).data);
        for (const part of ['script', 'PK', 'php']) expect(stored.includes(part)).toBe(false);
      }
    },
  );

  it('magic bytes with nothing behind them fail as a job, and leave nothing', async () => {
    const token = await newUser();
    const { job_id, image_id } = await processed(token, photo.subarray(0, 100));
    expect((await call(`/api/v1/images/jobs/${job_id}`, token)).body.status).toBe('failed');
    expect((await resultOf(job_id, token)).status).toBe(409);
    expect(await filesOf(image_id)).toEqual([]);
  });
});

describe('Content-Length Pre-Check: Reject oversized uploads before bandwidth consumption', () => {
  const padded = (bytes: number) => {
    const data = new Uint8Array(bytes);
    data.set(small);
    return data;
  };

  it('MAX_UPLOAD_SIZE_MB=10: takes 10 MB, and refuses one byte more with 413', async () => {
    expect(service.config.api.maxUploadBytes).toBe(MAX_UPLOAD_BYTES);
    expect((await upload(await newUser(), padded(MAX_UPLOAD_BYTES))).status).toBe(202);
    await leavingNothing(async () => {
      const { status, body } = await upload(await newUser(), padded(MAX_UPLOAD_BYTES + 1));
      expect([status, body.code]).toEqual([413, 'payload-too-large']);
    });
  });

  it('a declared length beyond it is answered before any of the body is sent', async () => {
    const socket = await open(await newUser(), 2 * MAX_UPLOAD_BYTES);
    const { status, said } = await answered(socket);
    expect(status).toBe(413);
    expect(said).toContain('"payload-too-large"');
  });
});

describe('JWT-Based Authentication', () => {
  it('a bad form with a bad token is 401: what is wrong with the form is nobody’s to know', async () => {
    for (const token of [null, 'text', await tokenOf('x', 'known to somebody else, and of no use here')])
      for (const path of [UPLOAD, '/api/v1/images/batch']) {
        expect((await uploadParts(token, [['nonsense', 'x']], path)).status).toBe(401);
        expect((await call(path, token, { method: 'POST' })).status).toBe(401);
        expect((await call(path, token, { method: 'POST', body: 'text' })).status).toBe(401);
      }
  });

  const forged = (claims: Record<string, unknown>) =>
    new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(SECRET));

  test.each<[string, string, () => Promise<string | null> | string | null]>([
    ['no token', 'token-missing', () => null],
    ['another secret', 'token-invalid', () => tokenOf('x', 'known to somebody else, and of no use here')],
    ['no signature', 'token-invalid', () => new UnsecuredJWT({}).setSubject('x').encode()],
    ['no subject', 'token-invalid', () => forged({})],
    ['text', 'token-invalid', () => 'text'],
    ['an end that has come', 'token-expired', () => forged({ sub: 'x', exp: 1 })],
    ['another audience', 'token-invalid', () => forged({ sub: 'x', aud: 'another-service' })],
  ])('%s is 401 everywhere', async (_, code, make) => {
    const token = await make();
    for (const [method, path] of [
      ['POST', UPLOAD],
      ['POST', '/api/v1/images/batch'],
      ['GET', `/api/v1/images/jobs/${NOBODYS}`],
      ['GET', `/api/v1/images/jobs/${NOBODYS}/result`],
      ['POST', `/api/v1/images/jobs/${NOBODYS}/cancel`],
      ['GET', `/api/v1/images/${NOBODYS}`],
      ['GET', `/api/v1/images/${NOBODYS}/all`],
      ['GET', `/api/v1/images/${NOBODYS}/direct`],
      ['GET', `/api/v1/images/batch?image_ids=${NOBODYS}`],
      ['DELETE', `/api/v1/images/${NOBODYS}`],
      ['GET', '/api/v1/health/stats'],
      ['GET', '/api/v1/health/failed'],
    ] as const) {
      const answer =
        method === 'POST' && !path.endsWith('cancel')
          ? await uploadParts(token, [[path === UPLOAD ? 'file' : 'files', small], BUCKET], path)
          : await call(path, token, { method });
      expect([method, path, answer.status, answer.body.code]).toEqual([method, path, 401, code]);
    }
  });
});

describe('Rate limiting: 50 uploads/hour per user', () => {
  it('X-RateLimit-Limit, -Remaining and -Reset with every answer; the 51st is 429, another user’s first is not', async () => {
    expect(service.config.api.uploadWindowMinutes).toBe(60);
    const token = await newUser();
    for (let left = 49; left >= 0; left--) {
      const { status, headers } = await upload(token);
      expect([status, headers.get('x-ratelimit-limit'), headers.get('x-ratelimit-remaining')]).toEqual([
        202,
        '50',
        String(left),
      ]);
      const reset = headers.get('x-ratelimit-reset') ?? '';
      expect(new Date(reset).toISOString()).toBe(reset);
      expect(Date.parse(reset)).toBeGreaterThan(Date.now() + 3_500_000);
    }
    await leavingNothing(async () => {
      const { status, body, headers } = await upload(token);
      expect([status, body.code]).toEqual([429, 'rate-limited']);
      expect([headers.get('x-ratelimit-limit'), headers.get('x-ratelimit-remaining')]).toEqual(['50', '0']);
      expect(Date.parse(headers.get('x-ratelimit-reset') ?? '')).toBeGreaterThan(Date.now());
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(3500);
    });
    expect((await upload(await newUser())).status).toBe(202);
  });

  it('a user who is named anonymous is not nobody in particular', async () => {
    const { takeUpload } = service.parts;
    const ofNobody = await takeUpload(null);
    expect((await takeUpload('anonymous')).remaining).toBe(ofNobody.limit - 1);
    expect((await takeUpload(null)).remaining).toBe(ofNobody.remaining - 1);
  });
});

describe('GET /api/v1/images/', () => {
  it('without an id is 404, not 405', async () => {
    const { status, body } = await call('/api/v1/images/', await newUser());
    expect([status, (body.error as { code: string }).code]).toEqual([404, 'not-found']);
  });
});

describe('GET /api/v1/images/jobs/{job_id}', () => {
  const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

  it('pending, then completed', async () => {
    const token = await newUser();
    const { job_id, image_id, status_url } = await accepted(token);
    const ids = { job_id, image_id, created_at: expect.stringMatching(TIME), error: null };
    expect((await call(status_url, token)).body).toEqual({
      ...ids,
      status: 'pending',
      completed_at: null,
      attempts: 0,
      progress: 0,
    });
    await service.jobs.work();
    expect((await call(status_url, token)).body).toMatchObject({
      ...ids,
      status: 'completed',
      completed_at: expect.stringMatching(TIME),
      attempts: 1,
    });
  });

  it('failed, with its error', async () => {
    const token = await newUser();
    const { status_url } = await processed(token, photo.subarray(0, 2000));
    const { body } = await call(status_url, token);
    expect([body.status, body.attempts]).toEqual(['failed', 1]);
    expect(body.error).toMatch(/damaged|header/);
  });

  it('done is done: cancelling it changes nothing', async () => {
    const token = await newUser();
    const { status_url, image_id } = await processed(token);
    const { status, body } = await call(`${status_url}/cancel`, token, { method: 'POST' });
    expect([status, body.status]).toEqual([200, 'completed']);
    expect((await call(`/api/v1/images/${image_id}/all`, token)).status).toBe(200);
  });

  it('cancelled is failed, and its error says so', async () => {
    const token = await newUser();
    const { status_url, job_id, image_id } = await accepted(token);
    const { body } = await call(`${status_url}/cancel`, token, { method: 'POST' });
    expect([body.status, body.error]).toEqual(['failed', 'the job was cancelled']);
    await service.jobs.work();
    expect(await filesOf(image_id)).toEqual([]);
    expect(await resultOf(job_id, token)).toMatchObject({ status: 409, body: { code: 'job-cancelled' } });
  });
});

describe('GET /api/v1/images/jobs/{job_id}/result', () => {
  it('409 until it is done', async () => {
    const token = await newUser();
    const { job_id } = await accepted(token);
    const { status, body, headers } = await resultOf(job_id, token);
    expect([status, body.code, headers.get('retry-after')]).toEqual([409, 'job-not-finished', '1']);
    await service.jobs.work();
    expect((await resultOf(job_id, token)).status).toBe(200);
  });

  it('urls, dominant_color, original_dimensions and each variant’s figures', async () => {
    const token = await newUser();
    const { job_id, image_id } = await processed(token, photo, { bucket: 'bucket' });
    const variant = (width: number, height: number) => ({
      width,
      height,
      aspect_ratio: 0.75,
      format: 'webp',
      size_bytes: expect.any(Number),
    });
    const { body } = await resultOf(job_id, token);
    expect(body).toEqual({
      image_id,
      status: 'completed',
      urls: Object.fromEntries(
        IMAGE_SIZE_NAMES.map((size) => [size, `/storage/bucket/processed/${size}/${image_id}_${size}.webp`]),
      ),
      metadata: {
        dominant_color: expect.stringMatching(/^#[0-9A-F]{6}$/),
        original_dimensions: { width: WIDTH, height: HEIGHT },
        variants: {
          thumbnail: variant(150, 200),
          medium: variant(600, 800),
          large: variant(1200, 1600),
          original: variant(WIDTH, HEIGHT),
        },
        custom: {},
      },
      completed_at: expect.stringMatching(/Z$/),
    });
    const { urls, metadata } = body as {
      urls: Record<string, string>;
      metadata: { variants: Record<string, { size_bytes: number }> };
    };
    for (const size of IMAGE_SIZE_NAMES) {
      // A browser that shows it has no token.
      const response = await fetch(service.url + urls[size]);
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/webp']);
      expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      const data = await response.arrayBuffer();
      expect(data.byteLength).toBe(metadata.variants[size]?.size_bytes);
    }
  });
});

describe('Retrieval by Image ID', () => {
  let token: string;
  let imageId: string;
  let jobId: string;
  const at = (path: string) => `/api/v1/images/${imageId}${path}`;
  const direct = (size: string, headers: Record<string, string> = {}) =>
    fetch(`${service.url}${at(`/direct?size=${size}`)}`, {
      headers: { authorization: `Bearer ${token}`, ...headers },
    });

  beforeAll(async () => {
    token = await newUser();
    ({ image_id: imageId, job_id: jobId } = await processed(token, photo));
  });

  test.each(IMAGE_SIZE_NAMES)('?size=%s', async (size) => {
    const { body } = await call(at(`?size=${size}`), token);
    const all = (await resultOf(jobId, token)).body as {
      urls: Record<string, string>;
      metadata: { variants: Record<string, unknown>; dominant_color: string };
    };
    expect(body).toEqual({
      image_id: imageId,
      size,
      url: all.urls[size],
      metadata: all.metadata.variants[size],
      dominant_color: all.metadata.dominant_color,
    });
  });

  it('medium where no size is named, and 422 for a size that is none', async () => {
    expect((await call(at(''), token)).body.size).toBe('medium');
    for (const query of ['?size=huge', '?size=', '?size=toString', '?size=medium&size=large'])
      expect((await call(at(query), token)).status).toBe(422);
  });

  it('/all is the result of its job', async () => {
    expect((await call(at('/all'), token)).body).toEqual((await resultOf(jobId, token)).body);
  });

  test.each(IMAGE_SIZE_NAMES)('/direct?size=%s is the file itself', async (size) => {
    const response = await direct(size);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/webp']);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    const data = await response.arrayBuffer();
    const stored = await service.storage.get(`test-uploads/processed/${size}/${imageId}_${size}.webp`);
    expect(Buffer.from(data).equals(stored.data)).toBe(true);
  });

  test.each<[string, string, string]>([
    ['thumbnail', 'image/avif,image/webp,*/*', 'avif'],
    ['large', 'image/avif;q=0.5', 'avif'],
    ['large', 'image/webp, IMAGE/AVIF ; q=1.0', 'avif'],
    ['medium', '*/*', 'webp'],
    ['medium', 'image/webp', 'webp'],
    ['medium', 'image/avif;q=0, image/webp', 'webp'],
    ['medium', 'image/avif ; q=0.000 , image/webp', 'webp'],
    ['medium', 'image/avif-sequence', 'webp'],
    // None is made of it.
    ['original', 'image/avif', 'webp'],
  ])('/direct?size=%s with Accept: %s is %s', async (size, accept, format) => {
    const response = await direct(size, { accept });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, `image/${format}`]);
    expect(response.headers.get('vary')).toBe('accept');
    const { format: found, compression } = await sharp(await response.arrayBuffer()).metadata();
    expect(found === 'heif' ? compression && 'avif' : found).toBe(format);
  });

  it('/direct has an ETag by format, and answers 304 to it', async () => {
    const tagOf = async (accept: string) => (await direct('large', { accept })).headers.get('etag') ?? '';
    const [webp, avif] = [await tagOf('image/webp'), await tagOf('image/avif')];
    expect(webp).toMatch(/^"[0-9a-f]{32}"$/);
    expect(avif).not.toBe(webp);
    for (const value of [webp, `W/${webp}`, `"other", ${webp}`, '*']) {
      const response = await direct('large', { 'if-none-match': value });
      expect([value, response.status, await response.text()]).toEqual([value, 304, '']);
      expect(response.headers.get('etag')).toBe(webp);
    }
    for (const value of [avif, '"other"', webp.slice(1, -1)])
      expect((await direct('large', { 'if-none-match': value })).status).toBe(200);
  });

  it('409 while it is not processed', async () => {
    const { image_id: pendingId } = await accepted(token);
    for (const path of ['', '/all', '/direct']) {
      const { status, body } = await call(`/api/v1/images/${pendingId}${path}`, token);
      expect([path, status, body.code]).toEqual([path, 409, 'job-not-finished']);
    }
  });

  describe('batch (max 50)', () => {
    const batch = (ids: readonly string[], query = '&size=medium', who = token) =>
      call(`/api/v1/images/batch?image_ids=${ids.map(encodeURIComponent).join(',')}${query}`, who);

    it('in the order of the ids, each with its own error', async () => {
      const { image_id: theirs } = await processed(await newUser());
      const { image_id: pendingId } = await accepted(token);
      const { status, body } = await batch([NOBODYS, imageId, pendingId, theirs, '../../etc/passwd']);
      expect(status).toBe(200);
      expect(body.images).toEqual([
        { image_id: NOBODYS, error: 'not-found' },
        (await call(at('?size=medium'), token)).body,
        { image_id: pendingId, error: 'job-not-finished' },
        { image_id: theirs, error: 'not-found' },
        { image_id: '../../etc/passwd', error: 'not-found' },
      ]);
    });

    it('takes 50, and refuses 51 and none', async () => {
      const fifty = Array.from({ length: 50 }, () => imageId);
      const { status, body } = await batch(fifty);
      expect([status, (body.images as unknown[]).length]).toEqual([200, 50]);
      for (const ids of [[...fifty, imageId], [], [imageId, '']]) expect((await batch(ids)).status).toBe(422);
      expect((await call('/api/v1/images/batch', token)).status).toBe(422);
    });
  });
});

describe('Automatic Retry Logic', () => {
  // What other tests have left waiting would meet the faults.
  beforeEach(() => service.jobs.work());
  afterEach(() => service.beforeStorage(() => {}));

  it('a storage that is away for a try costs a try', async () => {
    const token = await newUser();
    const { status_url, image_id } = await accepted(token);
    service.beforeStorage(() => {
      service.beforeStorage(() => {});
      throw AWAY;
    });
    await service.jobs.work();
    expect((await call(status_url, token)).body).toMatchObject({ status: 'completed', attempts: 2 });
    expect(await filesOf(image_id)).toHaveLength(7);
  });

  it('one that does not take all of an image fails the job in the end, and nothing is left', async () => {
    const token = await newUser();
    const { status_url, image_id } = await accepted(token);
    service.beforeStorage((what, [key]) => {
      if (what === 'put' && key?.includes('_medium.')) throw AWAY;
    });
    await service.jobs.work();
    const { body } = await call(status_url, token);
    expect(body).toMatchObject({ status: 'failed', attempts: 5, error: 'the storage is away' });
    expect(await filesOf(image_id)).toEqual([]);
  });
});

describe('while it is processed', () => {
  beforeEach(() => service.jobs.work());
  afterEach(() => service.beforeStorage(() => {}));

  /** Once, when the first of its files is put. */
  const meanwhile = (act: () => Promise<unknown>) =>
    service.beforeStorage(async () => {
      service.beforeStorage(() => {});
      await act();
    });

  it('it is told as active', async () => {
    const token = await newUser();
    const { status_url } = await accepted(token);
    let seen: Answer[] = [];
    meanwhile(async () => {
      seen = [await call(status_url, token), await call('/api/v1/health/stats', token)];
    });
    await service.jobs.work();
    expect(seen.map(({ body }) => body)).toMatchObject([
      { status: 'processing', completed_at: null, attempts: 1 },
      { status_breakdown: { processing: 1 }, celery: { active_tasks: 1 } },
    ]);
  });

  it('cancelling leaves nothing of it', async () => {
    const token = await newUser();
    const { status_url, image_id } = await accepted(token);
    meanwhile(() => call(`${status_url}/cancel`, token, { method: 'POST' }));
    await service.jobs.work();
    expect((await call(status_url, token)).body.error).toBe('the job was cancelled');
    expect(await filesOf(image_id)).toEqual([]);
  });

  it('deleting leaves nothing of it', async () => {
    const token = await newUser();
    const { image_id } = await accepted(token);
    meanwhile(() => call(`/api/v1/images/${image_id}`, token, { method: 'DELETE' }));
    await service.jobs.work();
    expect((await call(`/api/v1/images/${image_id}`, token)).status).toBe(404);
    expect(await filesOf(image_id)).toEqual([]);
  });

  it('deleting leaves nothing of it, also where the job has not heard of it yet', async () => {
    const { image_id } = await accepted(await newUser());
    meanwhile(() => service.images.remove(image_id));
    await service.jobs.work();
    expect(await filesOf(image_id)).toEqual([]);
    expect(await service.images.read(image_id)).toBeNull();
  });
});

describe('DELETE /api/v1/images/{image_id}', () => {
  const remove = (imageId: string, token: string) =>
    call(`/api/v1/images/${imageId}`, token, { method: 'DELETE' });

  it('deletes the image and all variants, its job too', async () => {
    const token = await newUser();
    const { image_id, job_id } = await processed(token);
    expect(await filesOf(image_id)).toHaveLength(7);
    const { status, body } = await remove(image_id, token);
    expect([status, body.image_id]).toEqual([200, image_id]);
    expect(await filesOf(image_id)).toEqual([]);
    for (const path of [`${image_id}`, `${image_id}/all`, `${image_id}/direct`, `jobs/${job_id}`])
      expect((await call(`/api/v1/images/${path}`, token)).status).toBe(404);
    expect((await remove(image_id, token)).status).toBe(404);
  });

  it('that the storage does not carry out is 503, and can be asked for again', async () => {
    const token = await newUser();
    const { image_id } = await processed(token);
    service.beforeStorage(() => {
      service.beforeStorage(() => {});
      throw AWAY;
    });
    const { status, body } = await remove(image_id, token);
    expect([status, body.code]).toEqual([503, 'storage-unavailable']);
    expect((await call(`/api/v1/images/${image_id}/all`, token)).status).toBe(200);
    expect((await remove(image_id, token)).status).toBe(200);
    expect(await filesOf(image_id)).toEqual([]);
  });

  it('before it is processed: nothing is processed then', async () => {
    const token = await newUser();
    const { image_id } = await accepted(token);
    expect((await remove(image_id, token)).status).toBe(200);
    await service.jobs.work();
    expect(await filesOf(image_id)).toEqual([]);
  });
});

describe('Health & Monitoring', () => {
  it('GET /api/v1/health, without a token', async () => {
    const { status, body } = await call('/api/v1/health', null);
    expect(status).toBe(200);
    expect(body).toEqual({ status: 'healthy', service: 'image-processor', version: 'test' });
  });

  it('GET /api/v1/health/stats counts what is done', async () => {
    const token = await newUser();
    const stats = async () => {
      await service.jobs.work();
      return (await call('/api/v1/health/stats', token)).body as Record<string, Record<string, number>>;
    };
    const before = await stats();
    await accepted(token);
    await accepted(token, photo.subarray(0, 100));
    const after = await stats();
    const difference = (slice: string, name: string) =>
      (after[slice]?.[name] ?? Number.NaN) - (before[slice]?.[name] ?? Number.NaN);
    expect(difference('status_breakdown', 'completed')).toBe(1);
    expect(difference('status_breakdown', 'failed')).toBe(1);
    expect(difference('performance_24h', 'completed_24h')).toBe(1);
    expect(difference('storage', 'total_images')).toBe(1);
    expect(difference('storage', 'total_jobs')).toBe(2);
    expect(after.status_breakdown).toMatchObject({ pending: 0, processing: 0 });
    expect(after.performance_24h?.avg_processing_time_seconds).toBeGreaterThanOrEqual(0);
    expect(after.celery).toEqual({ active_workers: WORKERS, active_tasks: 0 });
    await accepted(token);
    const { body } = await call('/api/v1/health/stats', token);
    expect(body).toMatchObject({ status_breakdown: { pending: 1 }, celery: { active_tasks: 0 } });
  });

  it('GET /api/v1/health/failed?limit=50: the newest first, one’s own only', async () => {
    const [token, other] = [await newUser(), await newUser()];
    const first = await processed(token, photo.subarray(0, 100));
    const failedAtMs = Date.now();
    // The order is by the millisecond.
    await until(() => Date.now() > failedAtMs, 1000);
    const second = await processed(token, photo.subarray(0, 100));
    const failed = async (query: string, who = token) =>
      (await call(`/api/v1/health/failed${query}`, who)).body.failed_jobs as Record<string, unknown>[];
    const all = await failed('');
    expect(all.map(({ image_id }) => image_id)).toEqual([second.image_id, first.image_id]);
    expect(all[0]).toEqual({
      job_id: expect.stringMatching(UUID),
      image_id: expect.stringMatching(UUID),
      attempts: 1,
      error: expect.stringMatching(/image/),
      error_code: 'image-corrupt',
      created_at: expect.stringMatching(/Z$/),
      failed_at: expect.stringMatching(/Z$/),
    });
    expect(await failed('?limit=1')).toHaveLength(1);
    expect(await failed('', other)).toEqual([]);
    for (const limit of ['0', '501', '-1', 'x', '1e1'])
      expect((await call(`/api/v1/health/failed?limit=${limit}`, token)).status).toBe(422);
  });
});

describe('Error envelope: { "detail", "code" }', () => {
  it('with the id of the request', async () => {
    const { status, body, headers } = await call(`/api/v1/images/${NOBODYS}`, await newUser(), {
      headers: { 'x-request-id': 'r-1' },
    });
    expect(status).toBe(404);
    expect(body).toEqual({ detail: 'no image of this id', code: 'not-found' });
    expect([headers.get('x-request-id'), headers.get('content-type')]).toEqual([
      'r-1',
      'application/json; charset=utf-8',
    ]);
  });
});

describe('what belongs to another user', () => {
  it('is 404 as if it were not there, and stays', async () => {
    const [owner, stranger] = [await newUser(), await newUser()];
    const { job_id, image_id } = await processed(owner);
    for (const [method, path, nobodys] of [
      ['GET', `jobs/${job_id}`, `jobs/${NOBODYS}`],
      ['GET', `jobs/${job_id}/result`, `jobs/${NOBODYS}/result`],
      ['POST', `jobs/${job_id}/cancel`, `jobs/${NOBODYS}/cancel`],
      ['GET', image_id, NOBODYS],
      ['GET', `${image_id}/all`, `${NOBODYS}/all`],
      ['GET', `${image_id}/direct`, `${NOBODYS}/direct`],
      ['DELETE', image_id, NOBODYS],
    ] as const) {
      const theirs = await call(`/api/v1/images/${path}`, stranger, { method });
      const missing = await call(`/api/v1/images/${nobodys}`, stranger, { method });
      expect([path, theirs.status, theirs.body]).toEqual([path, 404, missing.body]);
    }
    expect((await call(`/api/v1/images/${image_id}/all`, owner)).status).toBe(200);
  });
});

describe('path traversal', () => {
  const PATHS = [
    '..',
    '../..',
    '../../etc/passwd',
    '..%2f..',
    '%2e%2e%2f',
    '....//',
    '..\\..',
    '/etc/passwd',
    'a/../b',
    'C:\\',
    '.hidden',
    '\0',
    'a\0b',
    `${NOBODYS}/../${NOBODYS}`,
    '*',
    '__proto__',
    'x'.repeat(2000),
  ];

  it('in an id is 404', async () => {
    const token = await newUser();
    for (const one of PATHS) {
      const id = encodeURIComponent(one).replaceAll('.', '%2e');
      for (const path of [`${id}`, `${id}/all`, `${id}/direct`, `jobs/${id}`, `jobs/${id}/result`])
        expect([path, await rawStatus(`/api/v1/images/${path}`, token)]).toEqual([path, 404]);
      const removed = await rawStatus(`/api/v1/images/${id}`, token, 'DELETE');
      expect([one, removed]).toEqual([one, 404]);
    }
  });

  it('in a bucket is 422, and leaves nothing', async () => {
    const token = await newUser();
    await leavingNothing(async () => {
      for (const bucket of [...PATHS, '', 'Upper', 'a b', 'a/b', 'x'.repeat(64), 'ä']) {
        // Refused for its form, so before the hour's uploads are counted.
        const { status } = await upload(token, small, { bucket });
        expect([bucket, status]).toEqual([bucket, 422]);
      }
    });
  });

  it('in a file’s name is of no consequence', async () => {
    const token = await newUser();
    const { status, body } = await uploadParts(token, [
      ['file', small, '../../../etc/cron.d/x'],
      ['bucket', 'b'],
    ]);
    expect(status).toBe(202);
    await service.jobs.work();
    const imageId = String(body.image_id);
    expect((await filesOf(imageId)).every((name) => name.startsWith(`${imageId}_`))).toBe(true);
    expect((await service.filesOnDisk()).some((name) => name.includes('cron'))).toBe(false);
  });

  it('below /storage is 404, and so is whatever is no variant', async () => {
    const { image_id } = await processed(await newUser());
    await service.storage.put('test-uploads/private.json', Buffer.from('{}'), 'application/json');
    const good = `/storage/test-uploads/processed/thumbnail/${image_id}_thumbnail.webp`;
    expect(await rawStatus(good)).toBe(200);
    for (const path of [
      '/storage/../../etc/passwd',
      '/storage/%2e%2e/%2e%2e/etc/passwd',
      '/storage/test-uploads/processed/thumbnail/../../private.json',
      '/storage/test-uploads/private.json',
      '/storage/test-uploads/processed/thumbnail',
      '/storage/test-uploads/',
      '/storage//etc/passwd',
      good.replace('/thumbnail/', '/large/'),
      good.replace('test-uploads', 'test-uploads/.'),
      good.replace('test-uploads', 'x/../test-uploads'),
      `${good}%00`,
      `${good}/`,
    ]) {
      expect([path, await rawStatus(path)]).toEqual([path, 404]);
    }
  });

  /** Without a client that tidies the path up. */
  async function rawStatus(path: string, token = 'none', method = 'GET'): Promise<number> {
    const socket = connect(service.port, '127.0.0.1');
    await once(socket, 'connect');
    const head = ['host: x', `authorization: Bearer ${token}`, 'connection: close'].join('\r\n');
    socket.write(`${method} ${path} HTTP/1.1\r\n${head}\r\n\r\n`);
    return (await answered(socket)).status;
  }
});

describe('doubled and missing fields', () => {
  const file: Part = ['file', new Uint8Array(0)];
  const bucket: Part = ['bucket', 'b'];
  test.each<[string, readonly Part[]]>([
    ['no file', [bucket]],
    ['no bucket', [file]],
    ['two files', [file, file, bucket]],
    ['two buckets', [file, bucket, bucket]],
    ['two metadata', [file, bucket, ['metadata', '{}'], ['metadata', '{}']]],
    ['text for the file', [['file', 'text'], bucket]],
    ['a file for the bucket', [file, ['bucket', new Uint8Array(1)]]],
    ['an unknown field', [file, bucket, ['owner', 'somebody']]],
    ['an unknown file', [file, bucket, ['more', new Uint8Array(1)]]],
    ['metadata that is no JSON', [file, bucket, ['metadata', '{']]],
    ['metadata that is no object', [file, bucket, ['metadata', '[1]']]],
    ['a crop that is none', [file, bucket, ['crop', '{"x":0,"y":0,"width":0,"height":1}']]],
    ['a crop with more', [file, bucket, ['crop', '{"x":0,"y":0,"width":1,"height":1,"z":1}']]],
    ['a turn that is none', [file, bucket, ['rotate', '45']]],
  ])('%s is 422, and leaves nothing', async (_, parts) => {
    const whole = parts.map((part): Part => (part === file ? ['file', small] : part));
    await leavingNothing(async () => {
      const { status, body, headers } = await uploadParts(await newUser(), whole);
      expect([status, body.code]).toEqual([422, 'request-invalid']);
      expect(headers.get('x-ratelimit-remaining')).toBeNull();
    });
  });

  it('metadata of more than 16 KB is 413', async () => {
    const metadata = JSON.stringify({ text: 'x'.repeat(16 * 1024) });
    expect((await upload(await newUser(), small, { metadata })).status).toBe(413);
  });

  it('a body that is no form is 415', async () => {
    const headers = { 'content-type': 'application/json' };
    const { status } = await call(UPLOAD, await newUser(), { method: 'POST', body: '{}', headers });
    expect(status).toBe(415);
  });
});

describe('a body that does not come', () => {
  const half = '--b\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n\x89PNG\r\n';

  it('slowly is 408, and leaves nothing', async () => {
    await leavingNothing(async () => {
      const socket = await open(await newUser(), 5000);
      socket.write(half, 'latin1');
      const { status, said } = await answered(socket);
      expect(status).toBe(408);
      expect(said).toContain('"request-timeout"');
    });
  });

  it('to its end, because its sender has gone, leaves nothing', async () => {
    await leavingNothing(async () => {
      const socket = await open(await newUser(), 5000);
      socket.write(half, 'latin1');
      await until(() => service.heldBytes() > 0, 5000);
      socket.destroy();
    });
  });
});

describe('Roadmap: Batch upload endpoint', () => {
  it('each is accepted or refused by itself, in order', async () => {
    const token = await newUser();
    const { status, body, headers } = await uploadParts(
      token,
      [
        ['files', small],
        ['files', Buffer.from('text')],
        ['files', photo],
        ['bucket', 'b'],
      ],
      '/api/v1/images/batch',
    );
    expect(status).toBe(202);
    expect(headers.get('x-ratelimit-remaining')).toBe('47');
    const [first, second, third] = body.results as Record<string, string>[];
    expect(second).toMatchObject({ code: 'image-unsupported' });
    await service.jobs.work();
    for (const one of [first, third]) expect((await resultOf(one?.job_id ?? '', token)).status).toBe(200);
  });

  it('refuses 21 at once', async () => {
    const files = Array.from({ length: 21 }, (): Part => ['files', small]);
    const parts: Part[] = [...files, ['bucket', 'b']];
    expect((await uploadParts(await newUser(), parts, '/api/v1/images/batch')).status).toBe(422);
  });
});

describe('STORAGE_BACKEND=s3', () => {
  const IN_S3 = 'framegate-test';
  let s3: TestS3Server;
  let inS3: ObjectStorage;
  let folderService: ImageService;

  beforeAll(async () => {
    s3 = await startS3Server(IN_S3);
    inS3 = createS3Storage({
      bucket: IN_S3,
      region: 'eu-west-1',
      endpoint: s3.endpoint,
      credentials: S3_CREDENTIALS,
      encryption: 'AES256',
      urlSeconds: 60,
    });
    folderService = service;
    service = await startImageService(SECRET, inS3);
  });
  afterAll(async () => {
    if (folderService !== undefined) {
      await service.close();
      service = folderService;
    }
    await inS3?.close();
    await s3?.close();
  });

  it('same answers, but presigned URLs for S3 direct access', async () => {
    const token = await newUser();
    const { image_id, job_id } = await processed(token);
    const { body } = await resultOf(job_id, token);
    const urls = body.urls as Record<string, string>;
    expect(Object.keys(urls)).toEqual(IMAGE_SIZE_NAMES);
    for (const [size, url] of Object.entries(urls)) {
      const { pathname, searchParams } = new URL(url);
      expect(pathname).toBe(`/${IN_S3}/test-uploads/processed/${size}/${image_id}_${size}.webp`);
      expect(searchParams.get('X-Amz-Expires')).toBe('60');
      const fetched = await fetch(url);
      expect([fetched.status, fetched.headers.get('content-type')]).toEqual([200, 'image/webp']);
    }
    expect((await call(`/api/v1/images/${image_id}?size=large`, token)).body.url).toMatch(/X-Amz-Signature=/);
  });

  it('/direct leads there, by Accept, and is not kept', async () => {
    const token = await newUser();
    const { image_id } = await processed(token);
    const response = await fetch(`${service.url}/api/v1/images/${image_id}/direct?size=thumbnail`, {
      headers: { authorization: `Bearer ${token}`, accept: 'image/avif' },
      redirect: 'manual',
    });
    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toMatch(/_thumbnail\.avif\?.*X-Amz-Signature=/);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('nothing is left of a deleted one', async () => {
    const token = await newUser();
    const { image_id } = await processed(token);
    const keys = async () => {
      const found: string[] = [];
      for await (const { key } of inS3.list('test-uploads/')) if (key.includes(image_id)) found.push(key);
      return found;
    };
    expect(await keys()).toHaveLength(7);
    await call(`/api/v1/images/${image_id}`, token, { method: 'DELETE' });
    expect(await keys()).toEqual([]);
  });
});

it('Roadmap: crop and rotate', async () => {
  const token = await newUser();
  const crop = JSON.stringify({ x: 0, y: 0, width: 1000, height: 500 });
  const { job_id } = await processed(token, photo, { crop, rotate: '90' });
  const { body } = await resultOf(job_id, token);
  const { variants, original_dimensions } = body.metadata as Record<string, Record<string, unknown>>;
  expect(original_dimensions).toEqual({ width: WIDTH, height: HEIGHT });
  expect(variants?.original).toMatchObject({ width: 500, height: 1000 });
  const outside = JSON.stringify({ x: 1000, y: 0, width: 501, height: 1 });
  const { status_url } = await processed(token, photo, { crop: outside });
  expect((await call(status_url, token)).body.status).toBe('failed');
});

async function open(token: string, bodyBytes: number): Promise<Socket> {
  const socket = connect(service.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.on('error', () => {});
  socket.write(
    [
      `POST ${UPLOAD} HTTP/1.1`,
      'host: x',
      `authorization: Bearer ${token}`,
      'content-type: multipart/form-data; boundary=b',
      `content-length: ${bodyBytes}`,
      '',
      '',
    ].join('\r\n'),
  );
  return socket;
}

/** What comes until the server ends the connection. */
async function answered(socket: Socket): Promise<{ status: number; said: string }> {
  const said = await text(socket);
  return { status: Number(said.slice(9, 12)), said };
}
