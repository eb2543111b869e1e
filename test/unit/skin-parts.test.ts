import { describe, expect, it, test } from 'vitest';
import { scoreOf } from '../../src/analysis/analyzers/skin/concern.ts';
import { createMaskedBlur } from '../../src/analysis/analyzers/skin/masked-blur.ts';
import { findRelief } from '../../src/analysis/analyzers/skin/relief.ts';
import {
  addedLightOf,
  bloodWithoutShine,
  type Pigments,
  separatePigments,
  shineRatioOf,
} from '../../src/analysis/analyzers/skin/separate-pigments.ts';

const EDGE = 41;
const MIDDLE = 20;

/** What is found in the middle of a plane that a function of the place makes. */
function relief(value: (x: number, y: number) => number) {
  const plane = Float32Array.from({ length: EDGE * EDGE }, (_, i) =>
    value((i % EDGE) - MIDDLE, Math.floor(i / EDGE) - MIDDLE),
  );
  const blur = createMaskedBlur(new Uint8Array(EDGE * EDGE).fill(1), EDGE, EDGE);
  const found = findRelief(plane, { width: EDGE, height: EDGE, blur }, 1.41, 0.01);
  const middle = (of: Float32Array) => of[MIDDLE * EDGE + MIDDLE]!;
  return { line: middle(found.line), pit: middle(found.pit), bump: middle(found.bump) };
}

const gaussian = (square: number) => Math.exp(-square / 4);

describe('relief', () => {
  it('tells a dark line from a pit, and a pit from a bump', () => {
    const line = relief((_x, y) => -0.5 * gaussian(y * y));
    const pit = relief((x, y) => -0.5 * gaussian(x * x + y * y));
    const bump = relief((x, y) => 0.5 * gaussian(x * x + y * y));
    expect(line).toMatchObject({ pit: 0, bump: 0 });
    expect(line.line).toBeGreaterThan(0.05);
    expect(pit).toMatchObject({ line: 0, bump: 0 });
    expect(pit.pit).toBeGreaterThan(0.05);
    expect(bump).toMatchObject({ line: 0, pit: 0 });
    expect(bump.bump).toBeGreaterThan(0.05);
  });

  it('finds nothing in an even slope of light', () => {
    expect(relief((x, y) => 0.03 * x - 0.02 * y)).toEqual({ line: 0, pit: 0, bump: 0 });
  });
});

describe('pigments', () => {
  const SKIN = { red: 0.35, green: 0.21, blue: 0.093 };
  const of = (red: number, green: number, blue: number): Pigments => {
    const found: Pigments = { melanin: 0, haemoglobin: 0, shading: 0 };
    separatePigments(red, green, blue, found);
    return found;
  };
  const absorbed = (amount: number, [r, g, b]: readonly [number, number, number]) =>
    of(
      SKIN.red * Math.exp(-r * amount),
      SKIN.green * Math.exp(-g * amount),
      SKIN.blue * Math.exp(-b * amount),
    );
  const still = of(SKIN.red, SKIN.green, SKIN.blue);

  it('takes blood for blood and melanin for melanin', () => {
    const blood = absorbed(0.3, [0.1, 1, 0.9]);
    expect(blood.haemoglobin - still.haemoglobin).toBeCloseTo(0.3, 2);
    expect(blood.melanin - still.melanin).toBeCloseTo(0, 2);
    const melanin = absorbed(0.3, [0.67, 1, 1.7]);
    expect(melanin.melanin - still.melanin).toBeCloseTo(0.3, 2);
    expect(melanin.haemoglobin - still.haemoglobin).toBeCloseTo(0, 2);
  });

  it('takes a shadow for neither', () => {
    const shadow = absorbed(0.5, [1, 1, 1]);
    expect(shadow.melanin - still.melanin).toBeCloseTo(0, 2);
    expect(shadow.haemoglobin - still.haemoglobin).toBeCloseTo(0, 2);
    expect(shadow.shading - still.shading).toBeCloseTo(-0.5, 2);
  });

  it('knows how much white light was added, and does not take it for less blood', () => {
    const added = 0.005;
    expect(addedLightOf(SKIN.red + added, SKIN.blue + added, SKIN)).toBeCloseTo(added, 4);
    const shiny = of(SKIN.red + added, SKIN.green + added, SKIN.blue + added);
    const blood = bloodWithoutShine(
      shiny.melanin - still.melanin,
      shiny.haemoglobin - still.haemoglobin,
      shineRatioOf(SKIN),
    );
    expect(blood).toBeCloseTo(0, 2);
    expect(shiny.melanin - still.melanin).toBeLessThan(-0.02);
  });
});

describe('scores', () => {
  test.each([
    { healthy: 0.1, severe: 0.6 },
    { healthy: 0.3, severe: 0.1 },
  ])('fall all the way from 100 to 1 between $healthy and $severe and beyond', (scale) => {
    const step = (scale.severe - scale.healthy) / 10;
    const raws = Array.from({ length: 40 }, (_, i) => scale.healthy + (i - 10) * step);
    const scores = raws.map((raw) => scoreOf(scale, raw));
    scores.slice(1).forEach((score, i) => {
      expect(score).toBeLessThan(scores[i]!);
    });
    expect(scoreOf(scale, scale.healthy)).toBeCloseTo(95);
    expect(scoreOf(scale, scale.severe)).toBeCloseTo(25);
    expect(Math.max(...scores)).toBeLessThanOrEqual(100);
    expect(Math.min(...scores)).toBeGreaterThanOrEqual(1);
  });
});
