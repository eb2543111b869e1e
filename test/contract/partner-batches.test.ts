import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rowCaptureId } from '../../src/captures/batch/batch-capture.ts';
import { FramegateError } from '../../src/protocol/framegate-error.ts';
import { type PortalService, startPortalService } from '../support/portal-service.ts';

const HEAD = 'customer_name,reference,waist_cm';

let service: PortalService;

beforeEach(async () => {
  service = await startPortalService();
});
afterEach(async () => {
  const faults = [...service.faults];
  await service.close();
  expect(faults).toEqual([]);
});

/** Hands it in, has a worker go through it, and asks how it stands. */
async function worked(csv: string | Uint8Array<ArrayBuffer>, who = 'shop') {
  const { status, body } = await service.upload(who, csv);
  expect(status, JSON.stringify(body)).toBe(202);
  await service.captures.jobs.work();
  return (await service.call('GET', `/partner/batches/${body.batch_id}`, who)).body;
}

const customers = async (partnerId = 'shop') =>
  (await service.captures.store.listOfPartner(partnerId, { limit: 20_000 })).toSorted((a, b) =>
    a.partner!.reference < b.partner!.reference ? -1 : 1,
  );

describe('a batch', () => {
  it('is taken at once, and becomes captures of the partner’s customers', async () => {
    const { status, body } = await service.upload(
      'shop',
      `${HEAD},height_cm,measured_at,notes\r\nAnn Example,r-1,75,172.4,2026-01-31,"Over a shirt, twice"\r\nBea,r-2,80.5,,,\r\n`,
    );
    expect(status).toBe(202);
    expect(body).toEqual({
      batch_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      status: 'queued',
      rows: 2,
      links: { status: `/api/v1/partner/batches/${body.batch_id}` },
    });
    const progress = async () => (await service.call('GET', body.links.status.slice(7), 'shop')).body;
    expect(await progress()).toEqual({
      batch_id: body.batch_id,
      status: 'queued',
      rows: 2,
      done: 0,
      accepted: 0,
      rejected: 0,
      errors: [],
      errors_truncated: false,
    });
    await service.captures.jobs.work();
    expect(await progress()).toMatchObject({ status: 'done', done: 2, accepted: 2, rejected: 0 });
    const [ann, bea] = await customers();
    expect(ann).toMatchObject({
      captureId: rowCaptureId(body.batch_id, 1),
      userId: 'shop',
      status: 'done',
      source: 'partner',
      storeImages: false,
      stated: { heightCm: 172.4, sex: null },
      partner: { partnerId: 'shop', customerName: 'Ann Example', reference: 'r-1' },
    });
    expect(ann?.metrics?.current).toMatchObject({ waist_circumference_cm: 75, hip_circumference_cm: null });
    expect(ann?.metrics?.original.flags).toContainEqual({
      code: 'partner-note',
      metric: null,
      message: 'Over a shirt, twice',
    });
    expect(new Date(ann!.createdAtMs).toISOString()).toMatch(/^2026-01-31T00:00:00/);
    expect(bea?.metrics?.current.waist_circumference_cm).toBe(80.5);
    expect(service.captures.rowsOf('body_captures')).toHaveLength(2);
    expect(service.captures.rowsOf('capture_metrics')).toHaveLength(2);
  });

  it.each([
    ['with a byte order mark', `\ufeff${HEAD}\nÄnne 山田,r-1,75\n`],
    [
      'divided by semicolons, with decimal commas',
      'customer_name;reference;waist_cm\r\nÄnne 山田;r-1;75,0\r\n',
    ],
    ['divided by semicolons, with decimal points', 'customer_name;reference;waist_cm\nÄnne 山田;r-1;75.0'],
    ['with quotation marks', '"customer_name","reference","waist_cm"\n"Änne 山田","r-1","75"\n'],
    ['with capitals and blanks', ' Customer_Name , REFERENCE,Waist_circumference_cm\nÄnne 山田 , r-1, 75 \n'],
    ['with empty lines and empty fields at the end', `${HEAD}\n\n,,\nÄnne 山田,r-1,75,,\n\n`],
    ['with old Macintosh line ends', `${HEAD}\rÄnne 山田,r-1,75\r`],
  ])('may be a file %s', async (_what, csv) => {
    expect(await worked(csv)).toMatchObject({ rows: 1, accepted: 1, errors: [] });
    const [one] = await customers();
    expect(one?.partner).toMatchObject({ customerName: 'Änne 山田', reference: 'r-1' });
    expect(one?.metrics?.current.waist_circumference_cm).toBe(75);
  });

  it('keeps quotation marks, delimiters and line breaks of a field', async () => {
    await worked(`${HEAD},notes\n"Ann ""the tall"", Example",r-1,75,"one\ntwo"\nBea 5" heel,r-2,80,\n`);
    const [ann, bea] = await customers();
    expect(ann?.partner?.customerName).toBe('Ann "the tall", Example');
    expect(ann?.metrics?.original.flags.at(-1)?.message).toBe('one\ntwo');
    expect(bea?.partner?.customerName).toBe('Bea 5" heel');
  });

  it('may be JSON', async () => {
    const { status, body } = await service.send('POST', '/partner/upload-batch', 'shop', {
      rows: [
        { customer_name: 'Ann', reference: 17, waist_cm: 75, hip_cm: null },
        { customer_name: 'Bea', reference: 'r-2', waist_cm: '80', eyes: 'blue' },
        ['no', 'object'],
        { customer_name: { first: 'Cleo' }, reference: 'r-3', waist_cm: true },
      ],
    });
    expect(status).toBe(202);
    await service.captures.jobs.work();
    const progress = await service.call('GET', `/partner/batches/${body.batch_id}`, 'shop');
    expect(progress.body).toMatchObject({ rows: 4, accepted: 1, rejected: 3 });
    expect(
      progress.body.errors.map((one: Record<string, unknown>) => [one.row, one.column, one.code]),
    ).toEqual([
      [2, 'eyes', 'column-unknown'],
      [3, null, 'row-malformed'],
      [4, 'customer_name', 'not-text'],
      [4, 'waist_cm', 'not-text'],
      [4, 'customer_name', 'value-missing'],
    ]);
    expect((await customers())[0]?.partner?.reference).toBe('17');
  });
});

describe('a broken row', () => {
  it('stops nothing, and all that is wrong with it is told', async () => {
    const lines = [
      'customer_name,reference,waist_cm,hip_cm,measured_at',
      'Ann,r-1,75,99,',
      ',,75,,',
      'Bea,r-1,75,,',
      'Cleo,r-3,7.5,999,',
      'Dora,r-4,much,,tomorrow',
      'Eve,r-5,,,',
      `Fay,r-6,75,,3026-01-01`,
      '"Gus,r-7,75,,',
      'Hal,r-8,75,,',
      'Ida,r-9,75,,,,more',
      `${'x'.repeat(300)},r-10,75,,`,
      'Jo\u0007,r-11,75,,',
      'Kim,r-12,"75,5",,',
    ];
    const body = await worked(lines.join('\n'));
    expect(body).toMatchObject({ status: 'done', rows: 13, done: 13, accepted: 2, rejected: 11 });
    expect(body.errors.map((one: Record<string, unknown>) => [one.row, one.column, one.code])).toEqual([
      [2, 'customer_name', 'value-missing'],
      [2, 'reference', 'value-missing'],
      [3, 'reference', 'reference-doubled'],
      [4, 'waist_circumference_cm', 'out-of-range'],
      [4, 'hip_circumference_cm', 'out-of-range'],
      [5, 'waist_circumference_cm', 'not-a-number'],
      [5, 'measured_at', 'not-a-date'],
      [6, null, 'measures-missing'],
      [7, 'measured_at', 'not-a-date'],
      [8, null, 'row-malformed'],
      [10, null, 'row-malformed'],
      [11, 'customer_name', 'value-too-long'],
      [12, 'customer_name', 'not-text'],
      [13, 'waist_circumference_cm', 'not-a-number'],
    ]);
    expect((await customers()).map(({ partner }) => partner?.customerName)).toEqual(['Ann', 'Hal']);
  });

  it('is one of at most a thousand that are told', async () => {
    const rows = Array.from({ length: 1200 }, (_, at) => `Ann,r-${at},1`);
    const body = await worked([HEAD, ...rows].join('\n'));
    expect(body).toMatchObject({ accepted: 0, rejected: 1200, errors_truncated: true });
    expect(body.errors).toHaveLength(1000);
  });
});

describe('what is no batch', () => {
  it.each([
    ['', 'no line of column names'],
    [HEAD, 'has no rows'],
    ['customer_name,waist_cm\nAnn,75', 'lacks the column reference'],
    [`${HEAD},waits_cm\nAnn,r-1,75,75`, 'there is no column "waits_cm"'],
    [`${HEAD},waist_circumference_cm\nAnn,r-1,75,75`, 'is there twice'],
    [`${HEAD}\n${'Ann,r,75\n'.repeat(10_001)}`, 'more than 10000 rows'],
  ])('is refused at once: %#', async (csv, why) => {
    const { status, body } = await service.upload('shop', csv);
    expect({ status, code: body.code }).toEqual({ status: 422, code: 'request-invalid' });
    expect(body.detail).toContain(why);
    expect(service.captures.jobs.submitted).toEqual([]);
    expect(service.batches.kept).toEqual([]);
  });

  it('is text that is not UTF-8, too large, or of another type', async () => {
    expect((await service.upload('shop', new Uint8Array([0x41, 0xff, 0xfe]))).status).toBe(422);
    expect((await service.upload('shop', 'x'.repeat(4 * 1024 * 1024 + 1))).status).toBe(413);
    expect((await service.upload('shop', HEAD, { 'content-type': 'text/plain' })).status).toBe(415);
  });

  it('leaves nothing behind where the queue does not take it', async () => {
    const batch = `${HEAD}\nAnn,r-1,75`;
    service.captures.jobs.desk.submit = async () => {
      throw new FramegateError('bus-unavailable', 'away', { retryable: true });
    };
    expect((await service.upload('shop', batch)).status).toBe(503);
    expect(await service.batches.read(service.batches.kept[0]!.batchId)).toBeNull();
  });
});

describe('who may', () => {
  it('hand in: partners', async () => {
    for (const [who, status] of [
      ['', 401],
      ['ann', 403],
      ['lea', 403],
      ['ada', 403],
      ['shop', 202],
    ] as const) {
      expect((await service.upload(who, `${HEAD}\nAnn,r-1,75`)).status).toBe(status);
    }
  });

  it('hand in: partners, so many batches', async () => {
    service.refuseBatches();
    const { status, headers, body } = await service.upload('shop', `${HEAD}\nAnn,r-1,75`);
    expect({ status, code: body.code }).toEqual({ status: 429, code: 'rate-limited' });
    expect(headers.get('retry-after')).toBe('90');
    expect(service.captures.jobs.submitted).toEqual([]);
  });

  it('ask: the partner itself, and admins', async () => {
    const { batch_id } = await worked(`${HEAD}\nAnn,r-1,75`);
    const statusFor = async (who: string, id = batch_id) =>
      (await service.call('GET', `/partner/batches/${id}`, who)).status;
    expect(await statusFor('shop')).toBe(200);
    expect(await statusFor('ada')).toBe(200);
    expect(await statusFor('store')).toBe(404);
    expect(await statusFor('ann')).toBe(403);
    expect(await statusFor('')).toBe(401);
    expect(await statusFor('shop', 'nothing')).toBe(404);
  });
});

describe('a batch that comes twice', () => {
  const batch = `${HEAD}\nAnn,r-1,75`;
  const key = { 'idempotency-key': 'spring' };

  it('is the first one under its Idempotency-Key', async () => {
    const first = await service.upload('shop', batch, key);
    await service.captures.jobs.work();
    const second = await service.upload('shop', batch, key);
    expect(second.body).toMatchObject({ batch_id: first.body.batch_id, status: 'done', rows: 1 });
    expect(service.captures.jobs.submitted).toHaveLength(1);
    expect(await customers()).toHaveLength(1);
    expect((await service.upload('store', batch, key)).body.batch_id).not.toBe(first.body.batch_id);
  });

  it('is refused under the key with other rows', async () => {
    await service.upload('shop', batch, key);
    const { status, body } = await service.upload('shop', `${batch}\nBea,r-2,80`, key);
    expect({ status, code: body.code }).toEqual({ status: 409, code: 'idempotency-conflict' });
  });
});

describe('a worker that breaks off', () => {
  const rows = Array.from({ length: 250 }, (_, at) => `Ann,r-${at},75`);
  const batch = [HEAD, ...rows, 'Bea,r-0,75'].join('\n');

  it('is followed by one that goes on, and no row counts twice', async () => {
    const { store } = service.captures;
    const create = store.create;
    let calls = 0;
    const begun: string[] = [];
    Object.assign(store, {
      create: async (...[capture]: Parameters<typeof create>) => {
        if (++calls === 150) throw new FramegateError('state-unavailable', 'away', { retryable: true });
        begun.push(capture.captureId);
        return create(capture);
      },
    });
    const body = await worked(batch);
    expect(body).toMatchObject({ status: 'done', rows: 251, accepted: 250, rejected: 1 });
    expect(body.errors).toMatchObject([{ row: 251, code: 'reference-doubled' }]);
    expect(await customers()).toHaveLength(250);
    // The first step was kept, and is not gone through again.
    expect(begun.filter((id) => id === rowCaptureId(body.batch_id, 1))).toHaveLength(1);
    expect(new Set(begun).size).toBe(250);
    const told = service.captures.rows.filter(({ table }) => table === 'body_captures');
    expect(new Set(told.map(({ id }) => id)).size).toBe(250);
  });

  it('does not bring back what was removed meanwhile', async () => {
    const { store } = service.captures;
    const create = store.create;
    let calls = 0;
    Object.assign(store, {
      create: async (...[capture]: Parameters<typeof create>) => {
        // Erased between two steps.
        if (++calls === 101) service.captures.setConsent('shop', null);
        return create(capture);
      },
    });
    const body = await worked(batch);
    expect(body).toMatchObject({ status: 'failed', done: 100, error: { code: 'not-found' } });
    expect(await customers()).toHaveLength(100);
  });

  it('leaves a batch that says that it is lost', async () => {
    const { body } = await service.upload('shop', batch);
    await service.captures.jobs.store.remove(body.batch_id);
    const progress = await service.call('GET', `/partner/batches/${body.batch_id}`, 'shop');
    expect(progress.body).toMatchObject({ status: 'failed', done: 0, error: { code: 'job-lost' } });
  });
});

describe('ten thousand rows', () => {
  it('are gone through in steps, none of them large', async () => {
    const { store } = service.captures;
    let atOnce = 0;
    let most = 0;
    // Not the store of tests, which copies all that it has.
    Object.assign(store, {
      create: async () => {
        most = Math.max(most, ++atOnce);
        await new Promise(setImmediate);
        atOnce--;
        return true;
      },
    });
    const rows = Array.from({ length: 10_000 }, (_, at) => `Customer ${at},r-${at},75`);
    const body = await worked([HEAD, ...rows].join('\r\n'));
    expect(body).toMatchObject({ status: 'done', rows: 10_000, done: 10_000, accepted: 10_000 });
    expect(most).toBeLessThanOrEqual(100);
    const kept = service.batches.kept.map(({ done }) => done);
    expect(kept).toEqual([0, ...Array.from({ length: 100 }, (_, at) => (at + 1) * 100)]);
  });
});

describe('the webhook of a partner', () => {
  const PATH = '/webhook/capture-complete';
  const register = (who: string, json: unknown) => service.send('POST', PATH, who, json);

  it('is registered, shown and removed', async () => {
    expect((await service.call('GET', PATH, 'shop')).body).toEqual({
      url: null,
      active: false,
      secret_hint: null,
      registered_at: null,
    });
    const { status, body } = await register('shop', {
      url: 'https://hooks.shop.org/x',
      secret_hint: 'spring',
    });
    expect(status).toBe(200);
    expect(body).toEqual({
      url: 'https://hooks.shop.org/x',
      active: true,
      secret_hint: 'spring',
      registered_at: expect.stringMatching(/Z$/),
    });
    expect((await service.call('GET', PATH, 'shop')).body).toEqual(body);
    expect((await service.call('GET', PATH, 'store')).body.active).toBe(false);
    expect((await service.call('DELETE', PATH, 'shop')).status).toBe(204);
    expect((await service.call('GET', PATH, 'shop')).body.active).toBe(false);
    expect(service.audited()).toEqual(['shop webhook.registered shop', 'shop webhook.removed shop']);
  });

  it('is none that may not be told, nor anybody’s but a partner’s', async () => {
    const { status, body } = await register('shop', { url: 'https://10.0.0.1/x' });
    expect({ status, code: body.code }).toEqual({ status: 422, code: 'webhook-refused' });
    expect((await register('shop', { url: '' })).status).toBe(422);
    for (const [who, expected] of [
      ['', 401],
      ['ann', 403],
      ['ada', 403],
    ] as const) {
      expect((await register(who, { url: 'https://hooks.shop.org/x' })).status).toBe(expected);
      expect((await service.call('GET', PATH, who)).status).toBe(expected);
      expect((await service.call('DELETE', PATH, who)).status).toBe(expected);
    }
  });

  it('is told of batches', async () => {
    await register('shop', { url: 'https://hooks.shop.org/x' });
    await service.upload('shop', `${HEAD}\nAnn,r-1,75`);
    await service.upload('store', `${HEAD}\nAnn,r-1,75`);
    expect(service.captures.jobs.submitted.map(({ owner, webhookUrl }) => [owner, webhookUrl])).toEqual([
      ['shop', 'https://hooks.shop.org/x'],
      ['store', null],
    ]);
  });
});
