import { describe, expect, it } from 'vitest';
import { captureResult } from '../../src/captures/capture-result.ts';
import { givenMeasurement, MAX_GIVEN_CONFIDENCE } from '../../src/captures/given-measurement.ts';
import { begun, collected, failed, measured } from '../../src/captures/measured-capture.ts';
import { metricValues } from '../../src/captures/metric-values.ts';
import { liveCapture } from '../../src/captures/new-capture.ts';
import { keepUntilMs } from '../../src/captures/picture-retention.ts';
import { bodyResultSchema } from '../../src/protocol/body-captures.ts';
import { BODY_METRIC_RANGES, BODY_METRICS } from '../../src/protocol/body-measurement.ts';
import {
  SAMPLE_METRICS,
  SAMPLE_TIME_MS,
  sampleCapture,
  sampleMeasurement,
} from '../support/sample-captures.ts';

const NOW = SAMPLE_TIME_MS + 10;
const ERROR = { code: 'image-corrupt', message: 'cut off' };

describe('a capture that is measured', () => {
  it('is queued, processing, done', () => {
    const waiting = sampleCapture();
    const working = begun(waiting, NOW);
    expect(working).toMatchObject({ status: 'processing', updatedAtMs: NOW });
    const done = working && measured(working, sampleMeasurement(), null, NOW);
    expect(done).toMatchObject({
      status: 'done',
      metrics: { original: sampleMeasurement(), current: SAMPLE_METRICS, latestAdjustmentId: null },
    });
  });

  it('keeps its first measurement, whatever a second run gives', () => {
    const done = measured(sampleCapture(), sampleMeasurement(), null, NOW);
    expect(done && measured(done, sampleMeasurement({ inseam_cm: 1 }), null, NOW)).toBeNull();
    expect(done && begun(done, NOW)).toBeNull();
    expect(done && failed(done, ERROR, NOW)).toBeNull();
  });

  it('is failed with its reason, and done all the same where a worker comes to an end later', () => {
    const broken = failed(sampleCapture(), ERROR, NOW);
    expect(broken).toMatchObject({ status: 'failed', error: ERROR });
    expect(broken && measured(broken, sampleMeasurement(), null, NOW)).toMatchObject({
      status: 'done',
      error: null,
    });
  });

  it('gives the published result and nothing else', () => {
    const done = measured(sampleCapture(), sampleMeasurement(), null, NOW);
    const result = done && captureResult(done);
    expect(bodyResultSchema.strict().parse(result)).toEqual(result);
    expect(result).toMatchObject({
      user_id: 'ann',
      timestamp: '2025-12-10T12:33:45.000Z',
      metrics: SAMPLE_METRICS,
    });
  });
});

describe('views of a live session', () => {
  const open = liveCapture(
    {
      captureId: 'c1',
      userId: 'ann',
      nowMs: SAMPLE_TIME_MS,
      storeImages: false,
      consent: { store_images: false, training: false },
      source: 'web',
      stated: { heightCm: null, sex: null },
    },
    ['front', 'side'],
    'hash',
  );
  const collect = (capture: typeof open, view: 'front' | 'side' | 'ref', hash = 'hash') =>
    collected(capture, hash, view, 'job-9', NOW) ?? capture;

  it('are collected in any order, a repeated one once, and the last one queues the capture', () => {
    const one = collect(collect(open, 'side'), 'side');
    expect(one).toMatchObject({ status: 'collecting', views: ['side'], jobId: null });
    expect(collect(one, 'front')).toMatchObject({
      status: 'queued',
      views: ['front', 'side'],
      jobId: 'job-9',
    });
  });

  it('are taken again, without a change, while nobody has begun to measure', () => {
    const whole = collect(collect(open, 'front'), 'side');
    expect(collected(whole, 'hash', 'side', 'job-10', NOW)).toBeNull();
    const working = begun(whole, NOW) ?? whole;
    expect(() => collect(working, 'side')).toThrow(expect.objectContaining({ code: 'ticket-invalid' }));
  });

  it.each([
    ['another ticket', () => collect(open, 'front', 'other')],
    ['a view that is not expected', () => collect(open, 'ref')],
    ['an uploaded capture', () => collected(sampleCapture(), '', 'front', 'j', NOW)],
  ])('are refused with %s', (_why, call) => {
    expect(call).toThrow(expect.objectContaining({ code: 'ticket-invalid' }));
  });
});

describe('measures that people give', () => {
  it('go by their names and by short ones', () => {
    expect(metricValues({ waist_cm: 76, inseam_cm: 79, sleeve_length_cm: null })).toEqual({
      waist_circumference_cm: 76,
      inseam_cm: 79,
      sleeve_length_cm: null,
    });
  });

  it.each(BODY_METRICS.map((metric) => [metric, BODY_METRIC_RANGES[metric]] as const))(
    '%s is taken at the ends of its range, and not beyond',
    (metric, { min, max }) => {
      for (const value of [min, max]) expect(metricValues({ [metric]: value })).toEqual({ [metric]: value });
      for (const value of [min - 0.1, max + 0.1, Number.NaN, -1]) {
        expect(() => metricValues({ [metric]: value })).toThrow(
          expect.objectContaining({ code: 'body-measure-implausible' }),
        );
      }
    },
  );

  it('names each that no human has', () => {
    expect(() => metricValues({ waist_cm: 7.6, hip_cm: 990, inseam_cm: 79 })).toThrow(
      expect.objectContaining({
        message:
          'waist_circumference_cm of 7.6 is not within 40 to 200 cm; hip_circumference_cm of 990 is not within 50 to 200 cm',
      }),
    );
  });

  it.each([
    ['an unknown one', { belly_cm: 80 }],
    ['a name of every object', { constructor: 80 }],
    ['one under two names', { waist_cm: 76, waist_circumference_cm: 77 }],
  ])('refuses %s', (_what, given) => {
    expect(() => metricValues(given)).toThrow(expect.objectContaining({ code: 'request-invalid' }));
  });

  it.each([
    [null, 0.5],
    [0.3, 0.3],
    [0.99, MAX_GIVEN_CONFIDENCE],
  ])('a client’s confidence of %s counts as %s', (overallConfidence, counted) => {
    const { quality, confidences, metrics } = givenMeasurement({
      metrics: { inseam_cm: 79 },
      skin: null,
      shape: null,
      lightingOk: true,
      cardDetected: false,
      overallConfidence,
      models: [],
    });
    expect(quality.overall_confidence).toBe(counted);
    expect(confidences).toMatchObject({ inseam_cm: counted, height_cm: null });
    expect(metrics).toMatchObject({ inseam_cm: 79, height_cm: null });
  });
});

describe('how long pictures may be kept', () => {
  const day = 24 * 3_600_000;
  const both = { store_images: true, training: true };
  const store = { store_images: true, training: false };
  const training = { store_images: false, training: true };
  const neither = { store_images: false, training: false };
  it.each([
    ['none', true, both, null],
    ['24h', true, store, NOW + day],
    ['24h', true, training, null],
    ['24h', false, both, null],
    ['24h', true, null, null],
    ['consent', true, store, NOW + 30 * day],
    ['consent', true, training, NOW + 30 * day],
    ['consent', true, neither, null],
    ['consent', false, both, null],
    ['consent', true, null, null],
  ] as const)('%s, asked for: %s, consent: %j', (policy, storeImages, consent, expected) => {
    expect(keepUntilMs({ policy, days: 30 }, storeImages, consent, NOW)).toBe(expected);
  });
});
