import { describe, expect, test } from 'vitest';
import { type DoubtfulMeasurement, flagDoubts } from '../../src/analysis/body/describe/flag-doubts.ts';
import {
  metricConfidence,
  metricConfidences,
  scoreConfidence,
} from '../../src/analysis/body/describe/score-confidence.ts';
import { BODY_METRICS, BODY_STAGES, type BodyMetrics } from '../../src/protocol/body-measurement.ts';

function all(value: number | null, changes: Partial<BodyMetrics> = {}): BodyMetrics {
  return {
    ...(Object.fromEntries(BODY_METRICS.map((metric) => [metric, value])) as BodyMetrics),
    ...changes,
  };
}

const METRICS: BodyMetrics = {
  height_cm: 172,
  shoulder_width_cm: 41,
  chest_circumference_cm: 95,
  waist_circumference_cm: 78,
  hip_circumference_cm: 99,
  inseam_cm: 78,
  torso_length_cm: 52,
  neck_circumference_cm: 36,
  sleeve_length_cm: 82,
};
const SURE: DoubtfulMeasurement = {
  metrics: METRICS,
  confidences: all(0.8),
  scale: { source: 'card', relativeSd: 0.01 },
  overallConfidence: 0.8,
  views: [
    { view: 'front', lightingOk: true, problems: [] },
    { view: 'side', lightingOk: true, problems: [] },
  ],
  beyondFitted: [],
  looksLoose: false,
  skinCalibrated: true,
};
const codesOf = (changes: Partial<DoubtfulMeasurement>) =>
  flagDoubts({ ...SURE, ...changes }).map(({ code, metric }) =>
    metric === null ? code : `${code} ${metric}`,
  );

describe('doubts', () => {
  test('there are none where all is well', () => {
    expect(flagDoubts(SURE)).toEqual([]);
    expect(codesOf({ skinCalibrated: null })).toEqual([]);
  });

  test('each has a code of its own, and those of a metric name it', () => {
    expect(codesOf({ overallConfidence: 0.4 })).toEqual(['low-confidence']);
    expect(codesOf({ confidences: all(0.8, { neck_circumference_cm: 0.3 }) })).toEqual([
      'low-confidence neck_circumference_cm',
    ]);
    expect(codesOf({ metrics: { ...METRICS, waist_circumference_cm: 20 } })).toEqual([
      'out-of-range waist_circumference_cm',
    ]);
    expect(codesOf({ beyondFitted: ['statureMm'] })).toEqual(['beyond-fitted']);
    expect(codesOf({ scale: { source: 'stature', relativeSd: 0.01 } })).toEqual(['scale-from-stature']);
    expect(codesOf({ looksLoose: true })).toEqual(['loose-clothing']);
    expect(codesOf({ skinCalibrated: false })).toEqual(['skin-not-calibrated']);
  });

  test('what a person should do stands with it', () => {
    const [flag] = flagDoubts({ ...SURE, confidences: all(0.8, { hip_circumference_cm: 0.2 }) });
    expect(flag!.message).toContain('manual review');
  });

  test('a metric that was not measured is no doubt', () => {
    const metrics = { ...METRICS, sleeve_length_cm: null };
    expect(codesOf({ metrics, confidences: all(0.8, { sleeve_length_cm: null }) })).toEqual([]);
  });

  test('each picture in bad light, and what else was wrong with it', () => {
    const problems = [
      { code: 'too-dark' as const, blocks: false, message: 'too dark' },
      { code: 'arms-too-close' as const, blocks: false, message: 'the arms hide the waist' },
    ];
    const views = [{ view: 'side' as const, lightingOk: false, problems }];
    expect(codesOf({ views })).toEqual(['lighting', 'picture-arms-too-close']);
  });
});

describe('confidence', () => {
  const stages = (confidence: number) => BODY_STAGES.map((stage) => ({ stage, confidence }));

  test('of stages that are all as sure is that', () => {
    for (const confidence of [0.1, 0.5, 0.9, 1])
      expect(scoreConfidence(stages(confidence))).toBeCloseTo(confidence);
  });

  test('grows with every stage that counts, and never leaves 0..1', () => {
    for (const stage of BODY_STAGES) {
      const score = (confidence: number) =>
        scoreConfidence(stages(0.6).map((one) => (one.stage === stage ? { stage, confidence } : one)));
      if (stage !== 'confidence') expect(score(0.9)).toBeGreaterThan(score(0.2));
      expect(score(0)).toBeGreaterThan(0);
      expect(score(2)).toBeLessThanOrEqual(1);
    }
  });

  test('is not made up for by the other stages where the widths are bad', () => {
    const bad = stages(0.95).map((one) => (one.stage === 'widths' ? { ...one, confidence: 0.05 } : one));
    expect(scoreConfidence(bad)).toBeLessThan(0.55);
  });

  test('hardly hangs on the skin', () => {
    const bad = stages(0.8).map((one) => (one.stage === 'skin' ? { ...one, confidence: 0 } : one));
    expect(scoreConfidence(bad)).toBeGreaterThan(0.7);
    expect(scoreConfidence([])).toBe(0);
  });

  test('of a metric falls with its interval', () => {
    expect(metricConfidence(80, 0)).toBe(1);
    expect(metricConfidence(80, 4)).toBeGreaterThan(0.65);
    expect(metricConfidence(80, 12)).toBeLessThan(0.35);
    expect(metricConfidences(METRICS, all(null))).toEqual(all(null));
    const some = metricConfidences({ ...METRICS, inseam_cm: null }, all(2));
    expect(some.inseam_cm).toBeNull();
    expect(some.height_cm).toBeGreaterThan(0.95);
  });
});
