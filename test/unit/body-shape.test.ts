import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { classifyShape, shapeOf } from '../../src/analysis/body/describe/classify-shape.ts';
import { BODY_METRICS, type BodyMetrics } from '../../src/protocol/body-measurement.ts';

const NONE = Object.fromEntries(BODY_METRICS.map((metric) => [metric, null])) as BodyMetrics;

function figure(chest: number, waist: number, hip: number, shoulder: number | null = null): BodyMetrics {
  return {
    ...NONE,
    chest_circumference_cm: chest,
    waist_circumference_cm: waist,
    hip_circumference_cm: hip,
    shoulder_width_cm: shoulder,
  };
}

/** Half widths of so much of each size. */
function within(metrics: BodyMetrics, share: number): BodyMetrics {
  return Object.fromEntries(
    BODY_METRICS.map((metric) => [metric, metrics[metric] === null ? null : metrics[metric] * share]),
  ) as BodyMetrics;
}

/** FFIT's own kinds, in inches around the narrowest waist, as a tape has them at the navel. */
const KINDS = [
  ['hourglass', figure(96, 74, 99)],
  ['pear', figure(90, 80, 108)],
  ['apple', figure(112, 118, 116)],
  ['rectangle', figure(95, 87, 100)],
  ['inverted-triangle', figure(110, 92, 97)],
] as const;

describe('the shape of a figure', () => {
  test.each(KINDS)('%s', (type, metrics) => {
    const shape = classifyShape({ metrics, intervals: within(metrics, 0.02), sex: 'female' });
    expect(shape!.type).toBe(type);
    expect(shape!.confidence).toBeGreaterThan(0.7);
  });

  test.each(KINDS)('%s: wider intervals are less sure', (_, metrics) => {
    const confidence = (share: number) =>
      classifyShape({ metrics, intervals: within(metrics, share), sex: null })!.confidence;
    expect(confidence(0.03)).toBeGreaterThan(confidence(0.12));
    expect(confidence(0.4)).toBeLessThan(0.7);
  });

  test('on the boundary between two kinds it is about even', () => {
    // The hip is exactly a share of 0.09 wider.
    const metrics = figure(91, 84, 100);
    const { confidence } = classifyShape({ metrics, intervals: within(metrics, 0.03), sex: null })!;
    expect(confidence).toBeGreaterThan(0.4);
    expect(confidence).toBeLessThan(0.65);
  });

  test('a mean woman and a mean man (ANSUR II) are rectangles', () => {
    const woman = figure(94.7, 86.1, 102.1, 36.5);
    const man = figure(105.9, 94.1, 101.7, 41.6);
    for (const [metrics, sex] of [
      [woman, 'female'],
      [man, 'male'],
    ] as const) {
      expect(classifyShape({ metrics, intervals: within(metrics, 0.04), sex })!.type).toBe('rectangle');
    }
  });

  test('broad shoulders make the same girths heavier above', () => {
    const share = (shoulder: number) => {
      const metrics = figure(104, 92, 98, shoulder);
      const shape = classifyShape({ metrics, intervals: within(metrics, 0.05), sex: 'male' })!;
      return shape.type === 'inverted-triangle' ? shape.confidence : 1 - shape.confidence;
    };
    expect(share(47)).toBeGreaterThan(share(38));
  });

  test('is not said without chest, waist or hip', () => {
    for (const metric of [
      'chest_circumference_cm',
      'waist_circumference_cm',
      'hip_circumference_cm',
    ] as const) {
      const metrics = { ...figure(96, 74, 99), [metric]: null };
      expect(classifyShape({ metrics, intervals: NONE, sex: null })).toBeNull();
    }
  });

  test('does not depend on size, and gives the same answer twice', () => {
    const girth = fc.double({ min: 60, max: 140, noNaN: true });
    fc.assert(
      fc.property(
        girth,
        girth,
        girth,
        fc.double({ min: 0.7, max: 1.4, noNaN: true }),
        (chest, waist, hip, size) => {
          const metrics = figure(chest, waist, hip);
          const larger = figure(chest * size, waist * size, hip * size);
          const shape = classifyShape({ metrics, intervals: within(metrics, 0.05), sex: null });
          const same = classifyShape({ metrics: larger, intervals: within(larger, 0.05), sex: null });
          // A place of the ellipsoid that lies on a boundary may be rounded to either side.
          if (shape!.confidence > 0.51) expect(same!.type).toBe(shape!.type);
          expect(Math.abs(same!.confidence - shape!.confidence)).toBeLessThan(0.02);
          expect(classifyShape({ metrics, intervals: within(metrics, 0.05), sex: null })).toEqual(shape);
          expect(shape!.confidence).toBeGreaterThanOrEqual(0.2);
          expect(shape!.confidence).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('the waist is read as around the navel, which is wider than where FFIT measures', () => {
    expect(shapeOf({ upper: 96, waist: 78, hip: 99 })).toBe('hourglass');
    expect(shapeOf({ upper: 96, waist: 81, hip: 99 })).toBe('rectangle');
  });

  test('a waist that is taken in turns a rectangle into an hourglass, never the other way', () => {
    for (const hip of [92, 97, 102]) {
      let wasHourglass = false;
      for (let waist = 94; waist >= 60; waist -= 1) {
        const isHourglass = shapeOf({ upper: 95, waist, hip }) === 'hourglass';
        expect(isHourglass || !wasHourglass).toBe(true);
        wasHourglass = isHourglass;
      }
      expect(wasHourglass).toBe(true);
    }
  });
});
