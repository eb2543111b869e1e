import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { bodyResultSchema } from '../../src/protocol/body-captures.ts';
import { FramegateError } from '../../src/protocol/framegate-error.ts';
import {
  CAPTURES_PER_HOUR,
  type CaptureService,
  MAX_UPLOAD_BYTES,
  startCaptureService,
} from '../support/capture-service.ts';
import { sampleEvidence } from '../support/sample-captures.ts';

let service: CaptureService;
beforeEach(async () => {
  service = await startCaptureService();
});
afterEach(async () => {
  expect(service.faults).toEqual([]);
  await service.close();
});

describe('uploading pictures', () => {
  it('queues a capture, which its worker measures', async () => {
    const { status, body } = await service.upload('ann', {
      fields: { height_cm: '172.5', sex: 'female', source: 'mobile' },
    });
    expect(status).toBe(202);
    expect(body).toEqual({ capture_id: expect.stringMatching(/^[0-9a-f-]{36}$/), status: 'queued' });
    expect(service.captures.jobs.submitted).toMatchObject([
      {
        kind: 'body',
        owner: 'ann',
        params: { captureId: body.capture_id, adjustmentId: null },
        parts: [
          { name: 'front', contentType: 'image/jpeg' },
          { name: 'side', contentType: 'image/jpeg' },
        ],
      },
    ]);
    expect(service.captures.jobs.submitted[0]?.jobId).toBe(body.capture_id);
    expect(await service.captures.store.read(body.capture_id)).toMatchObject({
      stated: { heightCm: 172.5, sex: 'female' },
      source: 'mobile',
      storeImages: false,
    });
    const waiting = await service.call('GET', `/${body.capture_id}/status`, 'ann');
    expect(waiting.body).toEqual({
      capture_id: body.capture_id,
      status: 'queued',
      queue_position: 1,
      progress: 0,
      views: { front: true, side: true },
    });
    await service.captures.jobs.work();
    const after = await service.call('GET', `/${body.capture_id}/status`, 'ann');
    expect(after.body).toMatchObject({ status: 'done', queue_position: null, progress: 1 });
  });

  it('tells the place in the queue', async () => {
    const ids: string[] = [];
    for (const who of ['ann', 'bob', 'ann']) ids.push((await service.upload(who)).body.capture_id);
    const places = await Promise.all(
      ids.map(
        async (id, index) =>
          (await service.call('GET', `/${id}/status`, index === 1 ? 'bob' : 'ann')).body.queue_position,
      ),
    );
    expect(places.sort()).toEqual([1, 2, 3]);
  });

  it.each([
    [['front'], ['side']],
    [
      ['portrait', 'ref'],
      ['front', 'side'],
    ],
  ])('of %j alone is refused, naming what is missing', async (views, missing) => {
    const { status, body } = await service.upload('ann', { views });
    expect(status).toBe(422);
    expect(body).toMatchObject({ code: 'views-missing', details: { views: missing } });
  });

  it.each([
    ['a file of another kind', { data: Uint8Array.of(1, 2, 3) }, 415, 'image-unsupported'],
    ['a picture that is too large', { data: new Uint8Array(MAX_UPLOAD_BYTES + 1) }, 413, 'payload-too-large'],
    ['a view that is none', { views: ['front', 'side', 'back'] }, 422, 'request-invalid'],
    ['a height of no human', { fields: { height_cm: '17' } }, 422, 'request-invalid'],
    ['another sex', { fields: { sex: 'other' } }, 422, 'request-invalid'],
    ['an unknown source', { fields: { source: 'partner' } }, 422, 'request-invalid'],
    ['a field that is not known', { fields: { hat: '7' } }, 422, 'request-invalid'],
    ['a flag that is none', { query: '?store_images=maybe' }, 422, 'request-invalid'],
  ] as const)('refuses %s', async (_what, given, status, code) => {
    const answer = await service.upload('ann', given);
    expect(answer.status).toBe(status);
    expect(answer.body.code).toBe(code);
    expect(service.captures.jobs.submitted).toEqual([]);
    expect(await service.captures.store.listAll({ limit: 9 })).toEqual([]);
  });

  it('refuses a body that is neither a form nor JSON', async () => {
    const answer = await service.call('POST', '', 'ann', {
      body: 'x',
      headers: { 'content-type': 'text/plain' },
    });
    expect(answer).toMatchObject({ status: 415, body: { code: 'media-type-unsupported' } });
  });

  it('keeps pictures only where the account allows it', async () => {
    const refused = await service.upload('ann', { query: '?store_images=true' });
    expect(refused).toMatchObject({ status: 403, body: { code: 'consent-missing' } });
    service.captures.setConsent('ann', { store_images: true, training: false });
    const taken = await service.upload('ann', { query: '?store_images=true' });
    expect(taken.status).toBe(202);
    expect((await service.captures.store.read(taken.body.capture_id))?.storeImages).toBe(true);
    const not = await service.upload('ann', { query: '?store_images=false' });
    expect((await service.captures.store.read(not.body.capture_id))?.storeImages).toBe(false);
  });

  it('with the same Idempotency-Key is one capture; other content under it is refused', async () => {
    const headers = { 'idempotency-key': 'k1' };
    const first = await service.upload('ann', { headers });
    const again = await service.upload('ann', { headers });
    expect(again.body).toEqual(first.body);
    await service.captures.jobs.work();
    const other = await service.upload('ann', { headers, views: ['front', 'side', 'ref'] });
    expect(other).toMatchObject({ status: 409, body: { code: 'idempotency-conflict' } });
    const bob = await service.upload('bob', { headers });
    expect(bob.body.capture_id).not.toBe(first.body.capture_id);
    // The job is forgotten earlier than its capture.
    await service.captures.jobs.store.remove(first.body.capture_id);
    const later = await service.upload('ann', { headers });
    expect(later.body).toEqual({ ...first.body, status: 'done' });
    expect(service.captures.jobs.submitted).toHaveLength(2);
    expect(await service.captures.store.listOf('ann', { limit: 9 })).toHaveLength(1);
  });

  it('leaves nothing behind where the job cannot be handed in', async () => {
    service.captures.failNextSubmission(new FramegateError('payload-too-large', 'more than NATS takes'));
    const answer = await service.upload('ann');
    expect(answer).toMatchObject({ status: 413, body: { code: 'payload-too-large' } });
    expect(await service.captures.store.listAll({ limit: 9 })).toEqual([]);
    expect(service.captures.rows).toEqual([]);
  });
});

describe('measures that a client has made', () => {
  const given = {
    metrics: { height_cm: 172.4, waist_cm: 75 },
    capture_meta: { source: 'mobile', height_cm: 172 },
    quality: { overall_confidence: 0.9, lighting_ok: true, card_detected: true },
  };

  it('are done at once, with a bounded confidence', async () => {
    const { status, body } = await service.send('POST', '', 'ann', given);
    expect(status).toBe(201);
    expect(body).toEqual({ capture_id: expect.any(String), status: 'done' });
    const result = await service.call('GET', `/${body.capture_id}/results`, 'ann');
    expect(bodyResultSchema.strict().parse(result.body)).toMatchObject({
      metrics: { height_cm: 172.4, waist_circumference_cm: 75, inseam_cm: null },
      skin: null,
      quality: { overall_confidence: 0.8 },
    });
    expect(service.captures.jobs.submitted).toEqual([]);
  });

  it('with the same Idempotency-Key are one capture', async () => {
    const headers = { 'idempotency-key': 'k1' };
    const first = await service.send('POST', '', 'ann', given, headers);
    expect((await service.send('POST', '', 'ann', given, headers)).body).toEqual(first.body);
    const other = await service.send('POST', '', 'ann', { ...given, metrics: { waist_cm: 80 } }, headers);
    expect(other).toMatchObject({ status: 409, body: { code: 'idempotency-conflict' } });
  });

  it.each([
    ['no measure', { metrics: {} }, 'request-invalid'],
    ['nothing but unknown ones', { metrics: { waist_cm: null } }, 'request-invalid'],
    ['an unknown measure', { metrics: { belly_cm: 80 } }, 'request-invalid'],
    ['text for a number', { metrics: { waist_cm: '80' } }, 'request-invalid'],
    ['a confidence above 1', { ...given, quality: { overall_confidence: 1.1 } }, 'request-invalid'],
    ['neither measures nor a live session', { capture_meta: {} }, 'request-invalid'],
    ['no object', [], 'request-invalid'],
    ['what no human has', { metrics: { waist_cm: 750 } }, 'body-measure-implausible'],
  ])('are refused with %s', async (_what, json, code) => {
    expect(await service.send('POST', '', 'ann', json)).toMatchObject({ status: 422, body: { code } });
    expect(await service.captures.store.listAll({ limit: 9 })).toEqual([]);
  });

  it('names each measure that no human has, with its range', async () => {
    const { body } = await service.send('POST', '', 'ann', { metrics: { waist_cm: 750, hip_cm: 2 } });
    expect(body.details.metrics).toEqual([
      { metric: 'waist_circumference_cm', value: 750, min: 40, max: 200 },
      { metric: 'hip_circumference_cm', value: 2, min: 50, max: 200 },
    ]);
  });
});

describe('an account', () => {
  it('begins so many captures, and is told when to come again before its body is read', async () => {
    const given = { metrics: { waist_cm: 75 } };
    for (let count = 0; count < CAPTURES_PER_HOUR; count++) {
      expect((await service.send('POST', '', 'ann', given)).status).toBe(201);
    }
    const refused = await service.send('POST', '', 'ann', { metrics: 'none at all' });
    expect(refused).toMatchObject({ status: 429, body: { code: 'rate-limited' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await service.upload('ann')).status).toBe(429);
    expect((await service.send('POST', '', 'bob', given)).status).toBe(201);
    expect((await service.call('GET', '', 'ann')).status).toBe(200);
  });

  it.each([
    ['pictures', () => service.upload('ann')],
    ['measures', () => service.send('POST', '', 'ann', { metrics: { waist_cm: 75 } })],
    ['a live session', () => service.send('POST', '', 'ann', { live: true, views: ['front', 'side'] })],
  ])('that is erased while it begins one with %s leaves none', async (_what, begin) => {
    const { store, setConsent } = service.captures;
    const { create } = store;
    vi.spyOn(store, 'create').mockImplementation(async (capture) => {
      const isNew = await create(capture);
      setConsent('ann', null);
      return isNew;
    });
    expect(await begin()).toMatchObject({ status: 401, body: { code: 'token-invalid' } });
    expect(await store.listAll({ limit: 9 })).toEqual([]);
    expect(service.captures.jobs.submitted).toEqual([]);
  });
});

describe('a live session', () => {
  it('gets a ticket, which nobody keeps, and tells which views have come', async () => {
    const { status, body, headers } = await service.send('POST', '', 'ann', {
      live: true,
      views: ['side', 'front', 'ref'],
      height_cm: 172,
      sex: 'female',
    });
    expect(status).toBe(201);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toEqual({
      capture_id: expect.any(String),
      status: 'collecting',
      ticket: expect.any(String),
    });
    expect(JSON.stringify(service.captures.rows)).not.toContain(body.ticket);
    const hash = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(body.ticket))).toString('hex');
    await service.captures.book.collect(body.capture_id, hash, sampleEvidence('front'));
    const answer = await service.call('GET', `/${body.capture_id}/status`, 'ann');
    expect(answer.body).toMatchObject({
      status: 'collecting',
      queue_position: null,
      views: { front: true, side: false, ref: false },
    });
  });

  it.each([
    [{ live: true, views: ['front'] }, 'views-missing'],
    [{ live: true, views: ['front', 'back'] }, 'request-invalid'],
    [{ live: true }, 'request-invalid'],
    [{ live: true, views: ['front', 'side'], height_cm: 1.72 }, 'request-invalid'],
  ])('is refused with %j', async (json, code) => {
    expect(await service.send('POST', '', 'ann', json)).toMatchObject({ status: 422, body: { code } });
  });
});
