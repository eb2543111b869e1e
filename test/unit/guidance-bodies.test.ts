import { describe, expect, it } from 'vitest';
import { FAULT_SETTLE_MS, HINT_MINIMUM_MS } from '../../src/guidance/adviser.ts';
import { type CoachState, coach, type Guidance, initialCoachState } from '../../src/guidance/coach.ts';
import { evaluate } from '../../src/guidance/evaluate.ts';
import { inspect } from '../../src/guidance/inspect.ts';
import { judge } from '../../src/guidance/judge.ts';
import { resolveProfile } from '../../src/guidance/profiles.ts';
import { PROFILE_LEVELS, PROFILE_NAMES } from '../../src/protocol/checks.ts';
import type { FrameAnalysis } from '../../src/vision/types.ts';
import { type BodyOverrides, bodyFrame, cardFrame } from '../support/body-analysis.ts';
import { frameAnalysis } from '../support/frame-analysis.ts';

const SIDEWAYS: BodyOverrides = { turnDeg: 88, armDeg: 4, feetApart: 0.02 };
const front = resolveProfile('body-front');
const STEP_MS = 100;

function play(frames: readonly FrameAnalysis[], profile = front, start: CoachState = initialCoachState) {
  let state = start;
  const startMs = (state.nowMs ?? 0) + STEP_MS;
  const guidances = frames.map((analysis, i): Guidance => {
    const atMs = startMs + i * STEP_MS;
    const step = coach(state, { seq: i + 1, analysis, capturedAtMs: atMs, nowMs: atMs }, profile);
    // As a session's stored state.
    state = JSON.parse(JSON.stringify(step.state));
    return step.guidance;
  });
  return { guidances, state };
}

const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

describe('a still of a body', () => {
  it.each(PROFILE_LEVELS)('passes %s without a past, from the front and from the side', (level) => {
    for (const [name, body] of [
      ['body-front', {}],
      ['body-side', SIDEWAYS],
    ] as const) {
      const { verdict, hint, checks } = inspect(bodyFrame(body), resolveProfile(name, level));
      expect({ verdict, hint }).toEqual({ verdict: 'pass', hint: null });
      expect(checks.filter(({ status }) => status === 'unknown').map(({ id }) => id)).toEqual([
        'body-motion',
      ]);
    }
  });

  it('of one view is refused by the profile of the other', () => {
    expect(inspect(bodyFrame(SIDEWAYS), front).hint?.code).toBe('face-camera');
    expect(inspect(bodyFrame(), resolveProfile('body-side')).hint?.code).toBe('turn-sideways');
  });

  it('from the side asks for no gap at the arms or the feet', () => {
    const ids = inspect(bodyFrame(SIDEWAYS), resolveProfile('body-side')).checks.map(({ id }) => id);
    expect(ids).not.toContain('arms-away');
    expect(ids).not.toContain('feet-apart');
  });

  it('may be taken by hand when nothing is hopeless, and never without exactly one body', () => {
    const allows = (analysis: FrameAnalysis) =>
      judge({ width: 360 }, analysis, inspect(analysis, front)).allowsManual;
    expect(allows(bodyFrame({ armDeg: 8 }))).toBe(true);
    expect(allows(bodyFrame(SIDEWAYS))).toBe(false);
    expect(allows(bodyFrame(null))).toBe(false);
    expect(allows(bodyFrame({}, { bodyCount: 2 }))).toBe(false);
    expect(allows(frameAnalysis())).toBe(false);
  });
});

describe('evaluate by subject', () => {
  const at = (analysis: FrameAnalysis) => ({ analysis, previous: null, elapsedMs: 0 });

  it('nobody, and two people, are no subject', () => {
    expect(evaluate(at(bodyFrame()), front).subjectThere).toBe(true);
    const nobody = evaluate(at(bodyFrame(null)), front);
    expect(nobody).toMatchObject({ verdict: 'adjust', quality: 0, subjectThere: false });
    expect(nobody.fault?.hint.code).toBe('no-body');
    const two = evaluate(at(bodyFrame({}, { bodyCount: 2 })), front);
    expect(two).toMatchObject({ verdict: 'adjust', subjectThere: false });
    expect(two.fault?.hint.code).toBe('one-person');
  });

  it('a profile does not see what another one guides', () => {
    for (const name of PROFILE_NAMES) {
      const profile = resolveProfile(name);
      const seen = [frameAnalysis(), bodyFrame(), cardFrame()].map(
        (analysis) => evaluate(at(analysis), profile).subjectThere,
      );
      expect(seen.filter(Boolean)).toHaveLength(1);
    }
  });

  it('cut off is mended before anything that it makes wrong', () => {
    const { fault } = evaluate(
      at(bodyFrame({ edgesReached: ['bottom'], missingParts: ['feet'], feetApart: 0, armDeg: 2 })),
      front,
    );
    expect(fault).toEqual({ measure: 'body-in-frame', hint: { code: 'feet-in-view' } });
  });
});

describe('coach of a body', () => {
  it('gives a person who has walked away from the phone time: the capture is due after 1.5 s', () => {
    const { guidances } = play(times(20, bodyFrame()));
    expect(guidances.findIndex(({ captureDue }) => captureDue)).toBe(15);
    const card = play(times(20, cardFrame()), resolveProfile('reference-card'));
    expect(card.guidances.findIndex(({ captureDue }) => captureDue)).toBe(8);
  });

  it('measures motion from frame to frame, through a stored state', () => {
    const { guidances } = play([bodyFrame(), bodyFrame({ centerX: 0.53 }), bodyFrame({ centerX: 0.53 })]);
    expect(guidances[0]?.hint).toBeNull();
    expect(guidances[1]).toMatchObject({ verdict: 'adjust' });
    expect(guidances[1]?.checks.find(({ id }) => id === 'body-motion')?.status).toMatch(/adjust|fail/);
    expect(guidances[2]).toMatchObject({ verdict: 'pass' });
  });

  it('starts the dwell anew when a second person comes in', () => {
    const { guidances } = play([...times(10, bodyFrame()), bodyFrame({}, { bodyCount: 2 }), bodyFrame()]);
    expect(guidances[9]?.dwell).toBeGreaterThan(0.5);
    expect(guidances.slice(10).map(({ dwell }) => dwell)).toEqual([0, 0]);
  });

  it('does not let hints flash where an arm is at its limit', () => {
    const limit = front.thresholds['arms-away']!.min!;
    const trembling = Array.from({ length: 40 }, (_, i) =>
      bodyFrame({ armDeg: limit + (i % 2 ? 0.6 : -0.6) }),
    );
    const { guidances } = play([...times(5, bodyFrame()), ...trembling]);
    expect(new Set(guidances.map(({ verdict }) => verdict))).toEqual(new Set(['pass']));
    const codes = guidances.map(({ hint }) => hint?.code ?? null);
    expect(codes.filter((code, i) => i > 0 && code !== codes[i - 1])).toEqual([]);
  });

  it('tells one fault after the other, each for its time', () => {
    const { guidances } = play([
      ...times(15, bodyFrame(null)),
      ...times(15, bodyFrame({ missingParts: ['feet'], edgesReached: ['bottom'] })),
      ...times(15, bodyFrame({ armDeg: 3 })),
      bodyFrame(),
    ]);
    const codes = guidances.map(({ hint }) => hint?.code ?? null);
    const changes = codes.flatMap((code, i) => (code === codes[i - 1] ? [] : [[i * STEP_MS, code] as const]));
    expect(changes.map(([, code]) => code)).toEqual(['no-body', 'feet-in-view', 'arms-away', null]);
    expect(changes[1]![0]).toBeLessThanOrEqual(1500 + FAULT_SETTLE_MS + STEP_MS);
    expect(changes[2]![0] - changes[1]![0]).toBeGreaterThanOrEqual(HINT_MINIMUM_MS);
  });
});

it('a face session that an older node left goes on', () => {
  const { state } = play([frameAnalysis()], resolveProfile('face-skin'));
  const { points, unit } = state.trace!;
  const older = { ...state, trace: { points, interocular: unit } } as unknown as CoachState;
  const { guidances } = play([frameAnalysis()], resolveProfile('face-skin'), older);
  expect(guidances[0]?.checks.find(({ id }) => id === 'motion')).toMatchObject({ value: 0, status: 'pass' });
});
