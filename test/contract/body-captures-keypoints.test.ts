import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BODY_POINT, BODY_POINT_COUNT } from '../../src/vision/body-points.ts';
import { type CaptureService, NO_CAPTURE_ID, startCaptureService } from '../support/capture-service.ts';
import { sampleEvidence, standingBody } from '../support/sample-captures.ts';

describe('key points', () => {
  let service: CaptureService;
  beforeEach(async () => {
    service = await startCaptureService();
  });
  afterEach(async () => {
    expect(service.faults).toEqual([]);
    await service.close();
  });

  const keypoints = (id: string, who: string) => service.call('GET', `/${id}/keypoints`, who);

  it('stand where they were found, by the names that a correction takes', async () => {
    const id = await service.measuredCapture();
    const body = standingBody();
    await service.captures.evidence.put(id, sampleEvidence('front', { body }));
    const answer = await keypoints(id, 'ann');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    // The other picture shows no body.
    expect(answer.body.keypoints).toHaveLength(BODY_POINT_COUNT);
    const hip = { view: 'front', point: 'leftHip' };
    const at = BODY_POINT.leftHip * 3;
    expect(answer.body.keypoints).toContainEqual({
      ...hip,
      x: body.landmarks[at],
      y: body.landmarks[at + 1],
    });
    const corrected = { keypoints: [{ ...answer.body.keypoints[0], x: 300 }], notes: 'a little to the left' };
    expect((await service.correct(id, 'ann', corrected)).status).toBe(202);
  });

  it('are nobody else’s to see, but those who review captures', async () => {
    const id = await service.measuredCapture('ann');
    expect((await keypoints(id, 'bob')).status).toBe(404);
    expect((await keypoints(id, '')).status).toBe(401);
    expect((await keypoints(NO_CAPTURE_ID, 'ann')).status).toBe(404);
    expect((await keypoints(id, 'lea')).status).toBe(200);
    const audited = service.captures.rowsOf('audit_logs').map(({ action }) => action);
    expect(audited).toContain('capture.keypoints-read');
  });

  it('of measures without pictures are none', async () => {
    const { body } = await service.send('POST', '', 'ann', { metrics: { waist_cm: 75 } });
    expect((await keypoints(body.capture_id, 'ann')).body).toEqual({ keypoints: [] });
  });
});
