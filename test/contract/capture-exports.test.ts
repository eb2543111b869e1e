import { parse } from 'csv-parse/sync';
import { unzipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { customerOf, type PortalService, startPortalService } from '../support/portal-service.ts';

const NO_CAPTURE = '00000000-0000-4000-8000-000000000000';
const NAMES = [
  'Ann Example',
  'Zoë Ångström',
  '山田 太郎',
  'محمد علي',
  'אדם כהן',
  'Ωμέγα',
  'अनुष्का',
  '=HYPERLINK("x")',
];

let service: PortalService;

beforeEach(async () => {
  service = await startPortalService();
});
afterEach(async () => {
  const faults = [...service.faults];
  await service.close();
  expect(faults).toEqual([]);
});

const pagesOf = (pdf: Uint8Array) =>
  (
    Buffer.from(pdf)
      .toString('latin1')
      .match(/\/Type \/Page$/gm) ?? []
  ).length;
const rowsOf = (csv: string) => parse(csv, { columns: true }) as Record<string, string>[];

describe('the sheet of a capture', () => {
  it.each([
    ['ann', 'its owner'],
    ['ada', 'an admin'],
    ['lea', 'a labeler'],
  ])('is one page of PDF for %s, %s, and told to the audit trail', async (who) => {
    const { captureId } = await service.keep();
    const { status, headers, bytes } = await service.call('GET', `/capture/${captureId}/sheet.pdf`, who);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/pdf');
    expect(headers.get('content-disposition')).toBe(`attachment; filename="measurements-${captureId}.pdf"`);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(pagesOf(bytes)).toBe(1);
    expect(service.audited()).toEqual([`${who} capture.exported ${captureId}`]);
  });

  it.each(NAMES)('stays one page for a customer called %s', async (name) => {
    const { captureId } = await service.keep(customerOf('shop', name));
    const { status, bytes } = await service.call('GET', `/capture/${captureId}/sheet.pdf`, 'shop');
    expect(status).toBe(200);
    expect(pagesOf(bytes)).toBe(1);
  });

  it('has the size of the paper that is asked for', async () => {
    const { captureId } = await service.keep();
    const boxOf = async (query: string) => {
      const { bytes } = await service.call('GET', `/capture/${captureId}/sheet.pdf${query}`, 'ann');
      return /\/MediaBox \[([^\]]+)\]/.exec(Buffer.from(bytes).toString('latin1'))?.[1];
    };
    expect(await boxOf('')).toMatch(/^0 0 595\.28 841\.89/);
    expect(await boxOf('?size=letter')).toMatch(/^0 0 612(\.00)? 792(\.00)?/);
    expect((await service.call('GET', `/capture/${captureId}/sheet.pdf?size=a5`, 'ann')).status).toBe(422);
  });

  it.each(['sheet.pdf', 'measurements.csv'])('%s is nothing that others may know of', async (file) => {
    const own = await service.keep();
    const customer = await service.keep(customerOf('shop'));
    expect((await service.call('GET', `/capture/${own.captureId}/${file}`, '')).status).toBe(401);
    for (const [id, who] of [
      [own.captureId, 'bob'],
      [own.captureId, 'shop'],
      [customer.captureId, 'store'],
      [NO_CAPTURE, 'ada'],
      ['not-an-id', 'ada'],
    ]) {
      const { status, body } = await service.call('GET', `/capture/${encodeURIComponent(id!)}/${file}`, who!);
      expect({ status, code: body.code }).toEqual({ status: 404, code: 'not-found' });
    }
    expect(service.audited()).toEqual([]);
  });

  it('is not there before the capture is measured', async () => {
    const { captureId } = await service.keep({ status: 'queued', metrics: null });
    const { status, body } = await service.call('GET', `/capture/${captureId}/sheet.pdf`, 'ann');
    expect({ status, code: body.code }).toEqual({ status: 409, code: 'capture-not-ready' });
    expect(service.audited()).toEqual([]);
  });
});

describe('the table of a capture', () => {
  it('has one row, with skin only where it is asked for', async () => {
    const { captureId } = await service.keep();
    const path = `/capture/${captureId}/measurements.csv`;
    const { text, headers } = await service.call('GET', path, 'ann');
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(rowsOf(text)).toMatchObject([
      { capture_id: captureId, waist_circumference_cm: '75', skin_monk: '', shape: '' },
    ]);
    const [told] = rowsOf((await service.call('GET', `${path}?skin=true&shape=true`, 'ann')).text);
    expect(told).toMatchObject({ skin_monk: '6', shape: 'hourglass' });
    expect(service.audited()).toHaveLength(2);
  });

  it('holds nothing that a spreadsheet would run', async () => {
    const { captureId } = await service.keep(customerOf('shop', '=HYPERLINK("http://x")', '@SUM(1)'));
    const { text } = await service.call('GET', `/capture/${captureId}/measurements.csv`, 'shop');
    expect(rowsOf(text)).toMatchObject([{ customer_name: `'=HYPERLINK("http://x")`, reference: "'@SUM(1)" }]);
  });
});

describe('what a partner exports', () => {
  it('is a ZIP with a sheet per customer', async () => {
    const one = await service.keep(customerOf('shop', '山田', '../../A 100'));
    const two = await service.keep(customerOf('shop', 'Bea', '東京'));
    await service.keep(customerOf('shop', 'Not measured', 'r-9'));
    await service.captures.store.change(
      (await service.captures.store.listOfPartner('shop', { limit: 1 }))[0]!.captureId,
      (capture) => ({ ...capture, metrics: null }),
    );
    await service.keep(customerOf('store'));
    await service.keep();
    const { status, headers, bytes } = await service.call('GET', '/partner/shop/exports', 'shop');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/zip');
    const files = unzipSync(bytes);
    expect(Object.keys(files).sort()).toEqual([`${two.captureId}.pdf`, `A-100_${one.captureId}.pdf`].sort());
    for (const pdf of Object.values(files)) expect(pagesOf(pdf)).toBe(1);
    expect(service.audited().sort()).toEqual([
      `shop capture.exported ${one.captureId}`,
      `shop capture.exported ${two.captureId}`,
    ]);
  });

  it('is a table of many pages of captures, newest first, down to the limit', async () => {
    for (let at = 0; at < 250; at++) await service.keep(customerOf('shop', `Customer ${at}`, `r-${at}`));
    const all = rowsOf((await service.call('GET', '/partner/shop/exports?format=csv', 'shop')).text);
    expect(all.map(({ reference }) => reference)).toEqual(
      Array.from({ length: 250 }, (_, at) => `r-${249 - at}`),
    );
    const some = await service.call('GET', '/partner/shop/exports?format=csv&limit=3', 'shop');
    expect(rowsOf(some.text)).toHaveLength(3);
  });

  it('is a page of links', async () => {
    const older = await service.keep(customerOf('shop', 'Ann', 'r-1'));
    const newer = await service.keep(customerOf('shop', 'Bea', 'r-2'));
    const path = '/partner/shop/exports?format=json';
    const { body } = await service.call('GET', `${path}&limit=1`, 'shop');
    expect(body).toMatchObject({
      captures: [
        {
          capture_id: newer.captureId,
          customer_name: 'Bea',
          reference: 'r-2',
          links: { sheet: `/api/v1/capture/${newer.captureId}/sheet.pdf` },
        },
      ],
      next_before: newer.createdAtMs,
    });
    const next = await service.call('GET', `${path}&limit=5&before=${body.next_before}`, 'shop');
    expect(next.body).toMatchObject({ captures: [{ capture_id: older.captureId }], next_before: null });
    expect(service.audited()).toEqual([]);
  });

  it('is one sheet where a capture is named', async () => {
    const { captureId } = await service.keep(customerOf('shop'));
    const others = await service.keep(customerOf('store'));
    const path = '/partner/shop/exports?capture_id=';
    const { status, bytes } = await service.call('GET', path + captureId, 'shop');
    expect([status, pagesOf(bytes)]).toEqual([200, 1]);
    expect((await service.call('GET', path + others.captureId, 'shop')).status).toBe(404);
    expect((await service.call('GET', path + others.captureId, 'ada')).status).toBe(404);
  });

  it('is the partner’s own, and any partner’s for admins', async () => {
    const { captureId } = await service.keep(customerOf('shop'));
    service.captures.setConsent('gone', null);
    for (const query of ['', '?format=csv', '?format=json', `?capture_id=${captureId}`]) {
      const statusFor = async (who: string, id = 'shop') =>
        (await service.call('GET', `/partner/${id}/exports${query}`, who)).status;
      expect(await statusFor('shop')).toBe(200);
      expect(await statusFor('ada')).toBe(200);
      expect(await statusFor('ada', 'gone')).toBe(404);
      expect(await statusFor('store')).toBe(404);
      expect(await statusFor('ann')).toBe(403);
      expect(await statusFor('lea')).toBe(403);
      expect(await statusFor('')).toBe(401);
    }
  });

  it('is cut off where it breaks, and never ends as if it were whole', async () => {
    await service.keep(customerOf('shop'));
    for (let at = 0; at < 150; at++) await service.keep(customerOf('shop', 'Ann', `r-${at}`));
    const { store } = service.captures;
    const list = store.listOfPartner;
    let calls = 0;
    Object.assign(store, {
      listOfPartner: (...given: Parameters<typeof list>) =>
        ++calls > 1 ? Promise.reject(new Error('away')) : list(...given),
    });
    await expect(service.call('GET', '/partner/shop/exports?format=csv', 'shop')).rejects.toThrow();
    expect(service.faults).toMatchObject([{ message: 'away' }]);
    (service.faults as unknown[]).length = 0;
  });
});

describe('HEAD', () => {
  it('asks for no row of a table', async () => {
    await service.keep(customerOf('shop'));
    const { status, bytes } = await service.call('HEAD', '/partner/shop/exports?format=csv', 'shop');
    expect([status, bytes.byteLength]).toEqual([200, 0]);
    expect(service.audited()).toEqual([]);
  });
});
