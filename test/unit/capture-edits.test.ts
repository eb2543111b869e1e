import { describe, expect, it } from 'vitest';
import { type Decision, decided } from '../../src/captures/decided-adjustment.ts';
import { edited, MAX_ADJUSTMENTS } from '../../src/captures/edited-capture.ts';
import { labeled, MAX_LABELS, markedForTraining } from '../../src/captures/labeled-capture.ts';
import { failed, measured } from '../../src/captures/measured-capture.ts';
import { correctionAsked, waitsForMeasurement } from '../../src/captures/remeasured-capture.ts';
import type { Adjustment, BodyCapture } from '../../src/protocol/body-captures.ts';
import type { BodyMetrics } from '../../src/protocol/body-measurement.ts';
import {
  SAMPLE_METRICS,
  SAMPLE_TIME_MS,
  sampleCapture,
  sampleMeasurement,
} from '../support/sample-captures.ts';

const BASE = sampleMeasurement().quality.overall_confidence;

function done(): BodyCapture {
  const capture = measured(sampleCapture(), sampleMeasurement(), null, SAMPLE_TIME_MS);
  if (capture === null) throw new Error('the sample is measured already');
  return capture;
}

function edit(capture: BodyCapture, adjustmentId: string, adjusted: Partial<BodyMetrics>, by = 'ann') {
  return edited(capture, {
    adjustmentId,
    userId: by,
    adjusted,
    keypoints: null,
    notes: 'with a tape',
    source: 'user',
    nowMs: SAMPLE_TIME_MS + 1,
  });
}

function correct(capture: BodyCapture, adjustmentId: string) {
  return correctionAsked(
    capture,
    {
      adjustmentId,
      userId: 'ann',
      keypoints: [{ view: 'front', point: 'leftHip', x: 1, y: 2 }],
      notes: 'the hip is lower',
      source: 'user',
      nowMs: SAMPLE_TIME_MS + 1,
    },
    'job-2',
  );
}

function decide(capture: BodyCapture, adjustmentId: string, approve: boolean, given: Partial<Decision> = {}) {
  return decided(capture, {
    adjustmentId,
    approverId: 'tom',
    approve,
    ownerAllowsTraining: false,
    nowMs: SAMPLE_TIME_MS + 2,
    ...given,
  });
}

function adjustment(capture: BodyCapture, adjustmentId: string): Adjustment {
  const found = capture.adjustments.find((one) => one.adjustmentId === adjustmentId);
  if (found === undefined) throw new Error(`no adjustment ${adjustmentId}`);
  return found;
}

describe('an edit', () => {
  const after = edit(done(), 'a1', { waist_circumference_cm: 76 });

  it('leaves what was measured as it was', () => {
    expect(after.metrics?.original).toEqual(sampleMeasurement());
  });

  it('is current at once, with all that it does not change', () => {
    expect(after.metrics?.current).toEqual({ ...SAMPLE_METRICS, waist_circumference_cm: 76 });
  });

  it('is an adjustment of its own, with the metrics before it', () => {
    expect(after.adjustments).toEqual([
      {
        adjustmentId: 'a1',
        captureId: after.captureId,
        userId: 'ann',
        originalMetrics: SAMPLE_METRICS,
        adjustedMetrics: { waist_circumference_cm: 76 },
        keypoints: null,
        notes: 'with a tape',
        source: 'user',
        approved: null,
        approverId: null,
        approvedAtMs: null,
        createdAtMs: SAMPLE_TIME_MS + 1,
        promoted: false,
      },
    ]);
    expect(after).toMatchObject({ status: 'edited', metrics: { latestAdjustmentId: 'a1' } });
  });

  it.each([
    ['one measure', [{ waist_circumference_cm: 76 }], 1],
    ['a measure with the value that it has', [{ waist_circumference_cm: 75 }], 1],
    ['two measures', [{ waist_circumference_cm: 76, inseam_cm: 79 }], 2],
    ['the same measure twice', [{ inseam_cm: 79 }, { inseam_cm: 80 }], 1],
    ['two measures, one after the other', [{ inseam_cm: 79 }, { neck_circumference_cm: 36 }], 2],
  ])('of %s lowers the confidence by 1/18 for each', (_what, edits, doubted) => {
    const capture = edits.reduce((one, adjusted, index) => edit(one, `a${index}`, adjusted), done());
    expect(capture.metrics?.overallConfidence).toBeCloseTo(BASE * (1 - doubted / 18), 10);
  });

  it('of all measures leaves half of the confidence', () => {
    const all = Object.fromEntries(Object.keys(SAMPLE_METRICS).map((metric) => [metric, 100]));
    expect(edit(done(), 'a1', all).metrics?.overallConfidence).toBeCloseTo(BASE / 2, 10);
  });

  it('is refused where there is nothing to edit', () => {
    expect(() => edit(sampleCapture(), 'a1', { inseam_cm: 79 })).toThrow(
      expect.objectContaining({ code: 'capture-not-ready', retryable: true }),
    );
    const broken = failed(sampleCapture(), { code: 'image-corrupt', message: 'cut off' }, 1);
    expect(() => edit(broken ?? sampleCapture(), 'a1', { inseam_cm: 79 })).toThrow(
      expect.objectContaining({ code: 'job-failed', details: { cause: 'image-corrupt' } }),
    );
  });

  it('is refused where there are a hundred', () => {
    let capture = done();
    for (let count = 0; count < MAX_ADJUSTMENTS; count++)
      capture = edit(capture, `a${count}`, { inseam_cm: 79 });
    expect(() => edit(capture, 'more', { inseam_cm: 80 })).toThrow(
      expect.objectContaining({ code: 'request-invalid' }),
    );
  });
});

describe('an approval', () => {
  const edited = edit(done(), 'a1', { waist_circumference_cm: 76 });
  const after = decide(edited, 'a1', true);

  it('keeps the edited numbers, gives the confidence back, and says who and when', () => {
    expect(after).toMatchObject({
      status: 'done',
      metrics: {
        original: sampleMeasurement(),
        current: { ...SAMPLE_METRICS, waist_circumference_cm: 76 },
        overallConfidence: BASE,
        latestAdjustmentId: 'a1',
      },
    });
    expect(adjustment(after, 'a1')).toMatchObject({
      approved: true,
      approverId: 'tom',
      approvedAtMs: SAMPLE_TIME_MS + 2,
      promoted: false,
    });
    expect(after.forTraining).toBe(false);
  });

  it('goes to training where the owner allows it, and a refusal does not', () => {
    const allowed = decide(edited, 'a1', true, { ownerAllowsTraining: true });
    expect(allowed.forTraining).toBe(true);
    expect(adjustment(allowed, 'a1').promoted).toBe(true);
    const refused = decide(edited, 'a1', false, { ownerAllowsTraining: true });
    expect(refused.forTraining).toBe(false);
    expect(adjustment(refused, 'a1').promoted).toBe(false);
  });

  it('covers earlier edits that it stands on', () => {
    const both = edit(edited, 'a2', { inseam_cm: 79 });
    const approved = decide(both, 'a2', true);
    expect(approved.status).toBe('done');
    expect(approved.metrics?.current).toMatchObject({ waist_circumference_cm: 76, inseam_cm: 79 });
    expect(approved.metrics?.overallConfidence).toBe(BASE);
  });

  it('leaves a later edit in doubt for itself alone', () => {
    const later = edit(after, 'a2', { inseam_cm: 79 });
    expect(later.metrics?.overallConfidence).toBeCloseTo(BASE * (1 - 1 / 18), 10);
    const refused = decide(later, 'a2', false);
    expect(refused).toMatchObject({
      status: 'done',
      metrics: { latestAdjustmentId: 'a1', overallConfidence: BASE, current: after.metrics?.current },
    });
  });
});

describe('a refusal', () => {
  it('brings back what was before, and names no edit where there is none left', () => {
    const after = decide(edit(done(), 'a1', { waist_circumference_cm: 76 }), 'a1', false);
    expect(after).toMatchObject({
      status: 'done',
      metrics: { current: SAMPLE_METRICS, overallConfidence: BASE, latestAdjustmentId: null },
    });
    expect(adjustment(after, 'a1')).toMatchObject({ approved: false, approverId: 'tom' });
  });

  it('lets the edit that it had taken the place of wait again', () => {
    const both = edit(edit(done(), 'a1', { waist_circumference_cm: 76 }), 'a2', { inseam_cm: 79 });
    const after = decide(both, 'a2', false);
    expect(after).toMatchObject({
      status: 'edited',
      metrics: {
        current: { ...SAMPLE_METRICS, waist_circumference_cm: 76 },
        latestAdjustmentId: 'a1',
      },
    });
    expect(after.metrics?.overallConfidence).toBeCloseTo(BASE * (1 - 1 / 18), 10);
    expect(decide(after, 'a1', true).status).toBe('done');
  });
});

describe('a decision is refused', () => {
  const one = edit(done(), 'a1', { inseam_cm: 79 });
  it.each([
    ['to the one who made the edit', () => decide(one, 'a1', true, { approverId: 'ann' }), 'own-approval'],
    ['of an edit that is not there', () => decide(one, 'a9', true), 'not-found'],
    ['twice', () => decide(decide(one, 'a1', true), 'a1', false), 'adjustment-decided'],
    ['after a refusal', () => decide(decide(one, 'a1', false), 'a1', true), 'adjustment-decided'],
    [
      'of what a newer edit replaced',
      () => decide(edit(one, 'a2', { inseam_cm: 80 }), 'a1', true),
      'adjustment-decided',
    ],
    [
      'before the correction is measured',
      () => decide(correct(done(), 'a1'), 'a1', true),
      'capture-not-ready',
    ],
    ['without results', () => decide(sampleCapture(), 'a1', true), 'capture-not-ready'],
  ])('%s', (_why, call, code) => {
    expect(call).toThrow(expect.objectContaining({ code }));
  });
});

describe('a correction of key points', () => {
  it('changes no number until it is measured', () => {
    const asked = correct(edit(done(), 'a1', { inseam_cm: 79 }), 'k1');
    expect(asked).toMatchObject({ status: 'edited', jobId: 'job-2', metrics: { latestAdjustmentId: 'a1' } });
    expect(waitsForMeasurement(adjustment(asked, 'k1'))).toBe(true);
  });

  it('takes over what has moved, and leaves an edited number that it does not touch', () => {
    const asked = correct(edit(done(), 'a1', { inseam_cm: 79 }), 'k1');
    const moved = sampleMeasurement({ hip_circumference_cm: 101 });
    const after = measured(asked, moved, 'k1', SAMPLE_TIME_MS + 5);
    expect(after).toMatchObject({
      status: 'edited',
      metrics: {
        original: sampleMeasurement(),
        current: { ...SAMPLE_METRICS, inseam_cm: 79, hip_circumference_cm: 101 },
        latestAdjustmentId: 'k1',
      },
    });
    expect(after?.adjustments.at(-1)).toMatchObject({
      adjustmentId: 'k1',
      adjustedMetrics: { hip_circumference_cm: 101 },
      originalMetrics: { ...SAMPLE_METRICS, inseam_cm: 79 },
    });
  });

  it('counts from when it is measured: an edit in between is before it', () => {
    const between = edit(correct(done(), 'k1'), 'a1', { inseam_cm: 79 });
    const after = measured(between, sampleMeasurement({ hip_circumference_cm: 101 }), 'k1', 5);
    expect(after?.adjustments.map(({ adjustmentId }) => adjustmentId)).toEqual(['a1', 'k1']);
    expect(after?.metrics?.current).toMatchObject({ inseam_cm: 79, hip_circumference_cm: 101 });
  });

  it('is measured once, however often the job runs', () => {
    const moved = sampleMeasurement({ hip_circumference_cm: 101 });
    const after = measured(correct(done(), 'k1'), moved, 'k1', 5);
    expect(after && measured(after, sampleMeasurement({ hip_circumference_cm: 90 }), 'k1', 6)).toBeNull();
  });

  it('that moves nothing, or whose measurement fails, is closed', () => {
    const unmoved = measured(correct(done(), 'k1'), sampleMeasurement(), 'k1', 5);
    const broken = failed(correct(done(), 'k1'), { code: 'analysis-failed', message: 'no' }, 5);
    for (const after of [unmoved, broken]) {
      expect(after).toMatchObject({ status: 'done', metrics: { current: SAMPLE_METRICS } });
      expect(after?.adjustments[0]).toMatchObject({ approved: false, approverId: null });
    }
    expect(broken?.error).toEqual({ code: 'analysis-failed', message: 'no' });
  });

  it('closes one whose job is gone', () => {
    const after = correct(correct(done(), 'k1'), 'k2');
    expect(after.adjustments.map(waitsForMeasurement)).toEqual([false, true]);
  });
});

describe('labels', () => {
  const label = {
    labelId: 'l1',
    captureId: sampleCapture().captureId,
    labelerId: 'lea',
    measurements: { inseam_cm: 79 },
    approved: true,
    notes: '',
    createdAtMs: SAMPLE_TIME_MS + 9,
  };

  it('are kept beside the metrics, up to a hundred', () => {
    const after = labeled(done(), label);
    expect(after).toMatchObject({ labels: [label], status: 'done', updatedAtMs: SAMPLE_TIME_MS + 9 });
    const full = { ...done(), labels: new Array<typeof label>(MAX_LABELS).fill(label) };
    expect(() => labeled(full, label)).toThrow(expect.objectContaining({ code: 'request-invalid' }));
  });

  it('a mark for training is set and taken back once', () => {
    const marked = markedForTraining(done(), true, 5);
    expect(marked).toMatchObject({ forTraining: true, updatedAtMs: 5 });
    expect(marked && markedForTraining(marked, true, 6)).toBeNull();
    expect(marked && markedForTraining(marked, false, 6)?.forTraining).toBe(false);
  });
});
