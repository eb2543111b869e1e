import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Adjustment, Artifact } from '../../src/protocol/body-captures.ts';
import { customerOf, type PortalService, startPortalService } from '../support/portal-service.ts';
import { SAMPLE_METRICS } from '../support/sample-captures.ts';

const NO_CAPTURE = '00000000-0000-4000-8000-000000000000';

let service: PortalService;

beforeEach(async () => {
  service = await startPortalService();
});
afterEach(async () => {
  const faults = [...service.faults];
  await service.close();
  expect(faults).toEqual([]);
});

function openEdit(captureId: string, approved: boolean | null = null): Adjustment {
  return {
    adjustmentId: 'edit-1',
    captureId,
    userId: 'ann',
    originalMetrics: SAMPLE_METRICS,
    adjustedMetrics: { waist_circumference_cm: 76 },
    keypoints: null,
    notes: 'tape',
    source: 'user',
    approved,
    approverId: null,
    approvedAtMs: null,
    createdAtMs: 1,
    promoted: false,
  };
}

const RAW: Artifact = {
  artifactId: 'art-1',
  captureId: 'c',
  bucketPath: 'raw-captures/c/front.jpg',
  artifactType: 'raw',
  createdAtMs: 1,
  removeAtMs: 4_000_000_000_000,
};

async function kept() {
  const capture = await service.keep({ artifacts: [RAW], ticketHash: 'secret-hash' });
  await service.captures.storage.put(RAW.bucketPath, new Uint8Array([1, 2, 3]), 'image/jpeg');
  return capture.captureId;
}

const idsOf = ({ body }: { body: { captures: { capture_id: string }[] } }) =>
  body.captures.map((one) => one.capture_id);

describe('the list of captures', () => {
  it('has everybody’s, newest first, page by page, and never pixels', async () => {
    const ids: string[] = [];
    for (let at = 0; at < 5; at++) ids.unshift((await service.keep({ userId: `user-${at}` })).captureId);
    const first = await service.call('GET', '/admin/captures?limit=2', 'ada');
    expect(first.status).toBe(200);
    expect(first.body.captures[0]).toEqual({
      capture_id: ids[0],
      user_id: 'user-4',
      status: 'done',
      source: 'web',
      created_at: expect.any(String),
      updated_at: expect.any(String),
      views: ['front', 'side'],
      overall_confidence: 0.78,
      has_open_adjustment: false,
      adjustments: 0,
      labels: 0,
      raw_pictures: 0,
      for_training: false,
    });
    const second = await service.call(
      'GET',
      `/admin/captures?limit=2&before=${first.body.next_before}`,
      'lea',
    );
    const third = await service.call(
      'GET',
      `/admin/captures?limit=2&before=${second.body.next_before}`,
      'lea',
    );
    expect([...idsOf(first), ...idsOf(second), ...idsOf(third)]).toEqual(ids);
    expect(third.body.next_before).toBeNull();
    expect(service.audited()).toEqual(['ada capture.listed ', 'lea capture.listed ', 'lea capture.listed ']);
  });

  it('is filtered by status, source and open edits', async () => {
    const queued = await service.keep({ status: 'queued', metrics: null });
    const customer = await service.keep(customerOf('shop'));
    const open = await service.keep();
    const decided = await service.keep();
    for (const [{ captureId }, approved] of [
      [open, null],
      [decided, true],
    ] as const)
      await service.captures.store.change(captureId, (one) => ({
        ...one,
        adjustments: [openEdit(captureId, approved)],
      }));
    const ids = async (query: string) => idsOf(await service.call('GET', `/admin/captures?${query}`, 'ada'));
    expect(await ids('status=queued')).toEqual([queued.captureId]);
    expect(await ids('source=partner')).toEqual([customer.captureId]);
    expect(await ids('has_open_adjustment=true')).toEqual([open.captureId]);
    expect(await ids('has_open_adjustment=false&status=done')).toEqual([
      decided.captureId,
      customer.captureId,
    ]);
    expect((await service.call('GET', '/admin/captures?status=odd', 'ada')).status).toBe(422);
  });

  it('looks through so many at once, and says where it stopped', async () => {
    for (let at = 0; at < 2005; at++) await service.keep({ status: 'failed', metrics: null });
    const wanted = await service.keep({ ...customerOf('shop'), createdAtMs: 1000 });
    const first = await service.call('GET', '/admin/captures?source=partner', 'ada');
    expect(first.body.captures).toEqual([]);
    expect(first.body.next_before).toEqual(expect.any(Number));
    const second = await service.call(
      'GET',
      `/admin/captures?source=partner&before=${first.body.next_before}`,
      'ada',
    );
    expect(idsOf(second)).toEqual([wanted.captureId]);
  }, 60_000);
});

describe('a capture', () => {
  it('is shown with its edits, labels and files, without its secrets', async () => {
    const captureId = await kept();
    await service.captures.store.change(captureId, (one) => ({ ...one, adjustments: [openEdit(captureId)] }));
    const { status, body, text } = await service.call('GET', `/admin/captures/${captureId}`, 'lea');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      capture_id: captureId,
      has_open_adjustment: true,
      adjustments: [{ adjustment_id: 'edit-1', approved: null }],
      labels: [],
      artifacts: [{ artifact_id: 'art-1', artifact_type: 'raw', view: 'front' }],
      partner: null,
    });
    expect(text).not.toContain('secret-hash');
    expect(text).not.toContain('raw-captures');
    expect(service.audited()).toEqual([`lea capture.reviewed ${captureId}`]);
  });

  it('gives its files to admins only, and tells the audit trail', async () => {
    const captureId = await kept();
    const path = `/admin/captures/${captureId}/artifacts`;
    const { status, headers, bytes } = await service.call('GET', `${path}/art-1`, 'ada');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('image/jpeg');
    expect([...bytes]).toEqual([1, 2, 3]);
    expect(service.audited()).toEqual([`ada artifact.viewed ${captureId}`]);
    expect((await service.call('GET', `${path}/art-2`, 'ada')).status).toBe(404);
    expect((await service.call('GET', `/admin/captures/${NO_CAPTURE}/artifacts/art-1`, 'ada')).status).toBe(
      404,
    );
    await service.captures.storage.remove([RAW.bucketPath]);
    expect((await service.call('GET', `${path}/art-1`, 'ada')).status).toBe(404);
  });
});

describe('who may look', () => {
  it('is refused to everybody else', async () => {
    const captureId = await kept();
    const paths = ['', `/${captureId}`, `/${captureId}/artifacts/art-1`];
    for (const path of paths) {
      for (const [who, status] of [
        ['', 401],
        ['ann', 403],
        ['shop', 403],
      ] as const) {
        expect((await service.call('GET', `/admin/captures${path}`, who)).status).toBe(status);
      }
    }
    expect((await service.call('GET', `/admin/captures${paths[2]}`, 'lea')).status).toBe(403);
    expect((await service.call('GET', `/admin/captures/${NO_CAPTURE}`, 'ada')).status).toBe(404);
    expect((await service.call('GET', '/admin/captures/x', 'ada')).status).toBe(404);
    expect(service.audited()).toEqual([]);
  });
});

describe('labels', () => {
  const LABEL = { measurements: { waist_cm: 75.5, hip_circumference_cm: 99 }, notes: 'Tape, twice' };
  const label = (who: string, id: string, json: unknown = LABEL) =>
    service.send('POST', `/admin/label/${id}`, who, json);
  const approve = (who: string, id: string, labelId: string, yes = true) =>
    service.send('POST', `/admin/label/${id}/approve`, who, { label_id: labelId, approve: yes });

  it.each(['lea', 'ada'])('are added by %s, and wait for somebody else', async (who) => {
    const { captureId } = await service.keep();
    const { status, body } = await label(who, captureId);
    expect(status).toBe(201);
    expect(body).toEqual({
      label_id: expect.any(String),
      capture_id: captureId,
      labeler_id: who,
      measurements: { waist_circumference_cm: 75.5, hip_circumference_cm: 99 },
      approved: false,
      notes: 'Tape, twice',
      created_at: expect.any(String),
    });
    expect((await approve(who, captureId, body.label_id)).body).toMatchObject({ code: 'own-approval' });
    expect((await approve('leo', captureId, body.label_id)).body).toMatchObject({ approved: true });
    expect((await approve('abe', captureId, body.label_id, false)).body).toMatchObject({ approved: false });
    expect(service.captures.rowsOf('labels').map(({ approved }) => approved)).toEqual([false, true, false]);
    expect(service.audited()).toEqual([
      `${who} capture.labeled ${captureId}`,
      `leo label.approved ${captureId}`,
      `abe label.refused ${captureId}`,
    ]);
  });

  it('are not approved by those who add them', async () => {
    const { captureId } = await service.keep();
    const { status, body } = await label('ada', captureId, { ...LABEL, approved: true });
    expect({ status, code: body.code }).toEqual({ status: 403, code: 'own-approval' });
    expect((await service.captures.store.read(captureId))?.labels).toEqual([]);
  });

  it('hold what humans have', async () => {
    const { captureId } = await service.keep();
    const far = await label('lea', captureId, { measurements: { waist_cm: 7 } });
    expect({ status: far.status, code: far.body.code }).toEqual({
      status: 422,
      code: 'body-measure-implausible',
    });
    for (const json of [{}, { measurements: {} }, { measurements: { eye_cm: 3 } }, { ...LABEL, more: 1 }]) {
      expect((await label('lea', captureId, json)).status).toBe(422);
    }
  });

  it('are for labelers and admins, of captures that are there', async () => {
    const { captureId } = await service.keep();
    for (const [who, status] of [
      ['', 401],
      ['ann', 403],
      ['shop', 403],
    ] as const) {
      expect((await label(who, captureId)).status).toBe(status);
      expect((await approve(who, captureId, 'x')).status).toBe(status);
    }
    expect((await label('lea', NO_CAPTURE)).status).toBe(404);
    expect((await approve('lea', NO_CAPTURE, 'x')).status).toBe(404);
    expect((await approve('lea', captureId, 'x')).status).toBe(404);
  });
});

describe('the mark for training', () => {
  const mark = (who: string, id: string, marked = true) =>
    service.send('POST', `/admin/captures/${id}/training`, who, { marked });

  it('needs the owner’s consent, as it is now', async () => {
    const { captureId } = await service.keep();
    const refused = await mark('ada', captureId);
    expect({ status: refused.status, code: refused.body.code }).toEqual({
      status: 403,
      code: 'consent-missing',
    });
    service.captures.setConsent('ann', { store_images: false, training: true });
    expect((await mark('ada', captureId)).body).toMatchObject({ for_training: true });
    expect((await mark('ada', captureId, false)).body).toMatchObject({ for_training: false });
    expect(service.audited()).toEqual([`ada capture.marked ${captureId}`, `ada capture.marked ${captureId}`]);
  });

  it('is made by admins', async () => {
    const { captureId } = await service.keep();
    for (const [who, status] of [
      ['', 401],
      ['ann', 403],
      ['lea', 403],
      ['shop', 403],
    ] as const) {
      expect((await mark(who, captureId)).status).toBe(status);
    }
    expect((await mark('ada', NO_CAPTURE)).status).toBe(404);
  });
});
