import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HINT_MINIMUM_MS } from '../../src/guidance/adviser.ts';
import { type CoachState, coach, type Guidance, initialCoachState, rearm } from '../../src/guidance/coach.ts';
import { evaluate } from '../../src/guidance/evaluate.ts';
import { resolveProfile } from '../../src/guidance/profiles.ts';
import { HINT_CODES } from '../../src/protocol/hint-codes.ts';
import { type FaceOverrides, type FrameAnalysisOverrides, frameAnalysis } from '../support/frame-analysis.ts';

const profile = resolveProfile('face-skin', 'moderate');
const alone = (overrides: FrameAnalysisOverrides = {}) => ({
  analysis: frameAnalysis(overrides),
  previous: null,
  elapsedMs: 0,
});

function play(
  frames: readonly FrameAnalysisOverrides[],
  start: CoachState = initialCoachState,
  stepMs = 100,
) {
  let state = start;
  const startMs = (state.nowMs ?? 0) + stepMs;
  const guidances: Guidance[] = frames.map((overrides, i) => {
    const atMs = startMs + i * stepMs;
    const step = coach(
      state,
      { seq: i + 1, analysis: frameAnalysis(overrides), capturedAtMs: atMs, nowMs: atMs },
      profile,
    );
    state = step.state;
    return step.guidance;
  });
  return { guidances, state };
}

const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);
const yaw = (yawDeg: number): FrameAnalysisOverrides => ({ face: { pose: { yawDeg } } });

describe('evaluate', () => {
  it.each(['strict', 'moderate', 'relaxed'])('a good frame passes %s', (level) => {
    const evaluation = evaluate(alone(), resolveProfile('face-skin', level));
    expect(evaluation.checks.filter(({ status }) => status !== 'pass').map(({ id }) => id)).toEqual([
      'motion',
    ]);
    expect(evaluation).toMatchObject({ verdict: 'pass', fault: null, subjectThere: true });
  });

  it('an empty frame fails with every other check unknown', () => {
    const evaluation = evaluate(alone({ face: null }), profile);
    expect(evaluation).toMatchObject({ verdict: 'adjust', quality: 0, subjectThere: false });
    expect(evaluation.fault?.hint.code).toBe('no-face');
    expect(evaluation.checks[0]).toMatchObject({ id: 'face-count', status: 'fail' });
    expect(new Set(evaluation.checks.slice(1).map(({ status }) => status))).toEqual(new Set(['unknown']));
  });

  it('names the first fault by priority', () => {
    const evaluation = evaluate(
      alone({ face: { centerX: 0.3, pose: { yawDeg: 20 }, mouthOpening: 0.5 } }),
      profile,
    );
    expect(evaluation.fault).toEqual({ measure: 'centring', hint: { code: 'move-left' } });
  });

  it('tells a little out of band from hopeless', () => {
    const statusAt = (yawDeg: number) =>
      evaluate(alone(yaw(yawDeg)), profile).checks.find(({ id }) => id === 'yaw')?.status;
    expect([10, 10.1, 29, 31].map(statusAt)).toEqual(['pass', 'adjust', 'adjust', 'fail']);
  });

  it('unknown light does not hold anyone back, an unknown face does', () => {
    const noEyeWhite = { face: { appearance: { eyeWhiteLuminance: null, colourCast: null } } };
    expect(evaluate(alone(noEyeWhite), profile).verdict).toBe('pass');
    const broken = evaluate(alone({ face: { appearance: { sharpness: Number.NaN } } }), profile);
    expect(broken.verdict).toBe('adjust');
    expect(broken.fault).toEqual({ measure: 'sharpness', hint: { code: 'hold-still' } });
    expect(broken.checks.at(-1)).toMatchObject({ value: null, status: 'unknown' });
  });

  it('only lists what the profile counts', () => {
    const { checks } = evaluate(alone(), resolveProfile('face-contour'));
    expect(checks.map(({ id }) => id)).not.toContain('colour-cast');
  });

  it('prefers the sharper, stiller, more frontal frame', () => {
    const quality = (face: FaceOverrides) => evaluate(alone({ face }), profile).quality;
    expect(quality({})).toBeGreaterThan(quality({ appearance: { sharpness: 0.5 } }));
    expect(quality({})).toBeGreaterThan(quality({ pose: { yawDeg: 8 } }));
  });

  it('has a Schmitt trigger: in by the threshold, out by threshold and margin', () => {
    expect(evaluate(alone(yaw(10.5)), profile).verdict).toBe('adjust');
    expect(evaluate(alone(yaw(10.5)), profile, ['yaw']).verdict).toBe('pass');
    expect(evaluate(alone(yaw(11.6)), profile, ['yaw']).verdict).toBe('adjust');
  });
});

describe('coach', () => {
  it('guides, dwells, announces and goes on only when rearmed', () => {
    const { guidances, state } = play([...times(3, yaw(25)), ...times(12, {})]);
    expect(guidances[0]).toMatchObject({
      verdict: 'adjust',
      hint: { code: 'turn-right' },
      dwell: 0,
      bestSeq: null,
    });
    // The first good frame comes from 25° aside in 100 ms: it moves.
    expect(guidances[3]).toMatchObject({ verdict: 'adjust' });
    expect(guidances[4]).toMatchObject({ verdict: 'pass', hint: null, dwell: 0, bestSeq: 5 });
    expect(guidances.findIndex(({ captureDue }) => captureDue)).toBe(12);
    expect(state.lastVerdict).toBe('pass');
    expect(play(times(12, {}), state).guidances.some(({ captureDue }) => captureDue)).toBe(false);
    const again = play(times(12, {}), rearm(state)).guidances;
    expect(again.findIndex(({ captureDue }) => captureDue)).toBe(8);
  });

  it('does not flap when a value trembles at the threshold', () => {
    const frames = [yaw(9), ...Array.from({ length: 40 }, (_, i) => yaw(10 + (i % 2 === 0 ? 0.7 : -0.7)))];
    const { guidances } = play(frames);
    expect(new Set(guidances.map(({ verdict }) => verdict))).toEqual(new Set(['pass']));
  });

  it('survives a clock that jumps back, as on another node', () => {
    const first = play(times(5, {})).state;
    const step = coach(first, { seq: 6, analysis: frameAnalysis(), capturedAtMs: 600, nowMs: -1e9 }, profile);
    expect(step.guidance.dwell).toBeCloseTo(0.5);
    expect(step.state.dwell.heldMs).toBe(400);
  });

  it('breaks the dwell over a gap', () => {
    const first = play(times(5, {})).state;
    const step = coach(
      first,
      { seq: 6, analysis: frameAnalysis(), capturedAtMs: 2000, nowMs: 2000 },
      profile,
    );
    expect(step.guidance).toMatchObject({ dwell: 0, bestSeq: 6 });
  });
});

describe('coach, whatever is seen', () => {
  /** Random walks of what a person does: each frame changes a few things a little, now and then the face is lost. */
  const walk = fc.array(
    fc.record({
      yawDeg: fc.double({ min: -4, max: 4, noNaN: true }),
      rollDeg: fc.double({ min: -3, max: 3, noNaN: true }),
      centerX: fc.double({ min: -0.03, max: 0.03, noNaN: true }),
      eyeOpening: fc.constantFrom(0.12, 0.12, 0.12, 0.12, 0.02),
      eyeWhiteLuminance: fc.constantFrom(0.3, 0.3, 0.3, 0.02, null),
      lost: fc.integer({ min: 0, max: 19 }),
      stepMs: fc.integer({ min: 20, max: 250 }),
    }),
    { minLength: 1, maxLength: 120 },
  );

  it('hints do not flicker, checks are whole, the state survives JSON', () => {
    fc.assert(
      fc.property(walk, (steps) => {
        let state = initialCoachState;
        let nowMs = 1000;
        let shown: string | null = null;
        let shownAtMs = Number.NEGATIVE_INFINITY;
        const at = { yawDeg: 0, rollDeg: 0, centerX: 0.5 };
        steps.forEach((step, i) => {
          nowMs += step.stepMs;
          at.yawDeg += step.yawDeg;
          at.rollDeg += step.rollDeg;
          at.centerX += step.centerX;
          const { eyeOpening, eyeWhiteLuminance } = step;
          const face = {
            centerX: at.centerX,
            eyeOpening,
            pose: { yawDeg: at.yawDeg, rollDeg: at.rollDeg },
            appearance: { eyeWhiteLuminance },
          };
          const analysis = frameAnalysis({ face: step.lost === 0 ? null : face });
          const stored: CoachState = JSON.parse(JSON.stringify(state));
          expect(stored).toEqual(state);
          const frame = { seq: i + 1, analysis, capturedAtMs: nowMs, nowMs };
          const { guidance, state: next } = coach(stored, frame, profile);
          state = next;
          expect(guidance.checks).toHaveLength(Object.keys(profile.thresholds).length);
          for (const check of guidance.checks) {
            expect(check.score).toBeGreaterThanOrEqual(0);
            expect(check.score).toBeLessThanOrEqual(100);
            expect(check.value === null).toBe(check.status === 'unknown');
          }
          const code = guidance.hint?.code ?? null;
          if (guidance.verdict === 'pass') expect(code).toBeNull();
          if (code !== null) expect(HINT_CODES).toHaveProperty(code);
          if (code !== shown && code !== null) {
            expect(nowMs - shownAtMs).toBeGreaterThanOrEqual(HINT_MINIMUM_MS);
            shownAtMs = nowMs;
          }
          if (code === null && shown !== null) expect(guidance.verdict).toBe('pass');
          shown = code;
        });
      }),
      { numRuns: 60 },
    );
  });
});
