import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { messages } from '../../client/locales/en/page.ts';
import { fetchCanonicalFace } from '../../client/page/canonical-face-file.ts';
import { createTimeline } from '../../client/page/demo/demo-timeline.ts';
import { rgbaOf } from '../../client/page/demo/rgba.ts';
import { bandGeometry } from '../../client/page/result/band-geometry.ts';
import { meshPath, regionPolygons } from '../../client/page/result/face-overlay.ts';
import { labToSrgb } from '../../client/page/result/lab-to-srgb.ts';
import { readResult } from '../../client/page/result/read-result.ts';
import { scoreWord } from '../../client/page/result/score-word.ts';
import { createValueFormat } from '../../client/page/result/value-format.ts';
import { FACE_FEATURES } from '../../src/analysis/analyzers/face-quality/features/face-features.ts';
import { FACE_MEASURE_IDS } from '../../src/protocol/checks.ts';
import { labFromSrgb } from '../../src/vision/colour.ts';

describe('bandGeometry', () => {
  it('puts a closed band in the middle, and the value where it lies', () => {
    const geometry = bandGeometry(5, { min: -10, max: 10 })!;
    expect(geometry.bandStart).toBeCloseTo(0.3);
    expect(geometry.bandEnd).toBeCloseTo(0.7);
    expect(geometry.marker).toBeCloseTo(0.6);
    expect(geometry.beyond).toBe(false);
  });

  it('gives a band with one end the half on its open side', () => {
    expect(bandGeometry(0.2, { max: 0.4 })).toMatchObject({ bandStart: 0, bandEnd: 0.5, marker: 0.25 });
    expect(bandGeometry(20, { min: 40 })).toMatchObject({ bandStart: 0.5, bandEnd: 1, marker: 0.25 });
  });

  it('has nothing to draw without a band, nor for one exact value', () => {
    expect(bandGeometry(1, {})).toBeNull();
    expect(bandGeometry(1, { min: 1, max: 1 })).toBeNull();
  });

  test('whatever the value, the marker stays on the bar, and is in the band exactly where the value is', () => {
    const ends = fc.tuple(
      fc.double({ min: -100, max: 100, noNaN: true }),
      fc.double({ min: 0.01, max: 100, noNaN: true }),
    );
    fc.assert(
      fc.property(
        ends,
        fc.double({ min: -300, max: 300, noNaN: true }),
        fc.nat(2),
        ([low, span], value, open) => {
          const threshold = { ...(open !== 1 && { min: low }), ...(open !== 2 && { max: low + span }) };
          const { bandStart, bandEnd, marker } = bandGeometry(value, threshold)!;
          expect(marker).toBeGreaterThanOrEqual(0);
          expect(marker).toBeLessThanOrEqual(1);
          expect(bandStart).toBeLessThan(bandEnd);
          const isIn = value >= (threshold.min ?? -Infinity) && value <= (threshold.max ?? Infinity);
          if (isIn) {
            expect(marker).toBeGreaterThanOrEqual(bandStart - 1e-9);
            expect(marker).toBeLessThanOrEqual(bandEnd + 1e-9);
          } else expect(marker! <= bandStart + 1e-9 || marker! >= bandEnd - 1e-9).toBe(true);
        },
      ),
    );
  });
});

test('labToSrgb undoes labFromSrgb for every colour', () => {
  const byte = fc.nat(255);
  fc.assert(
    fc.property(byte, byte, byte, (red, green, blue) => {
      const hex = [red, green, blue].map((value) => value.toString(16).padStart(2, '0')).join('');
      expect(labToSrgb(labFromSrgb(red, green, blue))).toBe(`#${hex}`);
    }),
  );
  expect(labToSrgb({ l: 120, a: 0, b: 0 })).toBe('#ffffff');
});

describe('readResult', () => {
  test('whatever comes over the wire is understood or left out', () => {
    fc.assert(
      fc.property(fc.anything({ maxDepth: 4 }), (anything) => {
        const shown = readResult({ status: 'done', result: anything });
        expect(shown.failure).toBeNull();
        expect(Array.isArray(shown.checks)).toBe(true);
      }),
    );
    expect(readResult(null).failure).not.toBeNull();
  });

  it('reads a live check, which has no features and no skin tone', () => {
    const check = { id: 'yaw', value: 3, unit: 'deg', score: 88, status: 'pass' };
    const shown = readResult({
      kind: 'live-check',
      status: 'done',
      result: { verdict: 'pass', checks: [check, { id: 'made-up', status: 'pass' }, 7] },
    });
    expect(shown.checks).toEqual([{ id: 'yaw', value: 3, score: 88, status: 'pass' }]);
    expect(shown).toMatchObject({ verdict: 'pass', overallScore: null, features: [], skinTone: null });
  });

  it('takes landmarks only where there are as many as the mesh has', () => {
    const face = { yawDeg: 0, pitchDeg: 0, rollDeg: 0 };
    const read = (landmarks: unknown) =>
      readResult({ status: 'done', result: { face: { ...face, landmarks } } }).face?.landmarks;
    expect(read(Array.from({ length: 936 }, () => 1))).toHaveLength(936);
    expect(read(new Float32Array(936))).toHaveLength(936);
    expect(read([1, 2, 3])).toBeNull();
    expect(read(Array.from({ length: 936 }, () => 'x'))).toBeNull();
  });

  it('names the reason of a failed analysis', () => {
    const shown = readResult({ status: 'failed', result: { code: 'analysis-timeout', message: 'too long' } });
    expect(shown.failure).toEqual({ code: 'analysis-timeout', message: 'too long' });
  });

  it('names what limits the confidence in a skin tone', () => {
    const confidence = { fit: 0.9, margin: 0.4, agreement: 0.8, light: 0.2, overall: 0.5 };
    const skinTone = {
      lab: { l: 60, a: 10, b: 20 },
      itaDeg: 30,
      itaCategory: 'tan',
      monk: { tone: 5, confidence },
    };
    expect(readResult({ status: 'done', result: { skinTone } }).skinTone).toMatchObject({
      monkTone: 5,
      limit: 'light',
      confidence: 0.5,
      category: 'tan',
    });
  });
});

describe('values in words', () => {
  const format = createValueFormat('en', messages.units);

  it('writes shares in per cent, angles in degrees, and limits a digit finer', () => {
    expect(format.check('face-ratio', 0.534)).toBe('53% of the picture');
    expect(format.check('yaw', -3.26)).toBe('−3.3°');
    expect(format.check('yaw', -0.01)).toBe('0°');
    expect(format.limit('exposure', 0.95)).toBe('0.95');
    expect(format.limit('yaw', 10)).toBe('10°');
    expect(format.check('face-count', 1)).toBe('1');
  });

  it('writes numbers as the language does', () => {
    expect(createValueFormat('de', messages.units).check('pitch', 1.5)).toBe('1,5°');
  });

  it('has a name and an explanation for every measure and feature that the analyzer knows', () => {
    for (const id of FACE_MEASURE_IDS) expect(messages.checks.explain[id].length).toBeGreaterThan(20);
    expect(Object.keys(messages.features.names).sort()).toEqual(FACE_FEATURES.map(({ id }) => id).sort());
  });

  it('writes no feature without a unit of its own', () => {
    for (const { unit } of FACE_FEATURES) expect(format.feature(unit, 0.5)).not.toMatch(/[{}]/);
    expect(format.feature('px', 143.4)).toBe('143 px');
    expect(format.feature('share', 0.041)).toBe('4.1%');
  });

  it.each([
    [92, 'scoreVeryGood'],
    [60, 'scoreGood'],
    [59.9, 'scoreFair'],
    [10, 'scorePoor'],
  ] as const)('a score of %d is %s', (score, word) => {
    expect(scoreWord(score, messages.result)).toBe(messages.result[word]);
  });
});

describe('the overlay', () => {
  const landmarks = Array.from({ length: 936 }, (_, index) => index);

  it('draws each edge of the mesh once', () => {
    const path = meshPath(landmarks, [0, 1, 2, 2, 1, 3]);
    expect(path.match(/M/g)).toHaveLength(5);
    expect(path).toContain('M0.0,1.0L2.0,3.0');
  });

  it('outlines the three skin areas', () => {
    expect(regionPolygons(landmarks).map((points) => points.split(' ').length)).toEqual([10, 9, 9]);
  });
});

describe('the rendered face', () => {
  it('leaves out what it was too slow for, and never gives a picture twice', () => {
    const timeline = createTimeline([0, 40, 80, 120].map((timeMs) => ({ timeMs })));
    expect(timeline.at(0)).toEqual({ timeMs: 0 });
    expect(timeline.at(20)).toBeNull();
    expect(timeline.at(100)).toEqual({ timeMs: 80 });
    expect(timeline.at(110)).toBeNull();
    expect(timeline.at(1000)).toEqual({ timeMs: 120 });
    expect(timeline.at(2000)).toBeNull();
  });

  it('becomes what a canvas takes, in the memory of an earlier picture', () => {
    const first = rgbaOf(Uint8Array.of(1, 2, 3, 250, 251, 252), null);
    expect([...first]).toEqual([1, 2, 3, 255, 250, 251, 252, 255]);
    expect(rgbaOf(Uint8Array.of(9, 9, 9, 8, 8, 8), first)).toBe(first);
    expect(first[0]).toBe(9);
  });

  it.each([
    [
      'a node',
      { name: 'canonical-face', url: 'canonical-face/abc' },
      'https://edge/models/canonical-face/abc',
    ],
    [
      'a folder',
      { name: 'canonical-face', version: '1.0.0', output: { file: 'geometry.json' } },
      'https://edge/models/canonical-face/1.0.0/geometry.json',
    ],
  ])('finds the canonical face of %s', async (_name, entry, expected) => {
    const asked: string[] = [];
    const text = await fetchCanonicalFace('https://edge/models/', async (url) => {
      asked.push(url);
      return url.endsWith('manifest.json') ? Response.json({ models: [entry] }) : new Response('geometry');
    });
    expect(text).toBe('geometry');
    expect(asked).toEqual(['https://edge/models/manifest.json', expected]);
  });

  it('says that the model is missing where a node does not serve it', async () => {
    await expect(
      fetchCanonicalFace('https://edge/models', async () => new Response(null, { status: 404 })),
    ).rejects.toMatchObject({ code: 'model-missing' });
  });
});
