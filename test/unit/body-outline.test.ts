import { beforeAll, describe, expect, it, test } from 'vitest';
import { measureOutline, OUTLINE_LEVELS } from '../../src/analysis/body/outline/measure-outline.ts';
import { bodyScene } from '../../src/synthetic/body/body-scene.ts';
import { renderBody } from '../../src/synthetic/body/render-body.ts';
import { BODY_POINT, BODY_POINT_COUNT } from '../../src/vision/body-points.ts';
import { openModels } from '../../src/vision/model-registry.ts';
import type { CanonicalFace } from '../../src/vision/types.ts';

let canonical: CanonicalFace;
beforeAll(async () => {
  canonical = await (await openModels()).loadCanonicalFace();
});

/** Of the width in truth: where the levels lie follows from the joints, within a centimetre or two. */
const TOLERANCE = { chest: 0.015, waist: 0.04, hip: 0.025 } as const;

const SIZE = { width: 200, height: 300 };

/** Joints of a trunk of 100 px, hips at (100, 200), leaning by an angle. */
function joints(leanDeg: number): Float32Array {
  const points = new Float32Array(BODY_POINT_COUNT * 3);
  const [sin, cos] = [Math.sin((leanDeg * Math.PI) / 180), Math.cos((leanDeg * Math.PI) / 180)];
  const put = (index: number, along: number, across: number) => {
    points[index * 3] = 100 + along * sin + across * cos;
    points[index * 3 + 1] = 200 - along * cos + across * sin;
  };
  put(BODY_POINT.leftHip, 0, 15);
  put(BODY_POINT.rightHip, 0, -15);
  put(BODY_POINT.leftShoulder, 100, 25);
  put(BODY_POINT.rightShoulder, 100, -25);
  return points;
}

/** A bar of `half` pixels to each side of the trunk's axis. */
function bar(leanDeg: number, half: number): Uint8Array {
  const [sin, cos] = [Math.sin((leanDeg * Math.PI) / 180), Math.cos((leanDeg * Math.PI) / 180)];
  return Uint8Array.from({ length: SIZE.width * SIZE.height }, (_, i) => {
    const [x, y] = [(i % SIZE.width) + 0.5 - 100, Math.floor(i / SIZE.width) + 0.5 - 200];
    return Math.max(0, Math.min(1, half + 0.5 - Math.abs(x * cos + y * sin))) * 255;
  });
}

describe('the outline of a trunk', () => {
  test.each([
    ['front', 0, 160],
    ['side', 90, 160],
    ['front', 0, 195],
    ['side', 90, 195],
  ])('of a rendered body, %s, has the told widths', (_view, yawDeg, statureCm) => {
    const { image, truth } = renderBody(
      bodyScene({
        width: 540,
        height: 960,
        body: { statureCm },
        stance: { yawDeg },
        camera: { distanceCm: 330 },
      }),
      canonical,
    );
    const found = measureOutline(truth.mask, image, truth.landmarks);
    for (const level of OUTLINE_LEVELS) {
      const told = truth.levels[level].right.x - truth.levels[level].left.x;
      expect(Math.abs(found[level]!.widthPx / told - 1), level).toBeLessThan(TOLERANCE[level]);
    }
  });

  test.each([0, 12, -20])(
    'that leans by %d° is measured along its own axis, to a third of a pixel',
    (leanDeg) => {
      const found = measureOutline(bar(leanDeg, 30.25), SIZE, joints(leanDeg));
      for (const level of OUTLINE_LEVELS)
        expect(Math.abs(found[level]!.widthPx - 60.5), level).toBeLessThan(0.3);
    },
  );

  it('is null where the middle is not the person, and where the edge is out of the picture', () => {
    const hole = bar(0, 30).map((value, i) => (Math.floor(i / SIZE.width) < 150 ? 0 : value));
    expect(measureOutline(hole, SIZE, joints(0))).toMatchObject({ chest: null, waist: expect.anything() });
    expect(measureOutline(bar(0, 120), SIZE, joints(0))).toEqual({ chest: null, waist: null, hip: null });
  });
});
