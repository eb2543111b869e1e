import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseProfileName, resolveProfile } from '../../src/guidance/profiles.ts';
import {
  FACE_MEASURE_IDS,
  MEASURE_IDS,
  PROFILE_LEVELS,
  PROFILE_NAMES,
  PROFILE_SUBJECTS,
  type Thresholds,
} from '../../src/protocol/checks.ts';
import { FramegateError } from '../../src/protocol/framegate-error.ts';

function refusal(act: () => unknown): FramegateError {
  try {
    act();
  } catch (error) {
    if (error instanceof FramegateError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('profile names', () => {
  it('carry their level, moderate where they do not', () => {
    expect(parseProfileName('face-skin')).toEqual({ name: 'face-skin', level: 'moderate' });
    expect(parseProfileName('face-contour:strict')).toEqual({ name: 'face-contour', level: 'strict' });
  });

  it.each(['', 'face', 'face-skin:', 'face-skin:lax', 'face-skin:strict:more', ':strict', 'toString'])(
    '%j is unknown',
    (text) => {
      expect(refusal(() => parseProfileName(text)).code).toBe('profile-unknown');
    },
  );

  it('an explicit level outweighs the one in the name', () => {
    expect(resolveProfile('face-skin:strict', 'relaxed').level).toBe('relaxed');
    expect(resolveProfile('face-skin:strict').level).toBe('strict');
    expect(refusal(() => resolveProfile('face-skin', 'lax')).code).toBe('profile-unknown');
  });
});

describe('presets', () => {
  it.each(PROFILE_NAMES)('%s: each level lies within the next laxer one', (name) => {
    const [strict, moderate, relaxed] = PROFILE_LEVELS.map((level) => resolveProfile(name, level).thresholds);
    for (const [inner, outer] of [
      [strict!, moderate!],
      [moderate!, relaxed!],
    ] as const) {
      expect(Object.keys(inner)).toEqual(Object.keys(outer));
      for (const id of MEASURE_IDS) {
        expect(inner[id]?.min ?? 0).toBeGreaterThanOrEqual(outer[id]?.min ?? 0);
        expect(inner[id]?.max ?? 0).toBeLessThanOrEqual(outer[id]?.max ?? 0);
      }
    }
  });

  it.each(PROFILE_NAMES)(
    '%s has measures of its own subject only, and asks for exactly one of it',
    (name) => {
      const { thresholds } = resolveProfile(name);
      const count = { face: 'face-count', body: 'body-count', card: 'card-in-view' } as const;
      const subject = PROFILE_SUBJECTS[name];
      expect(thresholds[count[subject]]?.min).toBe(1);
      const others = {
        face: /^(body|card)-|arms|feet|upright|background/,
        body: /face|card/,
        card: /^(?!card-)/,
      };
      expect(Object.keys(thresholds).filter((id) => others[subject].test(id))).toEqual([]);
    },
  );

  it('whoever stands away from the phone gets more time', () => {
    const dwellMs = (name: string) => resolveProfile(name).dwellMs;
    expect(['face-skin', 'face-contour', 'portrait', 'reference-card'].map(dwellMs)).toEqual([
      800, 800, 800, 800,
    ]);
    expect(['body-front', 'body-side'].map(dwellMs)).toEqual([1500, 1500]);
  });

  it('the contour does not ask for the colour of the light', () => {
    expect(resolveProfile('face-contour').thresholds['colour-cast']).toBeUndefined();
    expect(Object.keys(resolveProfile('face-skin').thresholds)).toEqual([...FACE_MEASURE_IDS]);
  });
});

describe('overrides', () => {
  it('replace the ends that they name', () => {
    const { thresholds } = resolveProfile('face-skin', 'moderate', {
      yaw: { max: 6 },
      sharpness: { min: 0.6 },
    });
    expect(thresholds.yaw).toEqual({ min: -10, max: 6 });
    expect(thresholds.sharpness).toEqual({ min: 0.6 });
    expect(thresholds.roll).toEqual({ min: -10, max: 10 });
  });

  it('may be as lax as relaxed, also on a strict profile', () => {
    const relaxed = resolveProfile('face-skin', 'relaxed').thresholds;
    expect(resolveProfile('face-skin', 'strict', relaxed).thresholds).toEqual(relaxed);
  });

  it('may add a measure and an end', () => {
    const { thresholds } = resolveProfile('face-contour', 'moderate', {
      'colour-cast': { max: 20 },
      'out-of-frame': { max: 0.5 },
    });
    expect(thresholds['colour-cast']).toEqual({ max: 20 });
    expect(thresholds['out-of-frame']).toEqual({ min: 0.07, max: 0.5 });
  });

  it.each<[string, Record<string, unknown>, object]>([
    [
      'looser than relaxed above',
      { yaw: { max: 15.1 } },
      { measure: 'yaw', problem: 'looser-than-relaxed', key: 'max', limit: 15 },
    ],
    [
      'looser than relaxed below',
      { pitch: { min: -40 } },
      { measure: 'pitch', problem: 'looser-than-relaxed', key: 'min', limit: -16 },
    ],
    [
      'two people',
      { 'face-count': { max: 2 } },
      { measure: 'face-count', problem: 'looser-than-relaxed', key: 'max', limit: 1 },
    ],
    ['a measure of bodies', { 'arms-away': { min: 20 } }, { measure: 'arms-away', problem: 'other-subject' }],
    ['an unknown measure', { beauty: { min: 1 } }, { measure: 'beauty', problem: 'unknown-measure' }],
    ['an unknown key', { yaw: { maximum: 5 } }, { measure: 'yaw', problem: 'unknown-key', key: 'maximum' }],
    ['NaN', { yaw: { max: Number.NaN } }, { measure: 'yaw', problem: 'not-a-number', key: 'max' }],
    [
      'infinity',
      { sharpness: { min: Infinity } },
      { measure: 'sharpness', problem: 'not-a-number', key: 'min' },
    ],
    ['text', { yaw: { max: '5' } }, { measure: 'yaw', problem: 'not-a-number', key: 'max' }],
    ['an inverted band', { yaw: { min: 5, max: -5 } }, { measure: 'yaw', problem: 'inverted' }],
    [
      'a band inverted against the preset',
      { 'face-ratio': { min: 0.84 } },
      { measure: 'face-ratio', problem: 'inverted' },
    ],
  ])('%s is refused', (_name, overrides, problem) => {
    const error = refusal(() => resolveProfile('face-skin', 'moderate', overrides as Thresholds));
    expect(error.code).toBe('thresholds-invalid');
    expect(error.details).toEqual({ problems: [problem] });
  });

  it('are refused with every problem at once', () => {
    const error = refusal(() =>
      resolveProfile('face-skin', 'moderate', { yaw: { min: -20, max: 20 }, roll: { max: 30 } }),
    );
    expect(error.details?.problems).toHaveLength(3);
  });

  it('never leave a band looser than relaxed', () => {
    const band = fc.record(
      { min: fc.double({ min: -50, max: 50 }), max: fc.double({ min: -50, max: 50 }) },
      { requiredKeys: [] },
    );
    const overrides = fc.dictionary(fc.constantFrom(...FACE_MEASURE_IDS), band);
    const relaxed = resolveProfile('face-skin', 'relaxed').thresholds;
    fc.assert(
      fc.property(overrides, fc.constantFrom(...PROFILE_LEVELS), (given, level) => {
        let resolved: Thresholds;
        try {
          resolved = resolveProfile('face-skin', level, given).thresholds;
        } catch (error) {
          expect((error as FramegateError).code).toBe('thresholds-invalid');
          return;
        }
        for (const id of FACE_MEASURE_IDS) {
          const { min, max } = resolved[id]!;
          if (relaxed[id]?.min !== undefined) expect(min).toBeGreaterThanOrEqual(relaxed[id].min);
          if (relaxed[id]?.max !== undefined) expect(max).toBeLessThanOrEqual(relaxed[id].max);
          expect(min ?? -Infinity).toBeLessThanOrEqual(max ?? Infinity);
        }
      }),
    );
  });
});
