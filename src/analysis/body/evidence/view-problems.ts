import type { BodyProblem, BodyView } from '../../../protocol/body-measurement.ts';
import type { BodyAppearance } from '../../../vision/body-appearance.ts';
import { missingParts } from '../../../vision/body-extent.ts';
import { BODY_POINT } from '../../../vision/body-points.ts';
import type { BodyPose } from '../../../vision/pose-landmarks.ts';

/** What of a picture decides whether a body can be measured in it. */
export interface SeenBody {
  readonly view: BodyView;
  readonly width: number;
  readonly height: number;
  readonly bodyCount: number;
  readonly pose: Pick<BodyPose, 'landmarks' | 'worldLandmarks' | 'presence'> | null;
  readonly appearance: Pick<
    BodyAppearance,
    'edgesReached' | 'box' | 'luminance' | 'clippedShare' | 'backgroundContrast'
  > | null;
}

/** Turned from facing, degrees. At 15° a breadth is seen 3 % smaller; the pose model's own turn is right to about 8°. */
const MAX_FRONT_TURN_DEG = 25;
/** From fully sideways: the model takes some who stand sideways for half turned. */
const MAX_SIDE_TURN_DEG = 35;
const MAX_LEAN_DEG = 12;
const BLOCKING_LEAN_DEG = 25;
/** Of a leg from hip to ankle: feet a shoulder's breadth apart make 8°, a lunge 40°. */
const MAX_LEG_LEAN_DEG = 22;
/** At the knee: heights are measured of legs that are straight. */
const MAX_KNEE_BEND_DEG = 30;
/** A body of less height has trunk widths of 40 pixels and less. */
const MIN_HEIGHT_PX = 320;
const DARK_LUMINANCE = 0.012;
const MAX_CLIPPED_SHARE = 0.3;
const DEG = 180 / Math.PI;

const PARTS_NEEDED: ReadonlySet<string> = new Set(['head', 'shoulders', 'hips', 'knees', 'feet']);

/** What stands against measuring the body of a front or side view; nothing for views that show none. */
export function viewProblems(seen: SeenBody): BodyProblem[] {
  const { view, pose, appearance, bodyCount } = seen;
  if (view !== 'front' && view !== 'side') return [];
  if (pose === null || appearance === null) return [problem('nobody', true, 'nobody is in the picture')];
  const problems: BodyProblem[] = [];
  if (bodyCount > 1) {
    problems.push(problem('several-people', true, 'more than one person is in the picture'));
  }
  const missing = missingParts(pose, seen.width, seen.height);
  const needed = missing.filter((part) => PARTS_NEEDED.has(part));
  if (needed.length > 0) {
    problems.push(problem('part-missing', true, `not in the picture: ${needed.join(', ')}`));
  } else if (missing.length > 0) {
    problems.push(problem('part-missing', false, `not in the picture: ${missing.join(', ')}`));
  }
  if (appearance.edgesReached.length > 0) {
    const edges = appearance.edgesReached.join(', ');
    problems.push(problem('cut-off', true, `the body is cut off by the picture's edge: ${edges}`));
  }
  const turnDeg = turnOf(pose.worldLandmarks);
  if (view === 'front' && Math.abs(turnDeg) > MAX_FRONT_TURN_DEG) {
    problems.push(problem('not-facing', true, 'the body does not face the camera'));
  }
  if (view === 'side' && Math.abs(Math.abs(turnDeg) - 90) > MAX_SIDE_TURN_DEG) {
    problems.push(problem('not-sideways', true, 'the body is not seen from the side'));
  }
  const leanDeg = leanOf(pose.landmarks);
  if (leanDeg > MAX_LEAN_DEG) {
    problems.push(problem('not-upright', leanDeg > BLOCKING_LEAN_DEG, 'the body does not stand upright'));
  } else if (!hasStraightLegs(pose.landmarks)) {
    problems.push(problem('not-upright', true, 'the legs are bent or far apart'));
  }
  if (appearance.box.height < MIN_HEIGHT_PX) {
    problems.push(problem('too-small', true, 'the body is too small in the picture'));
  }
  problems.push(...lightProblems(appearance));
  return problems;
}

/** Of any picture of a person. */
function lightProblems({
  luminance,
  clippedShare,
}: Pick<BodyAppearance, 'luminance' | 'clippedShare'>): BodyProblem[] {
  if (luminance < DARK_LUMINANCE) return [problem('too-dark', false, 'the picture is too dark')];
  if (clippedShare > MAX_CLIPPED_SHARE)
    return [problem('too-bright', false, 'large parts of the body are blown out or black')];
  return [];
}

export function problem(code: BodyProblem['code'], blocks: boolean, message: string): BodyProblem {
  return { code, blocks, message };
}

/** 0 for a body that faces the camera, ±90 sideways, 180 from behind: mean of shoulders and hips. */
export function turnOf(worldLandmarks: ArrayLike<number>): number {
  let [x, z] = [0, 0];
  for (const [left, right] of [
    [BODY_POINT.leftShoulder, BODY_POINT.rightShoulder],
    [BODY_POINT.leftHip, BODY_POINT.rightHip],
  ] as const) {
    x += worldLandmarks[left * 3]! - worldLandmarks[right * 3]!;
    z += worldLandmarks[left * 3 + 2]! - worldLandmarks[right * 3 + 2]!;
  }
  return Math.atan2(z, x) * DEG;
}

/** Of the trunk against the picture's vertical, degrees. */
function leanOf(landmarks: ArrayLike<number>): number {
  const middle = (a: number, b: number, axis: 0 | 1) =>
    (landmarks[a * 3 + axis]! + landmarks[b * 3 + axis]!) / 2;
  const along = (axis: 0 | 1) =>
    middle(BODY_POINT.leftShoulder, BODY_POINT.rightShoulder, axis) -
    middle(BODY_POINT.leftHip, BODY_POINT.rightHip, axis);
  return Math.abs(Math.atan2(along(0), -along(1))) * DEG;
}

function hasStraightLegs(landmarks: ArrayLike<number>): boolean {
  /** 0 straight down, degrees. */
  const directionOf = (from: number, to: number) =>
    Math.atan2(landmarks[to * 3]! - landmarks[from * 3]!, landmarks[to * 3 + 1]! - landmarks[from * 3 + 1]!) *
    DEG;
  return (['left', 'right'] as const).every((side) => {
    const [hip, knee, ankle] = [
      BODY_POINT[`${side}Hip`],
      BODY_POINT[`${side}Knee`],
      BODY_POINT[`${side}Ankle`],
    ];
    const bend = Math.abs(directionOf(hip, knee) - directionOf(knee, ankle));
    return Math.abs(directionOf(hip, ankle)) <= MAX_LEG_LEAN_DEG && bend <= MAX_KNEE_BEND_DEG;
  });
}
