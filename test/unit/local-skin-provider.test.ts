import { describe, expect, it, test } from 'vitest';
import {
  CONCERN_IDS,
  type ConcernId,
  type ConcernReading,
  SKIN_NOTICE,
  type SkinResult,
} from '../../src/analysis/analyzers/skin/skin-result.ts';
import { createLocalProvider } from '../../src/analysis/skin-providers/local-provider.ts';
import { FramegateError } from '../../src/protocol/framegate-error.ts';

const JPEG = new Uint8Array(1);

function reading(id: ConcernId, score: number | null, more: Partial<ConcernReading> = {}): ConcernReading {
  return {
    id,
    score,
    raw: score === null ? null : { value: 0.5, unit: 'share' },
    confidence: 0.5,
    doubts: [],
    regions: [],
    ...more,
  };
}

function skinResult(readings: readonly ConcernReading[], more: Partial<SkinResult> = {}): SkinResult {
  return {
    schema: 'framegate.skin/1',
    provider: 'local',
    image: { width: 400, height: 800 },
    overallScore: 81.2345,
    concerns: CONCERN_IDS.map((id) => readings.find((one) => one.id === id) ?? reading(id, null)),
    masks: [],
    skinType: { name: 'oily', sensitive: true, confidence: 0.21678 },
    skinAge: { years: 41.6, confidence: 0.1234 },
    notice: SKIN_NOTICE,
    ...more,
  };
}

function scoresOf(result: SkinResult) {
  const provider = createLocalProvider({ measure: async () => result });
  return provider.analyse(JPEG, { signal: new AbortController().signal });
}

describe('the local provider', () => {
  it('gives score, severity, decile, regions, confidence and doubts of a condition', async () => {
    const region = { confidence: 0.4, readableShare: 0.9 };
    const { conditions } = await scoresOf(
      skinResult([
        reading('acne', 61.2345, {
          confidence: 0.4567,
          doubts: ['shaded'],
          regions: [
            { name: 'nose', score: 70.06, ...region },
            { name: 'chin', score: null, ...region },
          ],
        }),
      ]),
    );
    expect(conditions).toEqual({
      acne: {
        score: 61.2,
        severity: 'moderate',
        decile: 7,
        regions: { nose: 70.1 },
        confidence: 0.46,
        doubts: ['shaded'],
      },
    });
  });

  it('grades by the score that it shows', async () => {
    const { conditions } = await scoresOf(skinResult([reading('pore', 94.96), reading('acne', 60.04)]));
    expect(conditions.pore).toMatchObject({ score: 95, severity: 'none', decile: 10 });
    expect(conditions.acne).toMatchObject({ score: 60, severity: 'moderate', decile: 6 });
  });

  it('gives type, age, overall score and notice', async () => {
    const all = [reading('oiliness', 50), reading('redness', 40)];
    expect(await scoresOf(skinResult(all))).toMatchObject({
      skinType: 'oily',
      skinTypeConfidence: 0.22,
      isSensitive: true,
      skinAge: 42,
      skinAgeConfidence: 0.12,
      overallScore: 81.2,
      notice: expect.stringContaining('not a medical device'),
    });
  });

  it('leaves out what was not measured', async () => {
    const scores = await scoresOf(skinResult([], { overallScore: null, skinAge: null }));
    const { measurements, ...shown } = scores;
    expect(shown).toEqual({ conditions: {}, masks: [], notice: SKIN_NOTICE });
    expect(measurements?.every(({ value }) => value === null)).toBe(true);
  });

  test.each([
    [[reading('acne', 30), reading('wrinkle', 41)], 43],
    [[reading('acne', 30)], undefined],
    [[reading('wrinkle', 41)], undefined],
  ])('the program needs acne and wrinkle: %#', async (readings, program) => {
    expect((await scoresOf(skinResult(readings))).programCode).toBe(program);
  });

  it('tells where a mask lies as shares of the picture', async () => {
    const box = { x: 100, y: 200, width: 200, height: 300 };
    const { masks } = await scoresOf(skinResult([], { masks: [{ id: 'acne', box, pngBase64: 'iVBOR' }] }));
    expect(masks).toEqual([
      { condition: 'acne', box: { x: 0.25, y: 0.25, width: 0.5, height: 0.375 }, pngBase64: 'iVBOR' },
    ]);
  });

  it('has the same rows for ClickHouse as a live capture', async () => {
    const { measurements } = await scoresOf(skinResult([reading('acne', 61.2345)]));
    expect(measurements).toContainEqual({
      metric: 'skin.acne.score',
      value: 61.2345,
      unit: 'score',
      confidence: 0.5,
    });
  });

  it('hands the picture and the signal on, and rejects as the threads do', async () => {
    const error = new FramegateError('analysis-failed', 'no face was found in the still');
    const given: unknown[] = [];
    const provider = createLocalProvider({
      measure: async (...all) => {
        given.push(...all);
        throw error;
      },
    });
    const { signal } = new AbortController();
    await expect(provider.analyse(JPEG, { signal })).rejects.toBe(error);
    expect(given).toEqual([JPEG, signal]);
  });
});
