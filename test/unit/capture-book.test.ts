import sharp from 'sharp';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { RECORD_ROWS } from '../../src/store/rows/record-rows.ts';
import { CORRELATION } from '../support/job-records.ts';
import {
  SAMPLE_CAPTURE_ID as ID,
  sampleCapture,
  sampleEvidence,
  sampleMeasurement,
} from '../support/sample-captures.ts';
import { openTestCaptures, type TestCaptures } from '../support/test-captures.ts';

const ANN = { userId: 'ann', role: 'user' } as const;
const JPEG = Uint8Array.of(0xff, 0xd8, 0xff, 0xd9);
const PICTURES = (['front', 'side'] as const).map((view) => ({
  view,
  data: JPEG,
  contentType: 'image/jpeg',
}));
const ALL = { store_images: true, training: true };
const STATED = { heightCm: 172, sex: null };

let captures: TestCaptures;
afterEach(() => captures.close());

async function open(retention = 'none') {
  captures = await openTestCaptures({ environment: { FRAMEGATE_RAW_RETENTION: retention } });
  return captures;
}

describe('pictures', () => {
  it('are kept nowhere by default, whatever the account allows', async () => {
    const { book, store, files, setConsent } = await open();
    setConsent('ann', ALL);
    await store.create(sampleCapture({ storeImages: true }));
    await book.keepPictures(ID, PICTURES);
    expect(await files()).toEqual([]);
    expect((await store.read(ID))?.artifacts).toEqual([]);
  });

  it('are kept with an end, and told to history, where policy and account allow', async () => {
    const { book, store, files, setConsent, rowsOf } = await open('24h');
    setConsent('ann', ALL);
    await store.create(sampleCapture({ storeImages: true }));
    await book.keepPictures(ID, PICTURES);
    // A job that runs twice.
    await book.keepPictures(ID, PICTURES);
    expect(await files()).toEqual([`raw-captures/${ID}/front.jpg`, `raw-captures/${ID}/side.jpg`]);
    const { artifacts = [] } = (await store.read(ID)) ?? {};
    expect(artifacts).toHaveLength(2);
    for (const { createdAtMs, removeAtMs } of artifacts) {
      expect((removeAtMs ?? 0) - createdAtMs).toBeGreaterThanOrEqual(24 * 3_600_000);
    }
    const due = await store.dueArtifacts(Date.now() + 25 * 3_600_000, 10);
    expect(due.map(({ bucketPath }) => bucketPath).sort()).toEqual(await files());
    expect(rowsOf('artifacts')[0]).toMatchObject({
      capture_id: ID,
      artifact_type: 'raw',
      bucket_path: `raw-captures/${ID}/front.jpg`,
    });
  });

  it('are not kept where the account has withdrawn its consent since, or is gone', async () => {
    const { book, store, files, setConsent } = await open('consent');
    await store.create(sampleCapture({ storeImages: true, consent: ALL }));
    await book.keepPictures(ID, PICTURES);
    setConsent('ann', null);
    await book.keepPictures(ID, PICTURES);
    expect(await files()).toEqual([]);
  });

  it('lose what their camera wrote beside them', async () => {
    const { book, store, storage, setConsent } = await open('consent');
    setConsent('ann', ALL);
    await store.create(sampleCapture({ storeImages: true }));
    const create = { width: 64, height: 64, channels: 3 as const, background: '#c8a080' };
    const data = await sharp({ create })
      .withExif({ IFD0: { Make: 'SecretCamera' } })
      .jpeg()
      .toBuffer();
    await book.keepPictures(ID, [{ view: 'front', data, contentType: 'image/jpeg' }]);
    const kept = await storage.get(`raw-captures/${ID}/front.jpg`);
    expect(Buffer.from(data).includes('SecretCamera')).toBe(true);
    expect(Buffer.from(kept.data).includes('SecretCamera')).toBe(false);
    expect((await sharp(kept.data).metadata()).width).toBe(64);
  });

  it('of a capture that is not there are not kept', async () => {
    const { book, files } = await open('consent');
    await book.keepPictures(ID, PICTURES);
    expect(await files()).toEqual([]);
  });

  it('go when the account withdraws what they were kept by, and its edits leave training', async () => {
    const { book, desk, store, files, setConsent, rowsOf } = await open('consent');
    setConsent('ann', ALL);
    await store.create(sampleCapture({ storeImages: true, forTraining: true }));
    await book.keepPictures(ID, PICTURES);
    setConsent('ann', { store_images: true, training: false });
    await desk.consentWithdrawn('ann');
    expect(await files()).toHaveLength(2);
    expect((await store.read(ID))?.forTraining).toBe(false);
    setConsent('ann', { store_images: false, training: false });
    await desk.consentWithdrawn('ann');
    expect(await files()).toEqual([]);
    expect((await store.read(ID))?.artifacts).toEqual([]);
    expect(rowsOf('artifacts').filter((row) => row.removed_at_ms !== undefined)).toHaveLength(2);
  });
});

describe('a consent that is withdrawn while pictures are being kept', () => {
  it.each([
    ['after they were listed', true],
    ['before they are listed', false],
  ])('leaves none of them: %s', async (_when, isListed) => {
    const { book, desk, store, storage, files, setConsent, rowsOf } = await open('consent');
    setConsent('ann', ALL);
    await store.create(sampleCapture({ storeImages: true }));
    const withdraw = async () => {
      setConsent('ann', { store_images: false, training: false });
      await desk.consentWithdrawn('ann');
    };
    const { put } = storage;
    const { change } = store;
    if (isListed)
      vi.spyOn(storage, 'put').mockImplementationOnce(async (...given) => {
        await withdraw();
        return put(...given);
      });
    else
      vi.spyOn(store, 'change').mockImplementationOnce(async (...given) => {
        await withdraw();
        return change(...given);
      });
    await book.keepPictures(ID, PICTURES);
    expect(await files()).toEqual([]);
    expect((await store.read(ID))?.artifacts).toEqual([]);
    const paths = rowsOf('artifacts').filter((row) => row.removed_at_ms !== undefined);
    expect(paths.map((row) => row.bucket_path).sort()).toEqual([
      `raw-captures/${ID}/front.jpg`,
      `raw-captures/${ID}/side.jpg`,
    ]);
  });
});

describe('evidence', () => {
  it('comes back in the order of views, a later one in the place of an earlier', async () => {
    const { evidence, files } = await open();
    await evidence.put(ID, sampleEvidence('side'));
    await evidence.put(ID, sampleEvidence('front', { width: 100 }));
    await evidence.put(ID, sampleEvidence('front', { width: 200 }));
    expect(await evidence.all(ID)).toEqual([sampleEvidence('front', { width: 200 }), sampleEvidence('side')]);
    expect(await files()).toEqual([
      `processed-artifacts/${ID}/evidence-front.json.gz`,
      `processed-artifacts/${ID}/evidence-side.json.gz`,
    ]);
    await evidence.remove(ID);
    expect(await evidence.all(ID)).toEqual([]);
    expect(await files()).toEqual([]);
  });
});

describe('a worker', () => {
  it('begins, completes, and is told what is gone', async () => {
    const { book, store, rowsOf } = await open();
    await store.create(sampleCapture());
    await store.enqueue(ID, 1);
    expect(await book.begin(ID)).toMatchObject({ status: 'processing' });
    expect(await store.queuePosition(ID)).toBeNull();
    await book.complete(ID, sampleMeasurement(), null);
    await book.complete(ID, sampleMeasurement({ inseam_cm: 50 }), null);
    const after = await store.read(ID);
    expect(after).toMatchObject({ status: 'done', revision: 2, metrics: { original: sampleMeasurement() } });
    expect(after?.artifacts.map(({ bucketPath }) => bucketPath)).toEqual([
      `processed-artifacts/${ID}/evidence-front.json.gz`,
      `processed-artifacts/${ID}/evidence-side.json.gz`,
    ]);
    expect(rowsOf('body_captures').map(({ status }) => status)).toEqual(['processing', 'done']);
    expect(rowsOf('capture_metrics')).toHaveLength(1);
    await store.remove(ID);
    expect(await book.begin(ID)).toBeNull();
  });

  it('leaves nothing of a capture that is removed while it is measured', async () => {
    const { book, evidence, store, files } = await open();
    await store.create(sampleCapture());
    await book.begin(ID);
    await store.remove(ID);
    await evidence.put(ID, sampleEvidence('front'));
    await book.complete(ID, sampleMeasurement(), null);
    expect(await files()).toEqual([]);
  });

  it('fails a capture with its reason', async () => {
    const { book, store } = await open();
    await store.create(sampleCapture());
    await book.fail(ID, { code: 'capture-not-measurable', message: 'nobody is seen' });
    expect(await store.read(ID)).toMatchObject({
      status: 'failed',
      error: { code: 'capture-not-measurable' },
    });
  });
});

describe('a capture that failed for good', () => {
  const ERROR = { code: 'capture-not-measurable', message: 'nobody is seen' };

  it('has what its pictures said due at once', async () => {
    const { book, evidence, store, files, storage } = await open();
    await store.create(sampleCapture());
    await book.begin(ID);
    await evidence.put(ID, sampleEvidence('front'));
    await book.fail(ID, ERROR);
    await book.fail(ID, ERROR);
    const due = await store.dueArtifacts(Date.now(), 10);
    expect(due.map(({ bucketPath }) => bucketPath).sort()).toEqual([
      `processed-artifacts/${ID}/evidence-front.json.gz`,
      `processed-artifacts/${ID}/evidence-side.json.gz`,
    ]);
    await storage.remove(due.map(({ bucketPath }) => bucketPath));
    expect(await files()).toEqual([]);
  });

  it('keeps it for as long as the capture, where it is measured after all', async () => {
    const { book, store } = await open();
    await store.create(sampleCapture());
    await book.fail(ID, ERROR);
    await book.begin(ID);
    await book.complete(ID, sampleMeasurement(), null);
    expect(await store.dueArtifacts(Date.now(), 10)).toEqual([]);
    expect((await store.read(ID))?.artifacts).toHaveLength(2);
  });

  it('has it due too where the job is found lost by somebody who asks', async () => {
    const { desk, store } = await open();
    await store.create(sampleCapture());
    await desk.progress(ANN, ID);
    expect(await store.read(ID)).toMatchObject({ status: 'failed', error: { code: 'job-lost' } });
    const due = await store.dueArtifacts(Date.now(), 10);
    expect(due.map(({ artifactType }) => artifactType)).toEqual(['evidence', 'evidence']);
  });

  it('keeps what it was measured from where only a correction failed', async () => {
    const { book, desk, evidence, store } = await open();
    await store.create(sampleCapture());
    for (const view of ['front', 'side'] as const) await evidence.put(ID, sampleEvidence(view));
    await book.complete(ID, sampleMeasurement(), null);
    await desk.correct(ANN, ID, {
      keypoints: [{ view: 'front', point: 'leftHip', x: 1, y: 1 }],
      notes: 'lower',
      correlation: CORRELATION,
    });
    await book.fail(ID, ERROR);
    expect(await store.dueArtifacts(Date.now(), 10)).toEqual([]);
  });
});

describe('a live session', () => {
  it('adds views by its ticket until they are there, and the capture is measured by its job', async () => {
    const { book, desk, evidence, store } = await open();
    const { capture, ticket } = await desk.openLive(ANN, {
      views: ['front', 'side'],
      stated: STATED,
      storeImages: false,
    });
    expect(Buffer.from(ticket, 'base64url')).toHaveLength(32);
    const hash = await hashOf(ticket);
    expect(capture.ticketHash).toBe(hash);
    expect(JSON.stringify(await store.read(capture.captureId))).not.toContain(ticket);
    const collect = (view: 'front' | 'side' | 'portrait', width = 720) =>
      book.collect(capture.captureId, hash, sampleEvidence(view, { width }));
    expect(await collect('front')).toMatchObject({ complete: false });
    expect(await collect('front', 800)).toMatchObject({ complete: false });
    await expect(collect('portrait')).rejects.toMatchObject({ code: 'ticket-invalid' });
    const last = await collect('side');
    expect(last).toMatchObject({ complete: true, capture: { status: 'queued', jobId: capture.captureId } });
    expect(await store.queuePosition(capture.captureId)).toBe(1);
    // Delivered again: the worker may have died before it handed in the job.
    expect(await collect('side', 900)).toEqual(last);
    expect((await evidence.all(capture.captureId)).map(({ width }) => width)).toEqual([800, 720]);
    await book.begin(capture.captureId);
    expect(await collect('side')).toMatchObject({ complete: false });
    await evidence.remove(capture.captureId);
    await expect(collect('side')).rejects.toMatchObject({ code: 'ticket-invalid' });
  });

  it('refuses another picture for a view that counts, and keeps nothing of one for a capture given up', async () => {
    const { book, desk, store, evidence, files } = await open();
    const { capture, ticket } = await desk.openLive(ANN, {
      views: ['front', 'side'],
      stated: STATED,
      storeImages: false,
    });
    const hash = await hashOf(ticket);
    const { captureId } = capture;
    await book.collect(captureId, hash, sampleEvidence('front'));
    const { put } = evidence;
    vi.spyOn(evidence, 'put').mockImplementationOnce(async (...given) => {
      await put(...given);
      await book.fail(captureId, { code: 'views-missing', message: 'not all pictures came' });
    });
    await expect(book.collect(captureId, hash, sampleEvidence('side'))).rejects.toMatchObject({
      code: 'ticket-invalid',
    });
    expect(await files()).toEqual([`processed-artifacts/${captureId}/evidence-front.json.gz`]);
    expect(await store.dueArtifacts(Date.now(), 10)).toMatchObject([
      { bucketPath: `processed-artifacts/${captureId}/evidence-front.json.gz` },
    ]);
    await store.change(captureId, (one) => ({ ...one, status: 'collecting' }));
    await book.collect(captureId, hash, sampleEvidence('side'));
    const other = sampleEvidence('side', { imageSha256: 'ee'.repeat(32) });
    await expect(book.collect(captureId, hash, other)).rejects.toMatchObject({ code: 'ticket-invalid' });
    expect(await book.collect(captureId, hash, sampleEvidence('side'))).toMatchObject({ complete: true });
  });

  it('completes once where the last two views come at once', async () => {
    const { book, desk, rowsOf } = await open();
    const { capture, ticket } = await desk.openLive(ANN, {
      views: ['front', 'side'],
      stated: STATED,
      storeImages: false,
    });
    const hash = await hashOf(ticket);
    const both = await Promise.all(
      (['front', 'side'] as const).map((view) => book.collect(capture.captureId, hash, sampleEvidence(view))),
    );
    expect(both.filter(({ complete }) => complete)).toHaveLength(1);
    expect(rowsOf('body_captures').map(({ status }) => status)).toEqual([
      'collecting',
      'collecting',
      'queued',
    ]);
  });

  it.each([
    ['another ticket', 'ff'.repeat(32), ID],
    ['a capture that is not there', 'ff'.repeat(32), '00000000-0000-4000-8000-000000000000'],
  ])('is refused with %s', async (_why, hash, captureId) => {
    const { book, store, files } = await open();
    await store.create(
      sampleCapture({ status: 'collecting', ticketHash: 'aa'.repeat(32), jobId: null, views: [] }),
    );
    await expect(book.collect(captureId, hash, sampleEvidence('front'))).rejects.toMatchObject({
      code: 'ticket-invalid',
    });
    expect(await files()).toEqual([]);
  });
});

describe('history', () => {
  it('takes every row as it is written', async () => {
    const { book, desk, store, rows, setConsent } = await open('consent');
    setConsent('ann', ALL);
    await store.create(sampleCapture({ storeImages: true }));
    await book.begin(ID);
    await book.keepPictures(ID, PICTURES);
    await book.complete(ID, sampleMeasurement(), null);
    const edited = await desk.edit(ANN, ID, { adjusted: { inseam_cm: 79 }, notes: 'tape', source: 'user' });
    const adjustmentId = edited.metrics?.latestAdjustmentId ?? '';
    await desk.decide({ userId: 'ada', role: 'admin' }, ID, {
      adjustmentId,
      approverId: 'ada',
      approve: true,
    });
    await desk.label({ userId: 'lea', role: 'labeler' }, ID, {
      measurements: { inseam_cm: 80 },
      approved: true,
      notes: '',
    });
    await desk.consentWithdrawn('ann');
    const tables = new Set(rows.map(({ table }) => table));
    expect([...tables].sort()).toEqual([
      'artifacts',
      'audit_logs',
      'body_captures',
      'capture_metrics',
      'labels',
      'user_adjustments',
    ]);
    for (const { table, row } of rows) {
      expect(RECORD_ROWS[table as keyof typeof RECORD_ROWS](row, 1)).toMatchObject({
        row: expect.anything(),
      });
    }
    expect(new Set(rows.map(({ table, id }) => `${table} ${id}`)).size).toBe(rows.length);
    expect(rows.filter(({ table }) => table === 'user_adjustments').map(({ row }) => row.approved)).toEqual([
      null,
      true,
    ]);
  });
});

async function hashOf(ticket: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', Buffer.from(ticket));
  return Buffer.from(hash).toString('hex');
}
