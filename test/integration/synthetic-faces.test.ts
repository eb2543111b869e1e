import { afterAll, beforeAll, expect, test } from 'vitest';
import { coach, initialCoachState } from '../../src/guidance/coach.ts';
import { resolveProfile } from '../../src/guidance/profiles.ts';
import { sceneCamera } from '../../src/synthetic/camera-geometry.ts';
import { type DemoPhase, demoSequence } from '../../src/synthetic/demo-sequence.ts';
import { faceScene, type SceneFace } from '../../src/synthetic/face-scene.ts';
import { renderFace, renderScene } from '../../src/synthetic/render-face.ts';
import { createFrameAnalysis, type FrameAnalysisStage } from '../../src/vision/analyse-frame.ts';
import { createFaceFinder } from '../../src/vision/face-finder.ts';
import { openModels } from '../../src/vision/model-registry.ts';
import type { FaceModels } from '../../src/vision/model-runner.ts';
import { createOnnxModelRunner } from '../../src/vision/onnx-model-runner.ts';
import type { CanonicalFace, TrackState } from '../../src/vision/types.ts';
import { MONK_TONES } from '../support/scene-faults.ts';

let canonical: CanonicalFace;
let models: FaceModels;
let stage: FrameAnalysisStage;
beforeAll(async () => {
  const registry = await openModels();
  canonical = await registry.loadCanonicalFace();
  models = {
    detector: await createOnnxModelRunner((await registry.loadModel('face-detector')).bytes),
    mesh: await createOnnxModelRunner((await registry.loadModel('face-mesh')).bytes),
  };
  stage = createFrameAnalysis(createFaceFinder(models), canonical);
});
afterAll(async () => {
  await models.detector.close();
  await models.mesh.close();
});

const POSES: readonly Partial<SceneFace>[] = [
  ...[-30, -15, 0, 15, 30].map((yawDeg) => ({ yawDeg })),
  ...[-20, 20].map((pitchDeg) => ({ pitchDeg })),
  ...[-25, 25].map((rollDeg) => ({ rollDeg })),
  { yawDeg: 20, pitchDeg: -10, rollDeg: -12 },
  { yawDeg: -20, pitchDeg: 10, rollDeg: 12 },
];

test('rendered faces are found as people are, and their mesh lies where they are', async () => {
  const faces = [26, 38, 55].flatMap((distanceCm) => [
    ...POSES.map((pose) => ({ ...pose, distanceCm })),
    ...MONK_TONES.map((skin) => ({ skin, distanceCm, yawDeg: skin - 5 })),
  ]);
  const outerCornersCm = canonical.positions[263 * 3]! - canonical.positions[33 * 3]!;
  const cornerDepthCm = canonical.positions[33 * 3 + 2]!;
  const meshErrors: number[] = [];
  const poseErrors = { yawDeg: 0, pitchDeg: 0, rollDeg: 0 };
  for (const changes of faces) {
    const scene = faceScene({ face: changes });
    const truth = renderFace(scene, canonical);
    const { face } = (await stage.analyse(truth.image, null)).analysis;
    expect(face, `found: ${JSON.stringify(changes)}`).not.toBeNull();
    for (const axis of ['yawDeg', 'pitchDeg', 'rollDeg'] as const) {
      poseErrors[axis] += Math.abs(face!.pose[axis] - truth.pose[axis]) / faces.length;
    }
    // As a frontal view would have it, so that a turned face's error does not count double.
    const eyesPx = (outerCornersCm * sceneCamera(scene).focalPx) / (changes.distanceCm - cornerDepthCm);
    let sum = 0;
    for (let at = 0; at < truth.landmarks.length; at += 3) {
      sum += Math.hypot(
        face!.landmarks[at]! - truth.landmarks[at]!,
        face!.landmarks[at + 1]! - truth.landmarks[at + 1]!,
      );
    }
    meshErrors.push(sum / 468 / eyesPx);
  }
  meshErrors.sort((a, b) => a - b);
  expect(meshErrors[meshErrors.length >> 1]).toBeLessThan(0.03);
  expect(poseErrors.yawDeg).toBeLessThan(2);
  expect(poseErrors.pitchDeg).toBeLessThan(2);
  expect(poseErrors.rollDeg).toBeLessThan(2);
});

test('the demo is told what is wrong in each phase, and ends with a capture', async () => {
  const profile = resolveProfile('face-skin');
  let state = initialCoachState;
  let track: TrackState | null = null;
  let seq = 0;
  const hints = new Map<DemoPhase, Set<string>>();
  const captures: DemoPhase[] = [];
  for (const { phase, timeMs, scene } of demoSequence({ fps: 4, holdMs: 1500 })) {
    const result = await stage.analyse(renderScene(scene, canonical).image, track);
    track = result.track;
    seq += 1;
    const step = coach(
      state,
      { seq, analysis: result.analysis, capturedAtMs: timeMs, nowMs: timeMs },
      profile,
    );
    state = step.state;
    if (step.guidance.hint !== null) {
      hints.set(phase, (hints.get(phase) ?? new Set()).add(step.guidance.hint.code));
    }
    if (step.guidance.captureDue) captures.push(phase);
  }
  expect(hints.get('empty-room')).toContain('no-face');
  expect(hints.get('too-far')).toContain('come-closer');
  expect(hints.get('off-centre')).toContain('move-left');
  expect(hints.get('turned')).toContain('turn-right');
  expect(hints.get('dark')).toContain('more-light');
  expect(hints.get('side-light')).toContain('face-the-light');
  expect(captures).toEqual(['good']);
});
