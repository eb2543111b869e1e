import { describe, expect, it } from 'vitest';
import { traceFace } from '../../src/guidance/face-trace.ts';
import { FACE_MEASURES } from '../../src/guidance/measures/face-measures.ts';
import { resolveProfile } from '../../src/guidance/profiles.ts';
import type { Measure } from '../../src/guidance/types.ts';
import { FACE_MEASURE_IDS, type MeasureId } from '../../src/protocol/checks.ts';
import type { HintCode } from '../../src/protocol/hint-codes.ts';
import { type FrameAnalysisOverrides, frameAnalysis } from '../support/frame-analysis.ts';

const profile = resolveProfile('face-skin', 'moderate');

function measure(id: MeasureId): Measure {
  const found = FACE_MEASURES.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`no measure ${id}`);
  return found;
}

function input(overrides: FrameAnalysisOverrides = {}) {
  return { analysis: frameAnalysis(overrides), previous: null, elapsedMs: 0 };
}

interface Row {
  readonly id: MeasureId;
  readonly when: string;
  readonly frame: FrameAnalysisOverrides;
  readonly value: number;
  readonly passes: boolean;
  readonly hint?: HintCode;
}

const appearance = (values: NonNullable<FrameAnalysisOverrides['face']>['appearance']) => ({
  face: { appearance: values },
});

// Frame 480 × 640, a frontal face 0.46 of the height: 294 px high, 241 px wide, 105 px between the eyes.
const ROWS: readonly Row[] = [
  { id: 'face-count', when: 'one person', frame: {}, value: 1, passes: true },
  { id: 'face-count', when: 'nobody', frame: { face: null }, value: 0, passes: false, hint: 'no-face' },
  {
    id: 'face-count',
    when: 'a second person',
    frame: { faceCount: 2, secondFaceRatio: 0.4 },
    value: 2,
    passes: false,
    hint: 'one-person',
  },
  {
    id: 'face-count',
    when: 'a poster far behind',
    frame: { faceCount: 2, secondFaceRatio: 0.05 },
    value: 1,
    passes: true,
  },

  { id: 'out-of-frame', when: 'in the middle', frame: {}, value: (480 - 241.4) / 2 / 294.4, passes: true },
  {
    id: 'out-of-frame',
    when: 'cut at the image’s left',
    frame: { face: { centerX: 0.2 } },
    value: (96 - 241.4 / 2) / 294.4,
    passes: false,
    hint: 'move-into-frame',
  },
  {
    id: 'out-of-frame',
    when: 'wider than the frame',
    frame: { face: { heightRatio: 1 } },
    value: (480 - 524.8) / 2 / 640,
    passes: false,
    hint: 'move-back',
  },

  { id: 'face-ratio', when: 'portrait counts widths', frame: {}, value: 0.503, passes: true },
  {
    id: 'face-ratio',
    when: 'landscape counts heights',
    frame: { width: 640, height: 480 },
    value: 0.46,
    passes: true,
  },
  {
    id: 'face-ratio',
    when: 'far away',
    frame: { face: { heightRatio: 0.25 } },
    value: 0.273,
    passes: false,
    hint: 'come-closer',
  },
  {
    id: 'face-ratio',
    when: 'too near',
    frame: { face: { heightRatio: 0.8 } },
    value: 0.875,
    passes: false,
    hint: 'move-back',
  },

  { id: 'centring', when: 'in the middle', frame: {}, value: 0, passes: true },
  {
    id: 'centring',
    when: 'at the image’s left, the person’s right',
    frame: { face: { centerX: 0.3 } },
    value: 0.2,
    passes: false,
    hint: 'move-left',
  },
  {
    id: 'centring',
    when: 'at the image’s right, the person’s left',
    frame: { face: { centerX: 0.7 } },
    value: 0.2,
    passes: false,
    hint: 'move-right',
  },
  {
    id: 'centring',
    when: 'high',
    frame: { face: { centerY: 0.3 } },
    value: 0.2,
    passes: false,
    hint: 'move-down',
  },
  {
    id: 'centring',
    when: 'low',
    frame: { face: { centerY: 0.7 } },
    value: 0.2,
    passes: false,
    hint: 'move-up',
  },
  {
    id: 'centring',
    when: 'low and a little left: the larger first',
    frame: { face: { centerX: 0.42, centerY: 0.65 } },
    value: 0.17,
    passes: false,
    hint: 'move-up',
  },

  {
    id: 'roll',
    when: 'the image-right eye is lower',
    frame: { face: { pose: { rollDeg: 12 } } },
    value: 12,
    passes: false,
    hint: 'tilt-right',
  },
  {
    id: 'roll',
    when: 'the image-left eye is lower',
    frame: { face: { pose: { rollDeg: -12 } } },
    value: -12,
    passes: false,
    hint: 'tilt-left',
  },
  { id: 'roll', when: 'on the edge', frame: { face: { pose: { rollDeg: 10 } } }, value: 10, passes: true },
  {
    id: 'yaw',
    when: 'the nose points to the image’s right',
    frame: { face: { pose: { yawDeg: 14 } } },
    value: 14,
    passes: false,
    hint: 'turn-right',
  },
  {
    id: 'yaw',
    when: 'the nose points to the image’s left',
    frame: { face: { pose: { yawDeg: -14 } } },
    value: -14,
    passes: false,
    hint: 'turn-left',
  },
  { id: 'yaw', when: 'on the edge', frame: { face: { pose: { yawDeg: -10 } } }, value: -10, passes: true },
  {
    id: 'pitch',
    when: 'the chin is up',
    frame: { face: { pose: { pitchDeg: 15 } } },
    value: 15,
    passes: false,
    hint: 'chin-down',
  },
  {
    id: 'pitch',
    when: 'the chin is down',
    frame: { face: { pose: { pitchDeg: -15 } } },
    value: -15,
    passes: false,
    hint: 'chin-up',
  },

  {
    id: 'back-light',
    when: 'as bright as the eyes',
    frame: appearance({ surroundLuminance: 0.32, eyeWhiteLuminance: 0.32 }),
    value: 0,
    passes: true,
  },
  {
    id: 'back-light',
    when: 'a window behind',
    frame: appearance({ surroundLuminance: 0.9, eyeWhiteLuminance: 0.1, skinLuminance: 0.08 }),
    value: Math.log2(9),
    passes: false,
    hint: 'avoid-back-light',
  },
  {
    id: 'face-count',
    when: 'nobody, in the dark',
    frame: { face: null, scene: { luminanceP95: 0.02 } },
    value: 0,
    passes: false,
    hint: 'more-light',
  },
  {
    id: 'exposure',
    when: 'bright skin around eyes in shade',
    frame: appearance({ eyeWhiteLuminance: 0.04, skinLuminance: 0.5 }),
    value: Math.log2(0.35 / 0.32),
    passes: true,
  },
  { id: 'exposure', when: 'ideal', frame: appearance({ eyeWhiteLuminance: 0.32 }), value: 0, passes: true },
  {
    id: 'exposure',
    when: 'three stops under',
    frame: appearance({ eyeWhiteLuminance: 0.04, skinLuminance: 0.03 }),
    value: -3,
    passes: false,
    hint: 'more-light',
  },
  {
    id: 'exposure',
    when: 'blown',
    frame: appearance({ eyeWhiteLuminance: 1 }),
    value: Math.log2(1 / 0.32),
    passes: false,
    hint: 'less-light',
  },
  {
    id: 'exposure',
    when: 'black',
    frame: appearance({ eyeWhiteLuminance: 0, skinLuminance: 0 }),
    value: -10.356,
    passes: false,
    hint: 'more-light',
  },
  {
    id: 'clipping',
    when: 'mostly blown',
    frame: appearance({ brightClippedShare: 0.2, darkClippedShare: 0.05 }),
    value: 0.25,
    passes: false,
    hint: 'less-light',
  },
  {
    id: 'clipping',
    when: 'mostly crushed',
    frame: appearance({ brightClippedShare: 0.01, darkClippedShare: 0.2 }),
    value: 0.21,
    passes: false,
    hint: 'more-light',
  },
  {
    id: 'side-light',
    when: 'the left half has a quarter of the light',
    frame: appearance({ leftLuminance: 0.1, rightLuminance: 0.4, eyeWhiteLuminance: 0.4 }),
    value: 0.3 / 0.432,
    passes: false,
    hint: 'face-the-light',
  },
  {
    id: 'side-light',
    when: 'the same on very dark skin, whose brighter half shines',
    frame: appearance({
      leftLuminance: 0.005,
      rightLuminance: 0.05,
      eyeWhiteLuminance: 0.3,
      skinLuminance: 0.02,
    }),
    value: 0.045 / 0.074,
    passes: false,
    hint: 'face-the-light',
  },
  {
    id: 'side-light',
    when: 'light from a little aside on very dark skin',
    frame: appearance({
      leftLuminance: 0.02,
      rightLuminance: 0.035,
      eyeWhiteLuminance: 0.4,
      skinLuminance: 0.025,
    }),
    value: 0.015 / 0.067,
    passes: true,
  },
  {
    id: 'colour-cast',
    when: 'tungsten',
    frame: appearance({ colourCast: { a: 12, b: 35 } }),
    value: 37,
    passes: false,
    hint: 'neutral-light',
  },

  { id: 'eyes-open', when: 'open', frame: {}, value: 0.12, passes: true },
  {
    id: 'eyes-open',
    when: 'one is closed',
    frame: { face: { leftEyeOpening: 0.02 } },
    value: 0.02,
    passes: false,
    hint: 'open-eyes',
  },
  {
    id: 'eyes-open',
    when: 'the mesh leaves a closed lid half open',
    frame: { face: { eyeOpening: 0.09, appearance: { irisContrast: 0.15 } } },
    value: 0.027,
    passes: false,
    hint: 'open-eyes',
  },
  {
    id: 'mouth-closed',
    when: 'open',
    frame: { face: { mouthOpening: 0.4 } },
    value: 0.4,
    passes: false,
    hint: 'close-mouth',
  },
  { id: 'resolution', when: 'enough', frame: {}, value: 105.143, passes: true },
  {
    id: 'resolution',
    when: 'a small picture',
    frame: { width: 150, height: 200 },
    value: 32.857,
    passes: false,
    hint: 'use-better-camera',
  },
  { id: 'sharpness', when: 'sharp', frame: appearance({ sharpness: 0.9 }), value: 0.9, passes: true },
  {
    id: 'sharpness',
    when: 'blurred',
    frame: appearance({ sharpness: 0.1 }),
    value: 0.1,
    passes: false,
    hint: 'focus',
  },
];

describe('face measures', () => {
  it('are one for every id, in the order of priority', () => {
    expect(FACE_MEASURES.map(({ id }) => id)).toEqual([...FACE_MEASURE_IDS]);
  });

  it.each(ROWS)('$id, $when: $value', ({ id, frame, value, passes, hint }) => {
    const subject = measure(id);
    const read = subject.read(input(frame));
    expect(read).toBeCloseTo(value, 2);
    const threshold = profile.thresholds[id]!;
    const inside =
      (threshold.min === undefined || read! >= threshold.min) &&
      (threshold.max === undefined || read! <= threshold.max);
    expect(inside).toBe(passes);
    const score = subject.score(read!, threshold);
    if (passes) expect(score).toBeGreaterThanOrEqual(60);
    else expect(score).toBeLessThan(60);
    if (hint !== undefined) expect(subject.hint(read!, threshold, input(frame)).code).toBe(hint);
  });

  it.each(FACE_MEASURE_IDS.filter((id) => id !== 'face-count'))('%s is unknown without a face', (id) => {
    expect(measure(id).read(input({ face: null }))).toBeNull();
  });

  it('exposure, back light, side light and colour cast are unknown when the eyes show no white', () => {
    const closed = input(appearance({ eyeWhiteLuminance: null, colourCast: null }));
    for (const id of ['exposure', 'back-light', 'side-light', 'colour-cast'] as const) {
      expect(measure(id).read(closed)).toBeNull();
    }
  });

  it('light measures answer the same for very light and very dark skin', () => {
    const light = input(
      appearance({ skinLuminance: 0.45, luminanceP50: 0.45, leftLuminance: 0.6, rightLuminance: 0.5 }),
    );
    const dark = input(
      appearance({ skinLuminance: 0.011, luminanceP50: 0.011, leftLuminance: 0.012, rightLuminance: 0.01 }),
    );
    for (const id of ['exposure', 'back-light', 'clipping', 'colour-cast'] as const) {
      expect(measure(id).read(dark), id).toBeCloseTo(measure(id).read(light)!, 6);
    }
  });

  it.each([
    [0, 15],
    [20, 0],
    [-20, 0],
    [0, -15],
  ])('eye opening and resolution hold at yaw %i, pitch %i', (yawDeg, pitchDeg) => {
    const turned = input({ face: { pose: { yawDeg, pitchDeg } } });
    for (const id of ['eyes-open', 'resolution'] as const) {
      const frontal = measure(id).read(input())!;
      expect(Math.abs(measure(id).read(turned)! / frontal - 1), id).toBeLessThan(0.13);
    }
  });
});

describe('scores', () => {
  it.each(FACE_MEASURES.map((each) => [each.id, each] as const))(
    '%s falls with the distance from the ideal, 60 at the edge',
    (id, subject) => {
      const threshold = profile.thresholds[id]!;
      for (const [edge, outwards] of [
        [threshold.max, 1],
        [threshold.min, -1],
      ] as const) {
        if (edge === undefined || id === 'face-count') continue;
        expect(subject.score(edge, threshold)).toBeCloseTo(60, 6);
        let last = 60;
        for (let step = 1; step <= 50; step++) {
          const score = subject.score(
            edge + (outwards * step * Math.max(Math.abs(edge), 0.05)) / 5,
            threshold,
          );
          expect(score).toBeLessThanOrEqual(last);
          last = score;
        }
        expect(last).toBe(0);
      }
    },
  );
});

describe('motion', () => {
  const still = frameAnalysis();
  const previous = traceFace(still);
  const motion = measure('motion');

  it('is nothing for a face that stands', () => {
    expect(motion.read({ analysis: still, previous, elapsedMs: 100 })).toBe(0);
  });

  it('is the displacement in eye distances per second', () => {
    // 48 px to the right, 105.1 px between the eyes, in 0.2 s, less the jitter.
    const analysis = frameAnalysis({ face: { centerX: 0.6 } });
    const value = motion.read({ analysis, previous, elapsedMs: 200 });
    expect(value).toBeCloseTo((48 / 105.14 - 0.012) / 0.2, 2);
    expect(motion.hint(value!, { max: 0.5 }, { analysis, previous, elapsedMs: 200 }).code).toBe('hold-still');
  });

  it('sees a head that rolls about its middle', () => {
    const analysis = frameAnalysis({ face: { pose: { rollDeg: 20 } } });
    expect(motion.read({ analysis, previous, elapsedMs: 100 })).toBeGreaterThan(1);
  });

  it('does not take a change of the streamed size for motion', () => {
    const analysis = frameAnalysis({ width: 240, height: 320 });
    expect(motion.read({ analysis, previous, elapsedMs: 100 })).toBeCloseTo(0, 3);
  });

  it.each([0, -50, 5, 1001, Number.NaN])('is unknown %d ms after the previous frame', (elapsedMs) => {
    expect(motion.read({ analysis: still, previous, elapsedMs })).toBeNull();
  });

  it('is unknown after a frame without a face', () => {
    expect(
      motion.read({ analysis: still, previous: traceFace(frameAnalysis({ face: null })), elapsedMs: 100 }),
    ).toBeNull();
  });
});
