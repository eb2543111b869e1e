import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { messages } from '../../client/locales/en/page.ts';
import { areaName } from '../../client/page/result/area-name.ts';
import { CONTOUR_REGIONS, readContours } from '../../client/page/result/read-contours.ts';
import { readFailure } from '../../client/page/result/read-failure.ts';
import { CONCERN_IDS, readSkin } from '../../client/page/result/read-skin.ts';
import { cardOf, qualityOf, resultOf } from '../../client/page/result/result-kinds.ts';
import * as analyzer from '../../src/analysis/analyzers/skin/skin-result.ts';
import { SURFACE_REGION_NAMES } from '../../src/analysis/analyzers/skin/surface-regions.ts';
import type { Result } from '../../src/protocol/messages.ts';

const IMAGE = { width: 640, height: 480 };
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==';
const BOX = { x: 100, y: 80, width: 200, height: 240 };
const TRIANGLE = [
  [10, 10],
  [20.26, 10],
  [15, 30],
];

const concern = (id: string, score: unknown, rest: object = {}) => ({ id, score, confidence: 0.8, ...rest });

describe('readSkin', () => {
  test('whatever comes over the wire is understood or left out', () => {
    const anything = fc.anything({ maxDepth: 3, withNullPrototype: true, withBigInt: true });
    const result = fc.record(
      {
        image: fc.oneof(fc.constant(IMAGE), anything),
        concerns: fc.oneof(
          fc.array(fc.record({ id: fc.constantFrom(...CONCERN_IDS), score: anything })),
          anything,
        ),
        masks: fc.oneof(
          fc.array(fc.record({ id: fc.constantFrom(...CONCERN_IDS), box: anything })),
          anything,
        ),
        skinType: anything,
        skinAge: anything,
        notice: anything,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(result, anything), (value) => {
        const { concerns, masks, overallScore } = readSkin(value);
        expect(new Set(concerns.map(({ id }) => id)).size).toBe(concerns.length);
        expect(new Set(masks.map(({ id }) => id)).size).toBe(masks.length);
        for (const score of [overallScore, ...concerns.map((one) => one.score)]) {
          if (score !== null) expect(score >= 0 && score <= 100).toBe(true);
        }
      }),
    );
  });

  it('puts the worst first and what was not assessed last', () => {
    const { concerns } = readSkin({
      concerns: [concern('pore', 70), concern('acne', null), concern('redness', 20), concern('texture', 101)],
    });
    expect(concerns.map(({ id, score }) => [id, score])).toEqual([
      ['redness', 20],
      ['pore', 70],
      ['acne', null],
      ['texture', null],
    ]);
  });

  it('keeps the doubts and regions that it knows how to tell', () => {
    const regions = [{ name: 'nose', score: 40, confidence: 2 }, { score: 3 }, 'nose'];
    const doubts = ['shaded', 'shaded', 'haunted', 7];
    const { concerns } = readSkin({ concerns: [concern('pore', 50, { regions, doubts })] });
    expect(concerns[0]).toMatchObject({
      doubts: ['shaded'],
      regions: [{ name: 'nose', score: 40, confidence: 1 }],
    });
  });

  it('takes a mask only where it is a PNG over a part of the picture', () => {
    const read = (mask: object) =>
      readSkin({ image: IMAGE, masks: [{ id: 'pore', box: BOX, pngBase64: PNG, ...mask }] }).masks;
    expect(read({})).toEqual([{ id: 'pore', url: `data:image/png;base64,${PNG}`, ...BOX }]);
    expect(read({ id: 'glow' })).toEqual([]);
    expect(read({ pngBase64: 'PHN2ZyBvbmxvYWQ9ImFsZXJ0KDEpIj4=' })).toEqual([]);
    expect(read({ pngBase64: `${PNG}") url(https://elsewhere.example` })).toEqual([]);
    expect(read({ box: { ...BOX, width: 0 } })).toEqual([]);
    expect(read({ box: { ...BOX, x: 640 } })).toEqual([]);
    expect(read({ box: { ...BOX, y: Number.NaN } })).toEqual([]);
    expect(readSkin({ masks: [{ id: 'pore', box: BOX, pngBase64: PNG }] }).masks).toEqual([]);
  });

  it('gives an age only where there is one, and a notice where it is not the known one', () => {
    expect(readSkin({ skinAge: { years: 34.4, confidence: 0.4 } }).skinAge).toEqual({
      years: 34.4,
      confidence: 0.4,
    });
    for (const skinAge of [null, { years: -1 }, { years: 900 }, { years: '34' }, 34]) {
      expect(readSkin({ skinAge }).skinAge).toBeNull();
    }
    expect(readSkin({ notice: analyzer.SKIN_NOTICE }).notice).toBeNull();
    expect(readSkin({ notice: 'Another.' }).notice).toBe('Another.');
    expect(messages.concerns.notice).toBe(analyzer.SKIN_NOTICE);
  });

  it('has a name for every region', () => {
    for (const name of SURFACE_REGION_NAMES) expect(Object.hasOwn(messages.areas, name)).toBe(true);
  });

  it('loses nothing of a result as the analyzer gives it', () => {
    const skin: analyzer.SkinResult = {
      schema: 'framegate.skin/1',
      provider: 'local',
      image: IMAGE,
      overallScore: 71,
      concerns: CONCERN_IDS.map((id, at) => ({
        id,
        score: at + 1,
        raw: null,
        confidence: 0.5,
        doubts: ['occluded'],
        regions: [{ name: 'chin', score: 9, confidence: 0.2, readableShare: 1 }],
      })),
      masks: CONCERN_IDS.map((id) => ({ id, box: BOX, pngBase64: PNG })),
      skinType: { name: 'oily', sensitive: true, confidence: 0.3 },
      skinAge: null,
      notice: analyzer.SKIN_NOTICE,
    };
    const shown = readSkin(analyzer.skinResultSchema.parse(skin));
    expect(shown.concerns.map(({ id }) => id)).toEqual(CONCERN_IDS);
    expect(shown.masks).toHaveLength(CONCERN_IDS.length);
    expect(shown).toMatchObject({
      overallScore: 71,
      skinType: { name: 'oily', sensitive: true, confidence: 0.3 },
      skinAge: null,
    });
  });
});

describe('readContours', () => {
  test('whatever comes over the wire is understood or left out, and a path is nothing but numbers', () => {
    const anything = fc.anything({ maxDepth: 3, withNullPrototype: true });
    const point = fc.oneof(fc.tuple(fc.double(), fc.double()), anything);
    const lines = fc.dictionary(fc.string(), fc.oneof(fc.array(point, { maxLength: 6 }), anything));
    fc.assert(
      fc.property(
        fc.oneof(fc.record({ image: fc.constant(IMAGE), mask_contours: lines }), anything),
        (value) => {
          for (const { path } of readContours(value).contours) {
            expect(path).toMatch(/^M-?[\d.]+,-?[\d.]+(L-?[\d.]+,-?[\d.]+){2,}Z$/);
          }
        },
      ),
    );
  });

  it('makes a closed path of each line, in the order of drawing', () => {
    const { contours } = readContours({
      image: IMAGE,
      mask_contours: { '3': TRIANGLE, nose: TRIANGLE, 'face-oval': TRIANGLE },
      svg: '<svg onload="alert(1)"/>',
    });
    expect(contours.map(({ region }) => region)).toEqual(['face-oval', 'nose', '3']);
    expect(contours[0]!.path).toBe('M10.0,10.0L20.3,10.0L15.0,30.0Z');
  });

  it('leaves out what is no line in the picture', () => {
    const read = (points: unknown) =>
      readContours({ image: IMAGE, mask_contours: { nose: points } }).contours.length;
    expect(read(TRIANGLE)).toBe(1);
    expect(read(TRIANGLE.slice(1))).toBe(0);
    expect(read([...TRIANGLE, ['1', 2]])).toBe(0);
    expect(read([...TRIANGLE, [1, Number.POSITIVE_INFINITY]])).toBe(0);
    expect(read([...TRIANGLE, [1e9, 2]])).toBe(0);
    expect(read('M0 0"/><script>')).toBe(0);
    expect(readContours({ mask_contours: { nose: TRIANGLE } }).contours).toEqual([]);
  });

  it('has a name for every region of the mesh', () => {
    for (const name of CONTOUR_REGIONS) expect(Object.hasOwn(messages.areas, name)).toBe(true);
  });
});

describe('results by kind', () => {
  const result = (kind: string, status: Result['status'] = 'done'): Result => ({
    type: 'result',
    captureId: 'c1',
    kind,
    status,
    result: {},
  });

  it('takes for the quality whatever has no card of its own', () => {
    const results = [result('skin'), result('face-contours'), result('live-check')];
    expect(qualityOf(results)?.kind).toBe('live-check');
    expect(qualityOf([...results.slice(0, 2), result('body-view')])).toBeNull();
    expect(resultOf(results, 'skin')).toBe(results[0]);
    expect(resultOf(results, 'nails')).toBeNull();
    expect(['skin', 'face-contours', 'face-quality'].map(cardOf)).toEqual(['skin', 'contours', 'quality']);
  });

  it('tells why one has failed, whatever the error looks like', () => {
    expect(readFailure(result('skin'))).toBeNull();
    const failed = { ...result('skin', 'failed'), result: { code: 'analysis-timeout', message: 'too long' } };
    expect(readFailure(failed)).toEqual({ code: 'analysis-timeout', message: 'too long' });
    expect(readFailure(result('skin', 'failed'))).toEqual({ code: 'analysis-failed', message: '' });
    fc.assert(fc.property(fc.anything(), (value) => void readFailure(value)));
  });

  it('names a part of the face, and leaves a name that it does not know', () => {
    expect(areaName('left-under-eye', messages.areas)).toBe('Under the left eye');
    expect(areaName('constructor', messages.areas)).toBe('constructor');
  });
});
