import { expect, it } from 'vitest';
import type { CaptureHistory } from '../../client/body/api/capture-answers.ts';
import { correctionsOf, jointsOf } from '../../client/body/joints.ts';

const at = (point: string, x: number, view: 'front' | 'side' = 'front') => ({ view, point, x, y: 1 });
const edits = (...given: (readonly [approved: boolean | null, points: ReturnType<typeof at>[] | null])[]) =>
  ({
    adjustments: given.map(([approved, keypoints]) => ({ approved, keypoints })),
  }) as unknown as CaptureHistory;

it('a joint stands where the last correction that was not refused has put it', () => {
  const history = edits(
    [true, [at('leftHip', 20), at('leftKnee', 21)]],
    [null, [at('leftHip', 30)]],
    [false, [at('leftHip', 40), at('rightHip', 41)]],
    [null, null],
  );
  const joints = jointsOf(
    [at('leftHip', 1), at('leftKnee', 2), at('rightHip', 3), at('leftHip', 4, 'side')],
    history,
  );
  expect(joints.map(({ x, isMoved }) => [x, isMoved])).toEqual([
    [30, true],
    [21, true],
    [3, false],
    [4, false],
  ]);
  // A measurement begins with what was found, so that what stood before is told again.
  expect(correctionsOf(joints)).toEqual([at('leftHip', 30), at('leftKnee', 21)]);
});

it('points that no size is read by are not shown', () => {
  expect(jointsOf([at('nose', 1), at('leftPinky', 2), at('rightAnkle', 3)], edits())).toHaveLength(1);
});
