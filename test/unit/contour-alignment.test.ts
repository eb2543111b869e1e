import { beforeAll, describe, expect, it, test } from 'vitest';
import { createSeededRandom } from '../../loadtest/fuzz/seeded-random.ts';
import { alignFace, type LevelPair } from '../../src/analysis/analyzers/face-contours/align-face.ts';
import { type Point, placed } from '../../src/analysis/analyzers/face-contours/geometry/placement.ts';
import { mirroredPairs, mirrorOf } from '../../src/analysis/analyzers/face-contours/mesh/mirrored-pairs.ts';
import { openModels } from '../../src/vision/model-registry.ts';
import type { CanonicalFace } from '../../src/vision/types.ts';

let canonical: CanonicalFace;
let pairs: readonly LevelPair[];
beforeAll(async () => {
  canonical = await (await openModels()).loadCanonicalFace();
  pairs = mirroredPairs(canonical);
});

/** 0..1 */
function uniform(seed: number): () => number {
  const random = createSeededRandom(seed);
  return () => random.int(1_000_000) / 1_000_000;
}

/** The canonical face as a picture shows it: turned to the side, nodding, then tilted, with noise of so many pixels. */
function seenFace(tiltDeg: number, yawDeg: number, pitchDeg: number, noisePx: number, seed = 1): Point[] {
  const random = uniform(seed);
  const gauss = () => random() + random() + random() + random() - 2;
  const rad = (degrees: number) => (degrees * Math.PI) / 180;
  const { positions } = canonical;
  return Array.from({ length: positions.length / 3 }, (_, i) => {
    const [x, y, z] = [positions[i * 3]!, positions[i * 3 + 1]!, positions[i * 3 + 2]!];
    const turnedX = x * Math.cos(rad(yawDeg)) + z * Math.sin(rad(yawDeg));
    const depth = z * Math.cos(rad(yawDeg)) - x * Math.sin(rad(yawDeg));
    const up = y * Math.cos(rad(pitchDeg)) - depth * Math.sin(rad(pitchDeg));
    const [u, v] = [turnedX * 20, -up * 20];
    const [cos, sin] = [Math.cos(rad(tiltDeg)), Math.sin(rad(tiltDeg))];
    return {
      x: 300 + cos * u - sin * v + noisePx * 1.7 * gauss(),
      y: 300 + sin * u + cos * v + noisePx * 1.7 * gauss(),
    };
  });
}

describe('the rotation from landmarks', () => {
  test.each([
    [[100, 120], [140, 125], -7.125],
    [[140, 125], [100, 120], -7.125],
    [[0, 0], [10, 10], -45],
    [[0, 0], [0, 10], -90],
    [[0, 0], [10, 0], 0],
  ] as const)('makes the line of two level: %j %j → %d°', ([x1, y1], [x2, y2], expected) => {
    const fitted = alignFace(
      [
        { x: x1, y: y1 },
        { x: x2, y: y2 },
      ],
      pairs,
    )!;
    expect(fitted.by).toBe('first-two');
    expect(fitted.rotationDeg).toBeCloseTo(expected, 2);
    const [ax, ay, bx, by] = placed([x1, y1, x2, y2], fitted.turn);
    expect(ay).toBeCloseTo(by!, 6);
    expect(Math.hypot(ax! - bx!, 0)).toBeCloseTo(Math.hypot(x1 - x2, y1 - y2), 6);
  });

  test.each([0, -12, 31, 95, 170])(
    'finds a mesh tilted by %i° within half a degree, with noise of 3 px',
    (tilt) => {
      for (const [yaw, pitch] of [
        [0, 0],
        [25, 0],
        [-25, 10],
        [0, -20],
      ] as const) {
        const fitted = alignFace(seenFace(tilt, yaw, pitch, 3), pairs)!;
        expect(fitted.by).toBe('mesh');
        const error = ((fitted.rotationDeg + tilt + 540) % 360) - 180;
        // A head that turns and nods at once shows its level lines tilted.
        expect(Math.abs(error)).toBeLessThan(yaw !== 0 && pitch !== 0 ? 6 : 0.5);
      }
    },
  );

  it('is better with a mesh than with two of its points', () => {
    const errors = { mesh: 0, two: 0 };
    for (let seed = 1; seed <= 20; seed++) {
      const face = seenFace(10, 0, 0, 4, seed);
      errors.mesh += Math.abs(alignFace(face, pairs)!.rotationDeg + 10);
      errors.two += Math.abs(alignFace([face[33]!, face[263]!], pairs)!.rotationDeg + 10);
    }
    expect(errors.mesh).toBeLessThan(errors.two / 4);
  });

  it('takes 478 points as a mesh with irises', () => {
    const face = [...seenFace(8, 0, 0, 0), ...Array.from({ length: 10 }, () => ({ x: 1, y: 1 }))];
    expect(alignFace(face, pairs)).toMatchObject({ by: 'mesh' });
    expect(alignFace(face, pairs)!.rotationDeg).toBeCloseTo(-8, 5);
  });

  it('fits a line to a row of points, better than its first two say', () => {
    const random = uniform(3);
    const row = Array.from({ length: 12 }, (_, i) => ({
      x: 100 + i * 10,
      y: 100 + i * 2 + 4 * (random() - 0.5),
    }));
    const fitted = alignFace(row, pairs)!;
    expect(fitted.by).toBe('line');
    expect(Math.abs(fitted.rotationDeg + 11.31)).toBeLessThan(1);
  });

  it('goes by the first two where the others make no row with them', () => {
    const fivePoints = [
      { x: 100, y: 100 },
      { x: 160, y: 106 },
      { x: 128, y: 140 },
      { x: 105, y: 170 },
      { x: 150, y: 174 },
    ];
    expect(alignFace(fivePoints, pairs)).toMatchObject({ by: 'first-two' });
    const downTheNose = [fivePoints[0]!, fivePoints[1]!, { x: 130, y: 300 }, { x: 128, y: 500 }];
    expect(alignFace(downTheNose, pairs)).toMatchObject({ by: 'first-two' });
  });

  it('levels the 68 points of iBUG by their pairs', () => {
    const level = Array.from({ length: 68 }, (_, i) => ({ x: 200, y: 100 + i }));
    for (const [left, right, y, half] of [
      [36, 45, 100, 50],
      [39, 42, 101, 20],
      [48, 54, 180, 30],
      [0, 16, 110, 90],
    ] as const) {
      level[left] = { x: 200 - half, y };
      level[right] = { x: 200 + half, y };
    }
    expect(alignFace(level, pairs)).toMatchObject({ by: 'face-68' });
  });

  it('is nothing where all points are in one place', () => {
    const one = { x: 5, y: 5 };
    expect(alignFace([one, one], pairs)).toBeNull();
    expect(alignFace([one, one, one, one], pairs)).toBeNull();
  });

  it('knows the mirror image of every point of the mesh', () => {
    const mirror = mirrorOf(canonical);
    expect([mirror[33], mirror[263], mirror[1], mirror[61]]).toEqual([263, 33, 1, 291]);
    mirror.forEach((other, index) => {
      expect(mirror[other]).toBe(index);
    });
    expect(pairs).toHaveLength(220);
  });
});
