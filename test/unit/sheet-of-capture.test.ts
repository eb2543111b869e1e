import { describe, expect, test } from 'vitest';
import { sheetOfCapture } from '../../src/documents/sheet/sheet-of-capture.ts';
import type { Adjustment, BodyCapture } from '../../src/protocol/body-captures.ts';
import { BODY_METRICS, type BodyMeasurement, type BodyMetrics } from '../../src/protocol/body-measurement.ts';

const all = (value: number | null) =>
  Object.fromEntries(BODY_METRICS.map((metric) => [metric, value])) as BodyMetrics;
const measured: BodyMetrics = { ...all(50), sleeve_length_cm: null };

const original: BodyMeasurement = {
  metrics: measured,
  skin: { ita: 18, lab: { L: 56, a: 13, b: 16 }, monk_bucket: 6, undertone: 'warm', palette: [] },
  shape: { type: 'pear', confidence: 0.7 },
  quality: { lighting_ok: true, card_detected: true, overall_confidence: 0.8 },
  intervals: all(2),
  confidences: all(0.8),
  scale: { source: 'card', relativeSd: 0.01 },
  flags: [
    { code: 'loose-clothes', metric: null, message: 'Loose clothes.' },
    { code: 'low-confidence', metric: 'neck_circumference_cm', message: 'uncertain' },
  ],
  lines: [],
  stages: [],
  models: [{ name: 'body-regressors', version: '1.0.0', sha256: 'aa' }],
};

function adjustment(changes: Partial<Adjustment>): Adjustment {
  return {
    adjustmentId: 'a',
    captureId: 'capture-1',
    userId: 'owner',
    originalMetrics: measured,
    adjustedMetrics: {},
    keypoints: null,
    notes: '',
    source: 'user',
    approved: null,
    approverId: null,
    approvedAtMs: null,
    createdAtMs: 0,
    promoted: false,
    ...changes,
  };
}

function capture(current: Partial<BodyMetrics>, adjustments: Adjustment[]): BodyCapture {
  return {
    captureId: 'capture-1',
    userId: 'owner',
    status: 'edited',
    createdAtMs: 1000,
    updatedAtMs: 2000,
    storeImages: false,
    consent: { store_images: false, training: false },
    source: 'web',
    stated: { heightCm: null, sex: null },
    expectedViews: [],
    views: [],
    ticketHash: null,
    jobId: null,
    error: null,
    metrics: {
      original,
      current: { ...measured, ...current },
      overallConfidence: 0.5,
      latestAdjustmentId: null,
    },
    adjustments,
    labels: [],
    artifacts: [],
    partner: null,
    forTraining: false,
    revision: 1,
  };
}
const options = { displayName: 'Ann', issuedAtMs: 3000 };

describe('the sheet of a capture', () => {
  test('marks what differs from the original, with whoever changed it last and whether it stands', () => {
    const sheet = sheetOfCapture(
      capture({ waist_circumference_cm: 52, hip_circumference_cm: 53, sleeve_length_cm: 60 }, [
        adjustment({ adjustedMetrics: { waist_circumference_cm: 51 }, notes: 'by tape' }),
        adjustment({ adjustedMetrics: { waist_circumference_cm: 52 }, source: 'tailor', approved: true }),
        adjustment({ adjustedMetrics: { hip_circumference_cm: 53, sleeve_length_cm: 60 } }),
      ]),
      options,
    )!;
    expect(sheet.metrics.waist_circumference_cm).toEqual({
      valueCm: 52,
      intervalCm: 2,
      confidence: 0.8,
      edit: { by: 'tailor', approved: true, originalCm: 50 },
    });
    expect(sheet.metrics.hip_circumference_cm.edit).toEqual({ by: 'user', approved: false, originalCm: 50 });
    expect(sheet.metrics.sleeve_length_cm.edit).toEqual({ by: 'user', approved: false, originalCm: null });
    expect(sheet.metrics.height_cm.edit).toBeNull();
    expect(sheet.notes).toEqual(['customer: by tape']);
    expect(sheet.warnings).toEqual(['Loose clothes.', 'Neck: uncertain']);
  });

  test('what was refused leaves neither mark nor note', () => {
    const refused = adjustment({
      adjustedMetrics: { waist_circumference_cm: 99 },
      notes: 'wrong',
      approved: false,
    });
    const sheet = sheetOfCapture(capture({}, [refused]), options)!;
    expect(sheet.metrics.waist_circumference_cm).toMatchObject({ valueCm: 50, edit: null });
    expect(sheet.notes).toEqual([]);
  });

  test('skin tone and shape only when asked; a partner names its customer', () => {
    const plain = sheetOfCapture(capture({}, []), options)!;
    expect(plain).toMatchObject({ skin: null, shape: null, customerName: 'Ann', reference: null });
    const partner = { partnerId: 'p', customerName: 'Mrs Smith', reference: 'R-1' };
    const asked = { ...options, withSkin: true, withShape: true };
    expect(sheetOfCapture({ ...capture({}, []), partner }, asked)).toMatchObject({
      skin: { monk_bucket: 6 },
      shape: { type: 'pear' },
      customerName: 'Mrs Smith',
      reference: 'R-1',
    });
  });

  test('a capture without metrics has none', () => {
    expect(sheetOfCapture({ ...capture({}, []), metrics: null }, options)).toBeNull();
  });
});
