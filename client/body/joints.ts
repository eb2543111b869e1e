import type { KeypointCorrection } from '../../src/protocol/body-measurement.ts';
import type { CaptureHistory } from './api/capture-answers.ts';

/** A key point that a person may put right, in pixels of its picture. */
export interface Joint extends KeypointCorrection {
  /** Not where it was found. */
  readonly isMoved: boolean;
}

/** What sizes are read by. */
const SHOWN: ReadonlySet<string> = new Set(
  ['Shoulder', 'Elbow', 'Wrist', 'Hip', 'Knee', 'Ankle'].flatMap((joint) => [
    `left${joint}`,
    `right${joint}`,
  ]),
);

/** The joints as they stand: where they were found, or where the last correction that was not refused has put them. */
export function jointsOf(
  found: readonly KeypointCorrection[],
  { adjustments }: Pick<CaptureHistory, 'adjustments'>,
): readonly Joint[] {
  const corrected = adjustments
    .filter(({ approved }) => approved !== false)
    .flatMap((one) => one.keypoints ?? []);
  return found
    .filter(({ point }) => SHOWN.has(point))
    .map((joint) => {
      const moved = corrected.findLast(({ view, point }) => view === joint.view && point === joint.point);
      return moved === undefined ? { ...joint, isMoved: false } : { ...moved, isMoved: true };
    });
}

/** What is handed in: a measurement begins with what was found. */
export function correctionsOf(joints: readonly Joint[]): readonly KeypointCorrection[] {
  return joints.filter(({ isMoved }) => isMoved).map(({ view, point, x, y }) => ({ view, point, x, y }));
}
