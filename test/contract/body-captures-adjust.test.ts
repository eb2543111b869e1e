import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FramegateError } from '../../src/protocol/framegate-error.ts';
import {
  type CaptureService,
  HIP_CORRECTION,
  NO_CAPTURE_ID,
  startCaptureService,
  WAIST_EDIT,
  withdrawBeforeNextChange,
} from '../support/capture-service.ts';
import { SAMPLE_METRICS, sampleMeasurement } from '../support/sample-captures.ts';

let service: CaptureService;
beforeEach(async () => {
  service = await startCaptureService();
});
afterEach(async () => {
  expect(service.faults).toEqual([]);
  await service.close();
});

describe('editing measures', () => {
  it('gives the merged metrics with a lower confidence, and keeps the original', async () => {
    const id = await service.measuredCapture();
    const { status, body } = await service.edit(id, 'ann');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      capture_id: id,
      status: 'edited',
      adjustment_id: expect.any(String),
      metrics: { ...SAMPLE_METRICS, waist_circumference_cm: 76 },
    });
    expect(body.quality.overall_confidence).toBeCloseTo(0.78 * (1 - 1 / 18), 10);
    expect((await service.call('GET', `/${id}/status`, 'ann')).body.status).toBe('edited');
    const history = await service.call('GET', `/${id}/metrics/history`, 'ann');
    expect(history.body).toMatchObject({
      original: { metrics: SAMPLE_METRICS, overall_confidence: 0.78 },
      adjustments: [
        {
          adjustment_id: body.adjustment_id,
          user_id: 'ann',
          source: 'user',
          notes: WAIST_EDIT.notes,
          adjusted_metrics: { waist_circumference_cm: 76 },
          approved: null,
        },
      ],
      current: { metrics: { waist_circumference_cm: 76 } },
    });
  });

  it.each([
    ['ann', 'user', 200],
    ['ann', undefined, 200],
    ['ann', 'tailor', 403],
    ['ann', 'admin', 403],
    ['ada', 'admin', 200],
    ['ada', 'user', 403],
    ['lea', 'user', 403],
    ['bob', 'user', 404],
    ['shop', 'tailor', 404],
    ['', 'user', 401],
  ])('by %s as %s is answered with %s', async (who, source, status) => {
    const id = await service.measuredCapture();
    expect((await service.edit(id, who, { ...WAIST_EDIT, source })).status).toBe(status);
  });

  it('by a partner of its customer is a tailor’s', async () => {
    const id = await service.customerCapture();
    const { body } = await service.edit(id, 'shop', { ...WAIST_EDIT, source: 'tailor' });
    expect(body.status).toBe('edited');
    expect((await service.call('GET', `/${id}/metrics/history`, 'shop')).body.adjustments).toMatchObject([
      { source: 'tailor', user_id: 'shop' },
    ]);
    expect((await service.edit(id, 'store', { ...WAIST_EDIT, source: 'tailor' })).status).toBe(404);
  });

  it.each([
    ['no measure', { adjusted_metrics: {} }, 'request-invalid'],
    ['no note', { notes: undefined }, 'request-invalid'],
    ['an empty note', { notes: '  ' }, 'request-invalid'],
    ['a note of 501 letters', { notes: 'x'.repeat(501) }, 'request-invalid'],
    ['another source', { source: 'partner' }, 'request-invalid'],
    ['an unknown field', { original: {} }, 'request-invalid'],
    ['an unknown measure', { adjusted_metrics: { belly_cm: 80 } }, 'request-invalid'],
    ['a measure that is taken away', { adjusted_metrics: { waist_cm: null } }, 'request-invalid'],
    ['what no human has', { adjusted_metrics: { waist_cm: 7.6 } }, 'body-measure-implausible'],
  ])('is refused with %s', async (_what, changes, code) => {
    const id = await service.measuredCapture();
    expect(await service.edit(id, 'ann', { ...WAIST_EDIT, ...changes })).toMatchObject({
      status: 422,
      body: { code },
    });
    expect((await service.captures.store.read(id))?.adjustments).toEqual([]);
  });

  it('is refused before there is something to edit', async () => {
    const { body } = await service.upload('ann');
    expect(await service.edit(body.capture_id, 'ann')).toMatchObject({
      status: 409,
      body: { code: 'capture-not-ready' },
    });
  });

  it('loses none of several at once', async () => {
    const id = await service.measuredCapture();
    await Promise.all(
      [{ waist_cm: 76 }, { hip_cm: 100 }, { inseam_cm: 80 }].map((adjusted_metrics) =>
        service.edit(id, 'ann', { ...WAIST_EDIT, adjusted_metrics }),
      ),
    );
    expect((await service.captures.store.read(id))?.adjustments).toHaveLength(3);
  });
});

describe('deciding on an edit', () => {
  async function editedCapture(by = 'ann') {
    const id = await service.measuredCapture();
    const { body } = await service.edit(id, by, { ...WAIST_EDIT, source: undefined });
    return { id, adjustmentId: body.adjustment_id as string };
  }

  it('approves it: the numbers stay, the confidence is back, and it says who and when', async () => {
    const { id, adjustmentId } = await editedCapture();
    const { status, body } = await service.decide(id, 'ada', adjustmentId);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'done',
      metrics: { waist_circumference_cm: 76 },
      quality: { overall_confidence: 0.78 },
      approved: true,
      approved_by: 'ada',
      approved_at: expect.stringMatching(/Z$/),
      promoted: false,
    });
    expect(service.captures.rowsOf('audit_logs')).toMatchObject([
      { actor_id: 'ada', action: 'adjustment.approved' },
    ]);
  });

  it('refuses it: the numbers are those before it', async () => {
    const { id, adjustmentId } = await editedCapture();
    const { body } = await service.decide(id, 'ada', adjustmentId, false);
    expect(body).toMatchObject({ status: 'done', metrics: SAMPLE_METRICS, approved: false });
  });

  it('promotes it to training only with the owner’s consent at that moment', async () => {
    service.captures.setConsent('ann', { store_images: false, training: true });
    const first = await editedCapture();
    service.captures.setConsent('ann', { store_images: false, training: false });
    expect((await service.decide(first.id, 'ada', first.adjustmentId)).body.promoted).toBe(false);
    expect((await service.captures.store.read(first.id))?.forTraining).toBe(false);
    const second = await editedCapture();
    service.captures.setConsent('ann', { store_images: false, training: true });
    expect((await service.decide(second.id, 'ada', second.adjustmentId)).body.promoted).toBe(true);
    expect((await service.captures.store.read(second.id))?.forTraining).toBe(true);
  });

  it('lets nothing go to training where the consent is withdrawn at the same moment', async () => {
    service.captures.setConsent('ann', { store_images: false, training: true });
    const { id, adjustmentId } = await editedCapture();
    withdrawBeforeNextChange(service);
    const { body } = await service.decide(id, 'ada', adjustmentId);
    expect(body).toMatchObject({ approved: true, promoted: false });
    expect((await service.captures.store.read(id))?.forTraining).toBe(false);
  });

  it.each([
    ['ann', 403, 'role-refused'],
    ['lea', 403, 'role-refused'],
    ['shop', 404, 'not-found'],
  ])('is not for %s', async (who, status, code) => {
    const { id, adjustmentId } = await editedCapture();
    expect(await service.decide(id, who, adjustmentId)).toMatchObject({ status, body: { code } });
  });

  it('is for the partner of the customer, and for nobody of one’s own edit', async () => {
    const id = await service.customerCapture();
    const own = (await service.edit(id, 'shop', { ...WAIST_EDIT, source: 'tailor' })).body.adjustment_id;
    expect(await service.decide(id, 'shop', own)).toMatchObject({
      status: 403,
      body: { code: 'own-approval' },
    });
    const admins = (await service.edit(id, 'ada', { ...WAIST_EDIT, source: 'admin' })).body.adjustment_id;
    expect(await service.decide(id, 'ada', admins)).toMatchObject({
      status: 403,
      body: { code: 'own-approval' },
    });
    expect((await service.decide(id, 'shop', admins)).status).toBe(200);
  });

  it('a partner does not decide on a capture of its own that is no customer’s', async () => {
    const id = await service.measuredCapture('shop');
    const { body } = await service.edit(id, 'ada', { ...WAIST_EDIT, source: 'admin' });
    expect(await service.decide(id, 'shop', body.adjustment_id)).toMatchObject({
      status: 403,
      body: { code: 'role-refused' },
    });
  });

  it('is refused in another’s name, of what is not there, twice, and of what was replaced', async () => {
    const { id, adjustmentId } = await editedCapture();
    expect(await service.decide(id, 'ada', adjustmentId, true, 'bob')).toMatchObject({
      status: 422,
      body: { code: 'request-invalid' },
    });
    expect(await service.decide(id, 'ada', NO_CAPTURE_ID)).toMatchObject({
      status: 404,
      body: { code: 'not-found' },
    });
    const newer = (await service.edit(id, 'ann', { ...WAIST_EDIT, adjusted_metrics: { inseam_cm: 80 } })).body
      .adjustment_id;
    expect(await service.decide(id, 'ada', adjustmentId)).toMatchObject({
      status: 409,
      body: { code: 'adjustment-decided' },
    });
    expect((await service.decide(id, 'ada', newer)).status).toBe(200);
    expect(await service.decide(id, 'ada', newer, false)).toMatchObject({
      status: 409,
      body: { code: 'adjustment-decided' },
    });
  });

  it.each([
    [{ adjustment_id: NO_CAPTURE_ID, approver_id: 'ada' }],
    [{ adjustment_id: NO_CAPTURE_ID, approver_id: 'ada', approve: 'yes' }],
    [{ adjustment_id: 7, approver_id: 'ada', approve: true }],
  ])('is refused with %j', async (json) => {
    const { id } = await editedCapture();
    expect((await service.send('POST', `/${id}/adjustments/approve`, 'ada', json)).status).toBe(422);
  });

  it('is made once, of two at the same time', async () => {
    const { id, adjustmentId } = await editedCapture();
    const answers = await Promise.all([
      service.decide(id, 'ada', adjustmentId, true),
      service.decide(id, 'ada', adjustmentId, false),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });
});

describe('correcting key points', () => {
  it('has the capture measured again, with its results there meanwhile', async () => {
    const id = await service.measuredCapture();
    const { status, body } = await service.correct(id, 'ann');
    expect(status).toBe(202);
    expect(body).toEqual({ adjustment_id: expect.any(String), status: 'queued' });
    expect((await service.call('GET', `/${id}/status`, 'ann')).body).toMatchObject({
      status: 'queued',
      queue_position: 1,
    });
    expect((await service.call('GET', `/${id}/results`, 'ann')).body.metrics).toEqual(SAMPLE_METRICS);
    service.measure = () => sampleMeasurement({ hip_circumference_cm: 101 });
    await service.captures.jobs.work();
    expect(service.captures.jobs.submitted[1]).toMatchObject({
      jobId: body.adjustment_id,
      params: { captureId: id, adjustmentId: body.adjustment_id },
      parts: [],
    });
    expect((await service.call('GET', `/${id}/status`, 'ann')).body).toMatchObject({
      status: 'edited',
      queue_position: null,
    });
    expect((await service.call('GET', `/${id}/results`, 'ann')).body.metrics).toEqual({
      ...SAMPLE_METRICS,
      hip_circumference_cm: 101,
    });
    expect((await service.decide(id, 'ada', body.adjustment_id)).body.status).toBe('done');
  });

  it('waits for the one before it', async () => {
    const id = await service.measuredCapture();
    await service.correct(id, 'ann');
    expect(await service.correct(id, 'ann')).toMatchObject({
      status: 409,
      body: { code: 'capture-not-ready' },
    });
    await service.captures.jobs.work();
    expect((await service.correct(id, 'ann')).status).toBe(202);
  });

  it('that fails says why, and leaves the results as they were', async () => {
    const id = await service.measuredCapture();
    await service.correct(id, 'ann');
    service.measure = () => {
      throw new FramegateError('analysis-failed', 'the hips are beyond the picture');
    };
    await service.captures.jobs.work();
    expect((await service.call('GET', `/${id}/status`, 'ann')).body).toMatchObject({
      status: 'done',
      error: { code: 'analysis-failed' },
    });
    expect((await service.call('GET', `/${id}/results`, 'ann')).body.metrics).toEqual(SAMPLE_METRICS);
  });

  it('leaves nothing behind where the job cannot be handed in', async () => {
    const id = await service.measuredCapture();
    const before = await service.captures.store.read(id);
    service.captures.failNextSubmission(
      new FramegateError('bus-unavailable', 'NATS is away', { retryable: true }),
    );
    expect((await service.correct(id, 'ann')).status).toBe(503);
    const { adjustments, jobId, status } = (await service.captures.store.read(id)) ?? {};
    expect({ adjustments, jobId, status }).toEqual({ adjustments: [], jobId: before?.jobId, status: 'done' });
    expect(await service.captures.store.queuePosition(id)).toBeNull();
    expect(service.captures.rowsOf('user_adjustments')).toEqual([]);
  });

  it('is refused where there were no pictures', async () => {
    const { body } = await service.send('POST', '', 'ann', { metrics: { waist_cm: 75 } });
    expect(await service.correct(body.capture_id, 'ann')).toMatchObject({
      status: 422,
      body: { code: 'capture-not-measurable', details: { views: ['front'] } },
    });
  });

  const point = HIP_CORRECTION.keypoints[0];
  it.each([
    ['no point', { keypoints: [] }],
    ['a point that is none', { keypoints: [{ ...point, point: 'leftPocket' }] }],
    ['a point of another picture', { keypoints: [{ ...point, view: 'portrait' }] }],
    ['a point beyond the picture', { keypoints: [{ ...point, x: 721 }] }],
    ['a point before the picture', { keypoints: [{ ...point, y: -1 }] }],
    ['a point twice', { keypoints: [point, point] }],
    ['no note', { notes: '' }],
  ])('is refused with %s', async (_what, changes) => {
    const id = await service.measuredCapture();
    expect(await service.correct(id, 'ann', { ...HIP_CORRECTION, ...changes })).toMatchObject({
      status: 422,
      body: { code: 'request-invalid' },
    });
    expect(service.captures.jobs.submitted).toHaveLength(1);
  });

  it.each([
    ['bob', 404],
    ['lea', 403],
    ['ada', 202],
    ['', 401],
  ])('by %s is answered with %s', async (who, status) => {
    const id = await service.measuredCapture();
    expect((await service.correct(id, who)).status).toBe(status);
  });
});
