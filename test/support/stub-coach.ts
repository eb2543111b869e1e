import type { Coach } from '../../src/edge/session/coach-port.ts';
import type { Check } from '../../src/protocol/checks.ts';
import { FramegateError } from '../../src/protocol/framegate-error.ts';
import type { FaceAnalysis, FrameAnalysis, FrameResult } from '../../src/vision/types.ts';

/** What a made-up frame is to be judged as. */
export type Look = 'pass' | 'adjust' | 'fail' | 'no-face';

const LOOKS: readonly Look[] = ['pass', 'adjust', 'fail', 'no-face'];

/** An analysis that StubCoach reads the look, and a quality of 0..100, back from. */
export function analysisOf(look: Look, quality = 50, size = { width: 100, height: 80 }): FrameAnalysis {
  const face = { box: { x: 10, y: 20, width: 30, height: 40 }, pose: POSE } as FaceAnalysis;
  return {
    ...size,
    face: look === 'no-face' ? null : face,
    faceCount: look === 'no-face' ? 0 : 1,
    secondFaceRatio: 0,
    scene: { luminanceMean: LOOKS.indexOf(look), luminanceP05: quality, luminanceP95: 1 },
  };
}

export function resultOf(look: Look, quality = 50): FrameResult {
  return {
    analysis: analysisOf(look, quality),
    track: null,
    timings: { decodeMs: 1, inferMs: 2, appearanceMs: 1 },
  };
}

const POSE = { yawDeg: 1, pitchDeg: 2, rollDeg: 3, distanceCm: 40 };

interface Memory {
  readonly passes: number;
  readonly bestSeq: number | null;
  readonly bestQuality: number;
  readonly announced: boolean;
}

const INITIAL: Memory = { passes: 0, bestSeq: null, bestQuality: 0, announced: false };
export const STUB_DWELL_FRAMES = 3;

/** Three passing frames in a row are a dwell. The rest of guidance has its own tests. */
export const stubCoach: Coach = {
  initial: INITIAL,
  advise(memory, frame) {
    const before = memory as Memory;
    const { verdict, checks, hint, quality } = inspect(frame.analysis);
    if (verdict === 'adjust') {
      const broken = { ...INITIAL, announced: before.announced };
      const guidance = { verdict, checks, hint, quality, dwell: 0, bestSeq: null, captureDue: false };
      return { memory: broken, guidance };
    }
    const better = before.bestSeq === null || quality > before.bestQuality;
    const passes = before.passes + 1;
    const captureDue = passes >= STUB_DWELL_FRAMES && !before.announced;
    const after: Memory = {
      passes,
      bestSeq: better ? frame.seq : before.bestSeq,
      bestQuality: better ? quality : before.bestQuality,
      announced: before.announced || captureDue,
    };
    const dwell = Math.min(1, passes / STUB_DWELL_FRAMES);
    const { bestSeq } = after;
    return { memory: after, guidance: { verdict, checks, hint, quality, dwell, bestSeq, captureDue } };
  },
  inspect,
  restartDwell: () => INITIAL,
  profile(selector, overrides) {
    if (!selector.startsWith('face-skin')) throw new FramegateError('profile-unknown', 'no such profile');
    if (overrides?.yaw?.max === 90) throw new FramegateError('thresholds-invalid', 'too loose');
    return { name: 'face-skin', level: 'moderate', thresholds: { yaw: { min: -10, max: 10 } }, dwellMs: 800 };
  },
};

function inspect(analysis: FrameAnalysis) {
  const look = LOOKS[analysis.scene.luminanceMean]!;
  const verdict = look === 'pass' ? 'pass' : 'adjust';
  const status = look === 'no-face' ? 'unknown' : look;
  const checks: Check[] = [{ id: 'yaw', value: 4, unit: 'deg', score: 50, status }];
  const hint = look === 'pass' ? null : ({ code: 'turn-left' } as const);
  return { verdict, checks, hint, quality: analysis.scene.luminanceP05 } as const;
}
