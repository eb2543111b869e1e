import { describe, expect, it } from 'vitest';
import { traceBody } from '../../src/guidance/body-trace.ts';
import { BODY_MEASURES } from '../../src/guidance/measures/body/body-measures.ts';
import { resolveProfile } from '../../src/guidance/profiles.ts';
import type { Measure, MeasureInput } from '../../src/guidance/types.ts';
import { BODY_MEASURE_IDS, type MeasureId } from '../../src/protocol/checks.ts';
import type { HintCode } from '../../src/protocol/hint-codes.ts';
import { type BodyOverrides, bodyFrame } from '../support/body-analysis.ts';

const front = resolveProfile('body-front', 'moderate');
const side = resolveProfile('body-side', 'moderate');

function measure(id: MeasureId): Measure {
  const found = BODY_MEASURES.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`no measure ${id}`);
  return found;
}

const input = (...frame: Parameters<typeof bodyFrame>): MeasureInput => ({
  analysis: bodyFrame(...frame),
  previous: null,
  elapsedMs: 0,
});

function hintOf(id: MeasureId, of: MeasureInput, profile = front): HintCode {
  const value = measure(id).read(of);
  if (value === null) throw new Error(`${id} is unknown`);
  return measure(id).hint(value, profile.thresholds[id]!, of).code;
}

describe('values', () => {
  it.each<[id: MeasureId, body: BodyOverrides, value: number]>([
    ['body-count', {}, 1],
    ['body-in-frame', { box: { x: 100, y: 64, width: 160, height: 544 } }, 32 / 640],
    ['body-in-frame', { box: { x: 16, y: 64, width: 160, height: 500 } }, 16 / 640],
    ['body-ratio', { heightRatio: 0.7 }, 0.7],
    ['body-centring', { centerX: 0.5 }, 0],
    ['body-centring', { centerX: 0.3 }, 0.2],
    ['body-centring', { centerX: 0.7 }, 0.2],
    ['body-turn', { turnDeg: 0 }, 0],
    ['body-turn', { turnDeg: -20 }, 20],
    ['body-turn', { turnDeg: 90 }, 90],
    ['body-turn', { turnDeg: 180 }, 180],
    ['upright', { leanDeg: 0 }, 0],
    ['upright', { leanDeg: 7 }, 7],
    ['upright', { leanDeg: -7 }, -7],
    ['arms-away', { armDeg: 28 }, 28],
    ['arms-away', { armDeg: 10 }, 10],
    ['arms-away', { armDeg: 75 }, 75],
    ['arms-away', { armDeg: 28, rightArmDeg: 90 }, 90],
    ['feet-apart', { feetApart: 0.13 }, 0.13],
    ['feet-apart', { feetApart: 0.03 }, 0.03],
    ['body-back-light', { luminance: 0.05, surroundLuminance: 0.8 }, 4],
    ['body-light', { clippedShare: 0.12 }, 0.12],
    ['background-contrast', { backgroundContrast: 4.5 }, 4.5],
  ])('%s of %j is %f', (id, body, value) => {
    expect(measure(id).read(input(body))).toBeCloseTo(value, 3);
  });

  it('hands on the hips are arms that cross the trunk', () => {
    expect(measure('arms-away').read(input({ armDeg: 45, forearmDeg: -40 }))).toBeCloseTo(-40, 3);
  });

  it('angles of the arms are with the trunk: a lean does not change them', () => {
    expect(measure('arms-away').read(input({ armDeg: 20, leanDeg: 8 }))).toBeCloseTo(20, 3);
  });

  it.each(['arms', 'feet', 'head', 'hips'] as const)('a body without its %s is not in the frame', (part) => {
    expect(measure('body-in-frame').read(input({ missingParts: [part] }))).toBeLessThan(0);
  });

  it.each(['top', 'right', 'bottom', 'left'] as const)('nor is one that runs into the %s', (edge) => {
    expect(measure('body-in-frame').read(input({ edgesReached: [edge] }))).toBeLessThan(0);
  });

  it('counts people, and nobody where no body was looked for', () => {
    const count = measure('body-count');
    expect(count.read(input({}, { bodyCount: 3 }))).toBe(3);
    expect(count.read(input(null))).toBe(0);
    const { body: _, bodyCount: __, ...faceFrame } = bodyFrame();
    expect(count.read({ analysis: faceFrame, previous: null, elapsedMs: 0 })).toBe(0);
  });

  it('in a scene too dark to see by all of the body is lost', () => {
    expect(measure('body-light').read(input({}, { scene: { luminanceP95: 0.03 } }))).toBe(1);
  });

  it('the colour of clothes is no light: black before a white wall passes, lost in black does not', () => {
    const read = (id: MeasureId, body: BodyOverrides) => measure(id).read(input(body))!;
    for (const luminance of [0.0036, 0.01, 0.2, 0.85]) {
      const dressed = { luminance, surroundLuminance: 0.9 };
      expect(read('body-back-light', dressed)).toBeLessThanOrEqual(front.thresholds['body-back-light']!.max!);
      expect(read('body-light', dressed)).toBe(0);
    }
    expect(read('body-back-light', { luminance: 0.001, surroundLuminance: 1 })).toBeGreaterThan(
      front.thresholds['body-back-light']!.max!,
    );
  });
});

describe('hints', () => {
  it.each<[id: MeasureId, body: BodyOverrides, code: HintCode]>([
    ['body-in-frame', { edgesReached: ['bottom'] }, 'feet-in-view'],
    ['body-in-frame', { missingParts: ['feet'] }, 'feet-in-view'],
    ['body-in-frame', { missingParts: ['knees', 'feet'] }, 'feet-in-view'],
    ['body-in-frame', { edgesReached: ['top'] }, 'head-in-view'],
    ['body-in-frame', { missingParts: ['head'] }, 'head-in-view'],
    ['body-in-frame', { edgesReached: ['top', 'bottom'] }, 'step-back'],
    ['body-in-frame', { edgesReached: ['left', 'right'], armDeg: 30 }, 'step-back'],
    ['body-in-frame', { edgesReached: ['left', 'right'], armDeg: 70 }, 'arms-closer'],
    ['body-in-frame', { missingParts: ['arms'] }, 'step-back'],
    ['body-in-frame', { edgesReached: ['left'] }, 'move-left'],
    ['body-in-frame', { edgesReached: ['right'] }, 'move-right'],
    ['body-ratio', { heightRatio: 0.4 }, 'step-closer'],
    ['body-ratio', { heightRatio: 0.98 }, 'step-back'],
    ['body-centring', { centerX: 0.3 }, 'move-left'],
    ['body-centring', { centerX: 0.7 }, 'move-right'],
    ['body-turn', { turnDeg: 30 }, 'face-camera'],
    ['body-turn', { turnDeg: -170 }, 'face-camera'],
    ['upright', { leanDeg: 12 }, 'stand-upright'],
    ['arms-away', { armDeg: 5 }, 'arms-away'],
    ['arms-away', { armDeg: 70 }, 'arms-closer'],
    ['arms-away', { armDeg: 45, forearmDeg: -40 }, 'arms-away'],
    ['feet-apart', { feetApart: 0.03 }, 'feet-apart'],
    ['feet-apart', { feetApart: 0.4 }, 'feet-together'],
    ['body-back-light', { luminance: 0.001, surroundLuminance: 1 }, 'avoid-back-light'],
    ['body-light', { clippedShare: 0.3, luminance: 0.8 }, 'less-light'],
    ['body-light', { clippedShare: 0.3, luminance: 0.002, surroundLuminance: 0.01 }, 'more-light'],
    ['body-light', { clippedShare: 0.3, luminance: 0.002, surroundLuminance: 0.9 }, 'avoid-back-light'],
    ['background-contrast', { backgroundContrast: 2 }, 'plain-background'],
  ])('%s of %j from the front: %s', (id, body, code) => {
    expect(hintOf(id, input(body))).toBe(code);
  });

  it.each<[id: MeasureId, body: BodyOverrides, code: HintCode]>([
    ['body-turn', { turnDeg: 40 }, 'turn-sideways'],
    ['body-turn', { turnDeg: -140 }, 'turn-sideways'],
    // Whoever stands sideways goes forwards or backwards, not to the left or right.
    ['body-centring', { centerX: 0.3, turnDeg: 90 }, 'shift-forwards'],
    ['body-centring', { centerX: 0.7, turnDeg: 90 }, 'shift-backwards'],
    ['body-centring', { centerX: 0.3, turnDeg: -90 }, 'shift-backwards'],
    ['body-centring', { centerX: 0.7, turnDeg: -90 }, 'shift-forwards'],
    ['body-in-frame', { edgesReached: ['left'], turnDeg: 90 }, 'shift-forwards'],
    // Seen from behind, one's own left is the image's left.
    ['body-centring', { centerX: 0.3, turnDeg: 178 }, 'move-right'],
  ])('%s of %j from the side: %s', (id, body, code) => {
    expect(hintOf(id, input(body), side)).toBe(code);
  });

  it('nobody is told to come into view, in the dark to find light; several to leave one', () => {
    expect(hintOf('body-count', input(null))).toBe('no-body');
    expect(hintOf('body-count', input(null, { scene: { luminanceP95: 0.02 } }))).toBe('more-light');
    expect(hintOf('body-count', input({}, { bodyCount: 2 }))).toBe('one-person');
  });
});

describe('every body measure', () => {
  it('has its place in the order of mending', () => {
    expect(BODY_MEASURES.map(({ id }) => id)).toEqual([...BODY_MEASURE_IDS]);
  });

  it.each(BODY_MEASURE_IDS.filter((id) => id !== 'body-count'))('%s is unknown without a body', (id) => {
    expect(measure(id).read(input(null))).toBeNull();
  });

  it.each([
    ...BODY_MEASURES.map((each) => [each.id, 'body-front', each] as const),
    ...BODY_MEASURES.map((each) => [each.id, 'body-side', each] as const),
  ])('%s of %s falls with the distance from the ideal, 60 at the edge', (id, name, subject) => {
    const threshold = resolveProfile(name).thresholds[id];
    if (threshold === undefined || id === 'body-count') return;
    for (const [edge, outwards] of [
      [threshold.max, 1],
      [threshold.min, -1],
    ] as const) {
      if (edge === undefined) continue;
      expect(subject.score(edge, threshold)).toBeCloseTo(60, 6);
      let last = 60;
      for (let step = 1; step <= 60; step++) {
        const score = subject.score(edge + (outwards * step * Math.max(Math.abs(edge), 0.05)) / 4, threshold);
        expect(score).toBeLessThanOrEqual(last);
        last = score;
      }
      expect(last).toBe(0);
    }
  });
});

describe('motion of a body', () => {
  const still = bodyFrame();
  const previous = traceBody(still);
  const motion = measure('body-motion');

  it('is nothing for one that stands', () => {
    expect(motion.read({ analysis: still, previous, elapsedMs: 100 })).toBe(0);
  });

  it('is the displacement in lengths of the trunk per second, less the jitter', () => {
    // 18 px to the right; the trunk is 0.3 of 0.78 of 640 px.
    const analysis = bodyFrame({ centerX: 0.55 });
    const value = motion.read({ analysis, previous, elapsedMs: 200 });
    expect(value).toBeCloseTo((18 / 149.76 - 0.015) / 0.2, 2);
    expect(motion.hint(value!, { max: 0.25 }, { analysis, previous, elapsedMs: 200 }).code).toBe(
      'hold-still',
    );
  });

  it('does not take a change of the streamed size for motion', () => {
    expect(
      motion.read({ analysis: bodyFrame({}, { width: 180, height: 320 }), previous, elapsedMs: 100 }),
    ).toBeCloseTo(0, 3);
  });

  it('does not look at arms', () => {
    expect(motion.read({ analysis: bodyFrame({ armDeg: 80 }), previous, elapsedMs: 100 })).toBe(0);
  });

  it.each([0, -50, 5, 1001, Number.NaN])('is unknown %d ms after the previous frame', (elapsedMs) => {
    expect(motion.read({ analysis: still, previous, elapsedMs })).toBeNull();
  });

  it('is unknown after a frame without a body', () => {
    expect(motion.read({ analysis: still, previous: traceBody(bodyFrame(null)), elapsedMs: 100 })).toBeNull();
  });
});
