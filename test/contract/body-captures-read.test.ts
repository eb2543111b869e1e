import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bodyResultSchema } from '../../src/protocol/body-captures.ts';
import { FramegateError } from '../../src/protocol/framegate-error.ts';
import {
  type CaptureService,
  NO_CAPTURE_ID,
  startCaptureService,
  WAIST_EDIT,
  withdrawBeforeNextChange,
} from '../support/capture-service.ts';
import { SAMPLE_METRICS } from '../support/sample-captures.ts';

let service: CaptureService;
beforeEach(async () => {
  service = await startCaptureService();
});
afterEach(async () => {
  expect(service.faults).toEqual([]);
  await service.close();
});

describe('status and results', () => {
  it('are the published result, and its details where they are asked for', async () => {
    const id = await service.measuredCapture();
    const { status, body, headers } = await service.call('GET', `/${id}/results`, 'ann');
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(bodyResultSchema.strict().parse(body)).toMatchObject({
      capture_id: id,
      user_id: 'ann',
      metrics: SAMPLE_METRICS,
      quality: { overall_confidence: 0.78 },
    });
    await service.edit(id, 'ann');
    const detailed = await service.call('GET', `/${id}/results?include=details`, 'ann');
    expect(detailed.body.details).toMatchObject({
      original_metrics: SAMPLE_METRICS,
      intervals_cm: { waist_circumference_cm: 4 },
      scale: { source: 'card', relative_sd: 0.01 },
      flags: [{ code: 'low-confidence' }],
      lines: [{ view: 'front' }],
      stages: [{ stage: 'card', duration_ms: 12 }],
      model_versions: [{ name: 'pose' }],
      edited_by: 'user',
      latest_adjustment: { notes: WAIST_EDIT.notes, approved: null },
    });
    expect((await service.call('GET', `/${id}/results?include=all`, 'ann')).status).toBe(422);
  });

  it('before it is measured are not ready', async () => {
    const { body } = await service.upload('ann');
    for (const path of ['results', 'metrics/history']) {
      expect(await service.call('GET', `/${body.capture_id}/${path}`, 'ann')).toMatchObject({
        status: 409,
        body: { code: 'capture-not-ready' },
      });
    }
  });

  it('of one that cannot be measured say why', async () => {
    service.measure = () => {
      throw new FramegateError('capture-not-measurable', 'nobody is seen from the side');
    };
    const id = await service.measuredCapture();
    expect((await service.call('GET', `/${id}/status`, 'ann')).body).toMatchObject({
      status: 'failed',
      error: { code: 'capture-not-measurable', message: 'nobody is seen from the side' },
    });
    expect(await service.call('GET', `/${id}/results`, 'ann')).toMatchObject({
      status: 409,
      body: { code: 'job-failed', details: { cause: 'capture-not-measurable' } },
    });
  });

  it('of one whose job has failed without a word are failed too', async () => {
    const { body } = await service.upload('ann');
    const jobId = service.captures.jobs.submitted[0]?.jobId ?? '';
    const error = { code: 'job-lost', message: 'its message is gone' };
    await service.captures.jobs.store.change(jobId, { type: 'start', atMs: 1 });
    expect((await service.call('GET', `/${body.capture_id}/status`, 'ann')).body.status).toBe('processing');
    await service.captures.jobs.store.touch(jobId, 0.4);
    expect((await service.call('GET', `/${body.capture_id}/status`, 'ann')).body.progress).toBe(0.4);
    await service.captures.jobs.store.change(jobId, { type: 'fail', attempt: 1, atMs: 2, error });
    expect(await service.call('GET', `/${body.capture_id}/results`, 'ann')).toMatchObject({
      status: 409,
      body: { code: 'job-failed', details: { cause: 'job-lost' } },
    });
    expect((await service.call('GET', `/${body.capture_id}/status`, 'ann')).body).toMatchObject({
      status: 'failed',
      queue_position: null,
      error,
    });
    expect((await service.captures.store.read(body.capture_id))?.status).toBe('failed');
  });

  it('of one whose job nobody knows are lost, once it could have come', async () => {
    const { body } = await service.upload('ann');
    await service.captures.jobs.store.remove(service.captures.jobs.submitted[0]?.jobId ?? '');
    expect((await service.call('GET', `/${body.capture_id}/status`, 'ann')).body.status).toBe('queued');
    await service.captures.store.change(body.capture_id, (one) => ({
      ...one,
      updatedAtMs: one.updatedAtMs - 61_000,
    }));
    expect((await service.call('GET', `/${body.capture_id}/status`, 'ann')).body).toMatchObject({
      status: 'failed',
      error: { code: 'job-lost' },
    });
  });
});

describe('who sees a capture', () => {
  it.each(['status', 'results', 'metrics/history'])('%s: its owner, admins and labelers', async (path) => {
    const id = await service.measuredCapture();
    const asked = async (who: string) => (await service.call('GET', `/${id}/${path}`, who)).status;
    expect([await asked('ann'), await asked('ada'), await asked('lea')]).toEqual([200, 200, 200]);
    // That it exists is nobody's business.
    expect([await asked('bob'), await asked('shop'), await asked('')]).toEqual([404, 404, 401]);
  });

  it('a partner sees its own customers’ captures, and no other partner does', async () => {
    const id = await service.customerCapture();
    expect((await service.call('GET', `/${id}/results`, 'shop')).status).toBe(200);
    expect((await service.call('GET', `/${id}/results`, 'store')).status).toBe(404);
  });

  it.each([NO_CAPTURE_ID, 'x', '..', '%00'])('there is nothing of the id %s', async (id) => {
    expect((await service.call('GET', `/${id}/results`, 'ada')).status).toBe(404);
  });

  it('looks of others are told to the audit, one’s own are not', async () => {
    const id = await service.measuredCapture();
    await service.call('GET', `/${id}/results`, 'ann');
    await service.call('GET', `/${id}/results`, 'lea');
    await service.call('GET', `/${id}/metrics/history`, 'ada');
    expect(service.captures.rowsOf('audit_logs')).toMatchObject([
      { actor_id: 'lea', action: 'capture.result-read', resource_type: 'capture', resource_id: id },
      { actor_id: 'ada', action: 'capture.history-read', resource_id: id },
    ]);
  });
});

describe('one’s own captures', () => {
  it('are listed page by page, newest first, and others’ are not', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 3; count++) {
      const { body } = await service.send('POST', '', 'ann', { metrics: { waist_cm: 75 } });
      ids.unshift(body.capture_id);
      // As if a second lay between them.
      service.captures.passTime(1000);
    }
    await service.upload('bob');
    const first = await service.call('GET', '?limit=2', 'ann');
    expect(first.body.captures.map((one: { capture_id: string }) => one.capture_id)).toEqual(ids.slice(0, 2));
    expect(first.body.captures[0]).toMatchObject({ status: 'done', source: 'web', overall_confidence: 0.5 });
    const second = await service.call('GET', `?limit=2&before=${first.body.next_before}`, 'ann');
    expect(second.body).toMatchObject({ captures: [{ capture_id: ids[2] }], next_before: null });
    expect((await service.call('GET', '?limit=0', 'ann')).status).toBe(422);
    expect((await service.call('GET', '?limit=101', 'ann')).status).toBe(422);
  });

  it('go with all that was kept of them', async () => {
    const id = await service.measuredCapture();
    expect(await service.captures.files()).toHaveLength(2);
    expect((await service.call('DELETE', `/${id}`, 'bob')).status).toBe(404);
    expect((await service.call('DELETE', `/${id}`, 'lea')).status).toBe(403);
    expect((await service.call('DELETE', `/${id}`, 'ann')).status).toBe(204);
    expect(await service.captures.files()).toEqual([]);
    expect((await service.call('GET', `/${id}/status`, 'ann')).status).toBe(404);
    expect((await service.call('DELETE', `/${id}`, 'ann')).status).toBe(404);
    const jobId = service.captures.jobs.submitted[0]?.jobId;
    expect(await service.captures.jobs.store.read(jobId ?? '')).toBeNull();
    expect(service.captures.rowsOf('erasures')).toMatchObject([
      { subject_type: 'capture', subject_id: id, capture_ids: [id] },
    ]);
    expect(service.captures.rowsOf('audit_logs')).toMatchObject([
      { actor_id: 'ann', action: 'capture.removed', metadata: '{"role":"user","own":true}' },
    ]);
  });

  it('leave no job behind, of the first measurement and of each correction', async () => {
    const id = await service.measuredCapture();
    for (let count = 0; count < 2; count++) {
      await service.correct(id, 'ann');
      await service.captures.jobs.work();
    }
    const jobIds = service.captures.jobs.submitted.map(({ jobId }) => jobId);
    expect(jobIds).toHaveLength(3);
    await service.call('DELETE', `/${id}`, 'ann');
    expect(await Promise.all(jobIds.map((jobId) => service.captures.jobs.store.read(jobId)))).toEqual([
      null,
      null,
      null,
    ]);
    expect(service.captures.rowsOf('erasures')).toMatchObject([
      { capture_ids: expect.arrayContaining(jobIds) },
    ]);
  });

  it('removed by an admin are told to the audit', async () => {
    const id = await service.measuredCapture();
    expect((await service.call('DELETE', `/${id}`, 'ada')).status).toBe(204);
    expect(service.captures.rowsOf('audit_logs')).toMatchObject([
      { actor_id: 'ada', action: 'capture.removed' },
    ]);
  });
});

describe('labels', () => {
  const LEA = { userId: 'lea', role: 'labeler' } as const;

  it('are kept, and told to the audit', async () => {
    const id = await service.measuredCapture();
    const label = await service.captures.desk.label(LEA, id, {
      measurements: { inseam_cm: 79 },
      approved: true,
      notes: '',
    });
    expect((await service.captures.store.read(id))?.labels).toEqual([label]);
    expect(service.captures.rowsOf('audit_logs')).toMatchObject([
      { actor_id: 'lea', action: 'capture.labeled' },
    ]);
    await expect(service.captures.desk.label(LEA, NO_CAPTURE_ID, label)).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('a capture is marked for training with its owner’s consent alone', async () => {
    const id = await service.measuredCapture();
    await expect(service.captures.desk.markForTraining(LEA, id, true)).rejects.toMatchObject({
      code: 'consent-missing',
    });
    service.captures.setConsent('ann', { store_images: false, training: true });
    expect((await service.captures.desk.markForTraining(LEA, id, true)).forTraining).toBe(true);
    service.captures.setConsent('ann', { store_images: false, training: false });
    expect((await service.captures.desk.markForTraining(LEA, id, false)).forTraining).toBe(false);
  });
  it('nor is one whose owner withdraws that at the same moment', async () => {
    const id = await service.measuredCapture();
    service.captures.setConsent('ann', { store_images: false, training: true });
    withdrawBeforeNextChange(service);
    await expect(service.captures.desk.markForTraining(LEA, id, true)).rejects.toMatchObject({
      code: 'consent-missing',
    });
    expect((await service.captures.store.read(id))?.forTraining).toBe(false);
  });
});
