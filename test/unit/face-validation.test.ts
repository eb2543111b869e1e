import { describe, expect, it, test } from 'vitest';
import { type FaceThresholds, validateFace } from '../../src/guidance/face-validation.ts';
import { type FaceOverrides, frameAnalysis } from '../support/frame-analysis.ts';

const LIMITS: FaceThresholds = {
  yawDeg: 10,
  pitchDeg: 10,
  rollDeg: 10,
  minFaceRatio: 0.3,
  maxFaceRatio: 0.9,
  centerTolerance: 0.15,
  minBrightness: 60,
  maxSideLight: 0.4,
};

const judged = (face: FaceOverrides, limits: Partial<FaceThresholds> = {}) =>
  validateFace(frameAnalysis({ face }), { ...LIMITS, ...limits });

describe('validation of a face', () => {
  it('passes a good one, with figures and without reasons', () => {
    const { ok, diagnosis, ...rest } = judged({});
    expect([ok, rest]).toEqual([true, {}]);
    expect(Object.keys(diagnosis)).toEqual(['pose', 'faceRatio', 'centering', 'lighting', 'sideLighting']);
    for (const gate of Object.values(diagnosis)) {
      expect(gate.success).toBe(true);
      expect(gate).not.toHaveProperty('reason');
      for (const value of Object.values(gate.details)) expect(value).toBe(Math.round(value * 1000) / 1000);
    }
  });

  test.each<[string, FaceOverrides, string]>([
    ['YAW_OUT_OF_RANGE', { pose: { yawDeg: 11 } }, 'pose'],
    ['YAW_OUT_OF_RANGE', { pose: { yawDeg: -11 } }, 'pose'],
    ['PITCH_OUT_OF_RANGE', { pose: { pitchDeg: -11 } }, 'pose'],
    ['ROLL_OUT_OF_RANGE', { pose: { rollDeg: 11 } }, 'pose'],
    ['FACE_TOO_SMALL', { heightRatio: 0.2 }, 'faceRatio'],
    ['FACE_TOO_LARGE', { heightRatio: 0.9 }, 'faceRatio'],
    ['FACE_OFF_CENTER', { centerX: 0.3 }, 'centering'],
    ['TOO_DARK', { appearance: { eyeWhiteLuminance: 0.02, skinLuminance: 0.01 } }, 'lighting'],
    ['SIDE_LIGHT', { appearance: { leftLuminance: 0.4, rightLuminance: 0.1 } }, 'sideLighting'],
  ])('says %s of %j, and of the other gates that they pass', (reason, face, gateName) => {
    const result = judged(face);
    expect(result).toMatchObject({ ok: false, reason });
    for (const [name, gate] of Object.entries(result.diagnosis)) {
      expect([name, gate.success, gate.reason]).toEqual([
        name,
        name !== gateName,
        name === gateName ? reason : undefined,
      ]);
    }
  });

  it('passes a value at its limit', () => {
    expect(judged({ pose: { yawDeg: 10, pitchDeg: -10, rollDeg: 10 } }).diagnosis.pose?.success).toBe(true);
  });

  it('asks the same light of dark skin as of light skin', () => {
    const dark = { skinLuminance: 0.02, leftLuminance: 0.02, rightLuminance: 0.02, luminanceP95: 0.05 };
    expect(judged({ appearance: dark })).toMatchObject({ ok: true });
  });

  it('judges closed eyes by the brightest skin', () => {
    const closed = (luminanceP95: number) =>
      judged({ appearance: { eyeWhiteLuminance: null, luminanceP95 } }).diagnosis.lighting?.success;
    expect([closed(0.5), closed(0.01)]).toEqual([true, false]);
  });

  it('says the first reason of several', () => {
    expect(judged({ pose: { yawDeg: 30 }, heightRatio: 0.2 }).reason).toBe('YAW_OUT_OF_RANGE');
  });

  it('says NO_FACE_DETECTED and MULTIPLE_FACES_DETECTED without a diagnosis', () => {
    const none = validateFace(frameAnalysis({ face: null }), LIMITS);
    expect(none).toEqual({ ok: false, reason: 'NO_FACE_DETECTED', diagnosis: {} });
    const two = validateFace(frameAnalysis({ faceCount: 2 }), LIMITS);
    expect(two).toEqual({ ok: false, reason: 'MULTIPLE_FACES_DETECTED', diagnosis: {} });
  });
});
