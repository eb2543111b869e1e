import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { assumedCamera } from '../../src/vision/camera-model.ts';
import { createHeadPoseEstimator, rotationOf, toPose } from '../../src/vision/head-pose.ts';
import { openModels } from '../../src/vision/model-registry.ts';
import { refinePose } from '../../src/vision/pose-refinement.ts';
import { fitRigid } from '../../src/vision/rigid-fit.ts';
import type { CanonicalFace } from '../../src/vision/types.ts';

const angles = fc.record({
  yawDeg: fc.double({ min: -50, max: 50, noNaN: true }),
  pitchDeg: fc.double({ min: -40, max: 40, noNaN: true }),
  rollDeg: fc.double({ min: -60, max: 60, noNaN: true }),
});

let canonical: CanonicalFace;
beforeAll(async () => {
  canonical = await (await openModels()).loadCanonicalFace();
});

/** Where a pinhole camera sees the canonical face; z in the scale that the picture has at the middle of the fit's points. */
function project(
  rotation: Float64Array,
  translation: readonly number[],
  width: number,
  height: number,
): Float32Array {
  const { focalPx, centerX, centerY } = assumedCamera(width, height);
  const landmarks = new Float32Array(canonical.positions.length);
  const planeZ = meanZ(rotation) + translation[2]!;
  for (let i = 0; i < landmarks.length; i += 3) {
    const [x, y, z] = [0, 3, 6].map(
      (row) =>
        rotation[row]! * canonical.positions[i]! +
        rotation[row + 1]! * canonical.positions[i + 1]! +
        rotation[row + 2]! * canonical.positions[i + 2]!,
    ) as [number, number, number];
    const depth = -(z + translation[2]!);
    landmarks[i] = centerX + (focalPx * (x + translation[0]!)) / depth;
    landmarks[i + 1] = centerY - (focalPx * (y + translation[1]!)) / depth;
    landmarks[i + 2] = (focalPx * z) / planeZ;
  }
  return landmarks;
}

function meanZ(rotation: Float64Array): number {
  let sum = 0;
  let total = 0;
  for (const [i, weight] of canonical.fitWeights.entries()) {
    for (let k = 0; k < 3; k++) sum += weight * rotation[6 + k]! * canonical.positions[i * 3 + k]!;
    total += weight;
  }
  return sum / total;
}

describe('createHeadPoseEstimator', () => {
  it('gives back any pose at any place and distance, perspective included', () => {
    const estimator = createHeadPoseEstimator(canonical);
    const place = fc.tuple(
      fc.double({ min: -8, max: 8, noNaN: true }),
      fc.double({ min: -7, max: 7, noNaN: true }),
      fc.double({ min: -100, max: -22, noNaN: true }),
    );
    const size = fc.constantFrom([512, 384], [384, 512], [640, 360], [1024, 1024]);
    fc.assert(
      fc.property(angles, place, size, (pose, translation, [width, height]) => {
        const landmarks = project(rotationOf(pose), translation, width!, height!);
        const found = estimator.estimate(landmarks, width!, height!);
        expect(found.yawDeg).toBeCloseTo(pose.yawDeg, 1);
        expect(found.pitchDeg).toBeCloseTo(pose.pitchDeg, 1);
        expect(found.rollDeg).toBeCloseTo(pose.rollDeg, 1);
        expect(found.distanceCm / -translation[2]).toBeCloseTo(1, 2);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    [
      'the nose to the image’s right',
      { yawDeg: 25, pitchDeg: 0, rollDeg: 0 },
      (of: Seen) => of(1).x > (of(33).x + of(263).x) / 2,
    ],
    [
      'the chin up',
      { yawDeg: 0, pitchDeg: 25, rollDeg: 0 },
      (of: Seen) => of(1).y - of(168).y < of(152).y - of(1).y - 20,
    ],
    [
      'the image-right eye lower',
      { yawDeg: 0, pitchDeg: 0, rollDeg: 20 },
      (of: Seen) => of(263).y > of(33).y,
    ],
  ])('%s is positive', (_, pose, holds) => {
    const landmarks = project(rotationOf(pose), [0, 0, -40], 512, 384);
    expect(holds((i) => ({ x: landmarks[i * 3]!, y: landmarks[i * 3 + 1]! }))).toBe(true);
    const found = createHeadPoseEstimator(canonical).estimate(landmarks, 512, 384);
    expect(found.yawDeg).toBeCloseTo(pose.yawDeg, 1);
    expect(found.pitchDeg).toBeCloseTo(pose.pitchDeg, 1);
    expect(found.rollDeg).toBeCloseTo(pose.rollDeg, 1);
  });

  it('stays finite on a mesh that is no face', () => {
    const estimator = createHeadPoseEstimator(canonical);
    for (const value of [0, 100]) {
      const found = estimator.estimate(new Float32Array(468 * 3).fill(value), 512, 384);
      for (const angle of [found.yawDeg, found.pitchDeg, found.rollDeg])
        expect(Number.isFinite(angle)).toBe(true);
    }
  });
});

type Seen = (index: number) => { readonly x: number; readonly y: number };

describe('refinePose', () => {
  it('comes from a start that is degrees and centimetres off to the exact pose in its few steps', () => {
    const model = Float64Array.from(canonical.positions);
    const weights = Float64Array.from(canonical.fitWeights);
    fc.assert(
      fc.property(angles, fc.double({ min: -9, max: 9, noNaN: true }), (pose, offDeg) => {
        const translation = [2, -1, -35];
        const { focalPx, centerX, centerY } = assumedCamera(512, 384);
        const landmarks = project(rotationOf(pose), translation, 512, 384);
        const seen = Float64Array.from(
          landmarks,
          (value, i) => [value - centerX, centerY - value, -value][i % 3]!,
        );
        const rotation = rotationOf({
          yawDeg: pose.yawDeg + offDeg,
          pitchDeg: pose.pitchDeg - offDeg,
          rollDeg: pose.rollDeg + offDeg / 2,
        });
        const start = { rotation, translation: Float64Array.of(3, 0, -31) };
        const found = toPose(refinePose(start, { model, weights, seen, focalPx }));
        expect(found.yawDeg).toBeCloseTo(pose.yawDeg, 2);
        expect(found.pitchDeg).toBeCloseTo(pose.pitchDeg, 2);
        expect(found.rollDeg).toBeCloseTo(pose.rollDeg, 2);
        expect(found.distanceCm).toBeCloseTo(35, 2);
      }),
    );
  });
});

describe('angles', () => {
  it('toPose reads what rotationOf writes', () => {
    fc.assert(
      fc.property(angles, (pose) => {
        const read = toPose({ rotation: rotationOf(pose), translation: Float64Array.of(0, 0, -40) });
        expect(read.yawDeg).toBeCloseTo(pose.yawDeg, 6);
        expect(read.pitchDeg).toBeCloseTo(pose.pitchDeg, 6);
        expect(read.rollDeg).toBeCloseTo(pose.rollDeg, 6);
      }),
    );
  });
});

describe('fitRigid', () => {
  it('gives back rotation, scale and translation', () => {
    const points = fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 24, maxLength: 24 });
    fc.assert(
      fc.property(points, angles, fc.double({ min: 0.1, max: 10, noNaN: true }), (flat, pose, scale) => {
        // Noise that is not noise: keeps the points off one plane.
        const source = Float64Array.from(flat, (value, i) => value + Math.sin(i * 7.3) * 5);
        const rotation = rotationOf(pose);
        const target = source.map((_, i) => {
          const at = i - (i % 3);
          const row = (i % 3) * 3;
          const turned =
            rotation[row]! * source[at]! +
            rotation[row + 1]! * source[at + 1]! +
            rotation[row + 2]! * source[at + 2]!;
          return scale * turned + [3, -4, 50][i % 3]!;
        });
        const fit = fitRigid(
          source,
          target,
          Float64Array.from({ length: 8 }, (_, i) => 0.1 + i),
        );
        expect(fit.scale).toBeCloseTo(scale, 6);
        for (const [i, value] of rotation.entries()) expect(fit.rotation[i]).toBeCloseTo(value, 6);
        for (const [i, value] of [3, -4, 50].entries()) expect(fit.translation[i]).toBeCloseTo(value, 5);
      }),
    );
  });
});
