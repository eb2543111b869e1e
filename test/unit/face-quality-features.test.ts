import { describe, expect, it, test } from 'vitest';
import { faceQualityMeasurements } from '../../src/analysis/analyzers/face-quality/face-quality-measurements.ts';
import { faceQualityResultSchema } from '../../src/analysis/analyzers/face-quality/face-quality-result.ts';
import { readFeatures } from '../../src/analysis/analyzers/face-quality/features/face-features.ts';
import { measureStill, overallScore } from '../../src/analysis/analyzers/face-quality/measure-still.ts';
import { prepareStillFace } from '../../src/analysis/analyzers/face-quality/still-face.ts';
import { resolveProfile } from '../../src/guidance/profiles.ts';
import { measurementSchema } from '../../src/protocol/records.ts';
import type { FaceAnalysis, RgbImage } from '../../src/vision/types.ts';
import { type FrameAnalysisOverrides, frameAnalysis } from '../support/frame-analysis.ts';

type Paint = (x: number, y: number) => readonly [number, number, number];
const SKIN: Paint = () => [200, 150, 120];

function picture(width: number, height: number, paint: Paint): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set(paint(x, y), (y * width + x) * 3);
  }
  return { data, width, height };
}

function readingsOf(overrides: FrameAnalysisOverrides = {}, paint: Paint = SKIN) {
  const analysis = frameAnalysis({ width: 960, height: 1280, ...overrides });
  const image = picture(analysis.width, analysis.height, paint);
  const readings = readFeatures(prepareStillFace(image, analysis, analysis.face as FaceAnalysis));
  return Object.fromEntries(readings.map((reading) => [reading.id, reading]));
}

describe('features of a still', () => {
  it('of a good face all pass that count, each id once', () => {
    const readings = readingsOf();
    expect(Object.keys(readings)).toHaveLength(18);
    for (const { counts, status, score } of Object.values(readings)) {
      if (counts) expect(status).toBe('pass');
      if (score !== null) expect(score).toBeGreaterThanOrEqual(0);
      if (score !== null) expect(score).toBeLessThanOrEqual(100);
    }
  });

  test.each([
    ['single-face', { secondFaceRatio: 0.6 }, 0.4],
    ['eyes-open', { face: { leftEyeOpening: 0.01 } }, null],
    ['mouth-closed', { face: { mouthOpening: 0.6 } }, null],
    ['inter-eye-distance', { face: { heightRatio: 0.1 } }, null],
    ['sharpness', { face: { appearance: { sharpness: 0.1 } } }, 0.1],
  ] as const)('%s sees its fault', (id, overrides, value) => {
    const { [id]: good } = readingsOf();
    const { [id]: bad } = readingsOf(overrides);
    expect(good!.status).toBe('pass');
    expect(bad!.status).not.toBe('pass');
    expect(bad!.score!).toBeLessThan(50);
    if (value !== null) expect(bad!.value).toBeCloseTo(value, 6);
  });

  it('distances are of the still, and a turned head’s eye distance is corrected for its yaw', () => {
    const frontal = readingsOf();
    const unitPx = (0.46 * 1280) / 2.8;
    expect(frontal['inter-eye-distance']!.value).toBeCloseTo(unitPx, 0);
    const turned = readingsOf({ face: { pose: { yawDeg: 30 } } });
    expect(turned['inter-eye-distance']!.value! / unitPx).toBeGreaterThan(0.9);
    expect(turned['inter-eye-distance']!.value! / unitPx).toBeLessThan(1.1);
  });

  it('crop margins name the side that is short', () => {
    const readings = readingsOf({ face: { centerX: 0.25, centerY: 0.8 } });
    expect(readings['crop-left']!.value!).toBeLessThan(0.9);
    expect(readings['crop-left']!.status).not.toBe('pass');
    expect(readings['crop-right']!.status).toBe('pass');
    expect(readings['crop-above']!.status).toBe('pass');
    expect(readings['crop-below']!.value!).toBeLessThan(1.8);
  });

  it('head size is how far the eyes-to-chin distance is from 0.45 of the height', () => {
    const far = readingsOf({ face: { heightRatio: 0.3 } })['head-size']!;
    const near = readingsOf({ face: { heightRatio: 0.6 } })['head-size']!;
    expect(near.value!).toBeLessThan(far.value!);
    expect(near.score!).toBeGreaterThan(far.score!);
  });

  it('exposure shares are of linear light inside of the face', () => {
    const { face } = frameAnalysis({ width: 960, height: 1280 });
    const middleY = face!.box.y + face!.box.height / 2;
    const half: Paint = (_x, y) => (y < middleY ? [255, 255, 255] : [50, 50, 50]);
    const readings = readingsOf({}, half);
    expect(readings['over-exposure']!.value).toBeCloseTo(0.5, 1);
    expect(readings['over-exposure']!.status).toBe('fail');
    expect(readings['under-exposure']!.value).toBeCloseTo(0.5, 1);
    // 100 of 255 in sRGB is 0.127 linear: no longer among the darkest 25.
    expect(readingsOf({}, () => [100, 100, 100])['under-exposure']!.value).toBe(0);
    expect(readings['dynamic-range']!.value).toBeCloseTo(1, 1);
    expect(readings['luminance-mean']!.value).toBeCloseTo((1 + 0.0319) / 2, 1);
  });

  it('illumination uniformity compares the cheeks; natural colour looks at a* and b*', () => {
    const even = readingsOf();
    expect(even['illumination-uniformity']!.value).toBeCloseTo(1, 6);
    const oneSided = readingsOf({}, (x) => (x < 480 ? [200, 150, 120] : [90, 60, 45]));
    expect(oneSided['illumination-uniformity']!.value).toBe(0);
    expect(even['natural-colour']!.value).toBe(0);
    expect(readingsOf({}, () => [60, 90, 200])['natural-colour']!.status).not.toBe('pass');
  });

  it('the background is judged outside of the person', () => {
    const plain = readingsOf()['background-uniformity']!;
    expect(plain.value).toBe(0);
    const stripes = readingsOf({}, (x) => (x % 24 < 12 ? [240, 240, 240] : [10, 10, 10]));
    expect(stripes['background-uniformity']!.status).toBe('fail');
    const { face } = frameAnalysis({ width: 960, height: 1280 });
    const { x: left, y: top, width, height } = face!.box;
    const inside: Paint = (x, y) =>
      x > left && x < left + width && y > top && y < top + height && x % 24 < 12
        ? [0, 0, 0]
        : [200, 200, 200];
    expect(readingsOf({}, inside)['background-uniformity']!.value).toBe(0);
  });

  it('what cannot be assessed says so, and is no zero', () => {
    const readings = readingsOf({ face: { pose: { yawDeg: 50 }, centerX: -0.2 } });
    for (const id of ['eyes-open', 'illumination-uniformity', 'natural-colour']) {
      expect(readings[id]).toMatchObject({ value: null, score: null, status: 'not-assessed' });
    }
  });

  it('no feature that counts depends on the skin’s own brightness', () => {
    const scores = [
      [246, 237, 228],
      [160, 126, 86],
      [41, 36, 32],
    ].map((colour) =>
      Object.values(readingsOf({}, () => colour as [number, number, number]))
        .filter((reading) => reading.counts)
        .map((reading) => reading.score),
    );
    expect(scores[1]).toEqual(scores[0]);
    expect(scores[2]).toEqual(scores[0]);
  });
});

describe('a still as a whole', () => {
  const profile = resolveProfile('face-skin', 'moderate');
  const capture = { profile: profile.name, level: profile.level, thresholds: profile.thresholds };

  it('gives a result of its schema, with guidance by the session’s own thresholds', () => {
    const analysis = frameAnalysis({ width: 960, height: 1280, face: { pose: { yawDeg: 8 } } });
    const image = picture(960, 1280, SKIN);
    const result = faceQualityResultSchema.parse(measureStill(image, analysis, capture));
    expect(result.verdict).toBe('pass');
    expect(result.checks.map(({ id }) => id).sort()).toEqual(Object.keys(profile.thresholds).sort());
    const strict = measureStill(image, analysis, {
      ...capture,
      thresholds: { ...profile.thresholds, yaw: { min: -5, max: 5 } },
    });
    expect(strict.verdict).toBe('adjust');
    expect(strict.overallScore).toBeLessThan(result.overallScore);
  });

  it('gives the mesh in pixels of the still, to a tenth, so that a page can draw it', () => {
    const analysis = frameAnalysis({ width: 960, height: 1280 });
    const { face } = measureStill(picture(960, 1280, SKIN), analysis, capture);
    const { landmarks } = analysis.face!;
    expect(face.landmarks).toHaveLength(936);
    for (const point of [0, 33, 263, 467]) {
      expect(Math.abs(face.landmarks![point * 2]! - landmarks[point * 3]!)).toBeLessThanOrEqual(0.0501);
      expect(Math.abs(face.landmarks![point * 2 + 1]! - landmarks[point * 3 + 1]!)).toBeLessThanOrEqual(
        0.0501,
      );
    }
    expect(JSON.stringify(face.landmarks).length).toBeLessThan(936 * 7);
  });

  it('without a face is analysis-failed, for good', () => {
    const analysis = frameAnalysis({ face: null });
    expect(() => measureStill(picture(480, 640, SKIN), analysis, capture)).toThrowError(
      expect.objectContaining({ code: 'analysis-failed', retryable: false }) as Error,
    );
  });

  it('one fault is not averaged away in the overall score', () => {
    const feature = (score: number | null, counts = true) => ({
      id: 'x',
      unit: '',
      value: score,
      score,
      counts,
      status: 'pass' as const,
    });
    expect(
      overallScore(
        [],
        [100, 100, 100, 100].map((score) => feature(score)),
      ),
    ).toBe(100);
    expect(overallScore([], [feature(100), feature(100), feature(100), feature(0)])).toBe(0);
    expect(overallScore([], [feature(90), feature(0, false), feature(null)])).toBeCloseTo(90, 10);
    expect(overallScore([], [])).toBe(0);
  });

  it('is flattened into rows: every check and feature once, unassessed ones without value and confidence', () => {
    const analysis = frameAnalysis({ width: 960, height: 1280 });
    const result = measureStill(picture(960, 1280, SKIN), analysis, capture);
    const rows = faceQualityMeasurements(result);
    for (const row of rows) measurementSchema.parse(row);
    const keys = rows.map(({ metric, region }) => `${metric}/${region ?? ''}`);
    expect(new Set(keys).size).toBe(keys.length);
    for (const { id } of result.checks) expect(keys).toContain(`check.${id}/`);
    for (const { id } of result.features) expect(keys).toContain(`feature.${id}/`);
    expect(keys).toContain('skin.ita/forehead');
    expect(rows.find(({ metric }) => metric === 'check.motion')).toMatchObject({
      value: null,
      confidence: 0,
    });
    const bare = faceQualityMeasurements({ ...result, skinTone: null });
    expect(bare.some(({ metric }) => metric.startsWith('skin.'))).toBe(false);
  });
});
