import { BODY_POINT } from '../vision/body-points.ts';
import type { BodyAnalysis } from '../vision/types.ts';
import { landmarkAt, type Point } from './face-geometry.ts';

const DEGREES = 180 / Math.PI;

function middle(a: Point, b: Point): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

/** The trunk in the picture, pixels: from the middle of the shoulders to the middle of the hips. */
export function trunkOf({ landmarks }: BodyAnalysis): { readonly shoulders: Point; readonly hips: Point } {
  return {
    shoulders: middle(
      landmarkAt(landmarks, BODY_POINT.leftShoulder),
      landmarkAt(landmarks, BODY_POINT.rightShoulder),
    ),
    hips: middle(landmarkAt(landmarks, BODY_POINT.leftHip), landmarkAt(landmarks, BODY_POINT.rightHip)),
  };
}

export function trunkLengthPx(body: BodyAnalysis): number {
  const { shoulders, hips } = trunkOf(body);
  return Math.hypot(hips.x - shoulders.x, hips.y - shoulders.y);
}

/** Lean of the trunk in the picture, degrees; > 0: towards the image's right. */
export function leanDeg(body: BodyAnalysis): number {
  const { shoulders, hips } = trunkOf(body);
  return Math.atan2(shoulders.x - hips.x, hips.y - shoulders.y) * DEGREES;
}

/** By how much the model's z in the picture is too long against x: of the rendered bodies, in all sizes of the model. */
export const DEPTH_EXAGGERATION = 2.3;

/** From the right to the left side, of shoulders and hips together, each by its breadth; 1 long. */
function acrossTrunk(points: Float32Array, depthScale: number): { readonly x: number; readonly z: number } {
  let x = 0;
  let z = 0;
  for (const [left, right] of [
    [BODY_POINT.leftShoulder, BODY_POINT.rightShoulder],
    [BODY_POINT.leftHip, BODY_POINT.rightHip],
  ] as const) {
    x += points[left * 3]! - points[right * 3]!;
    z += (points[left * 3 + 2]! - points[right * 3 + 2]!) / depthScale;
  }
  const length = Math.hypot(x, z);
  return { x: x / length, z: z / length };
}

/**
 * How far the body is turned about its own axis, −180..180 degrees: 0 faces the camera, > 0 faces the image's right.
 * Half way between the world's landmarks, which the small model turns back to the front (14° of 30), and the picture's,
 * which are 29 then but overdo the turn of hips in a lunge. What is seen of a breadth alone does not tell 20° from the
 * person's build.
 */
export function turnDeg({ landmarks, worldLandmarks }: BodyAnalysis): number {
  const world = acrossTrunk(worldLandmarks, 1);
  const picture = acrossTrunk(landmarks, DEPTH_EXAGGERATION);
  return Math.atan2(world.z + picture.z, world.x + picture.x) * DEGREES;
}

const ARMS = [
  [BODY_POINT.leftShoulder, BODY_POINT.leftElbow, BODY_POINT.leftWrist],
  [BODY_POINT.rightShoulder, BODY_POINT.rightElbow, BODY_POINT.rightWrist],
] as const;

/**
 * Angles of both upper arms and both forearms with the trunk in the picture, degrees: 0 hangs along it, > 0 points away
 * from it, < 0 crosses it.
 */
export function armAnglesDeg(body: BodyAnalysis): number[] {
  const { shoulders, hips } = trunkOf(body);
  const down = { x: hips.x - shoulders.x, y: hips.y - shoulders.y };
  return ARMS.flatMap((arm) => {
    const [shoulder, elbow, wrist] = arm.map((point) => landmarkAt(body.landmarks, point)) as [
      Point,
      Point,
      Point,
    ];
    // Across the trunk, towards the side that this shoulder is on.
    const side = Math.sign((shoulder.x - shoulders.x) * down.y - (shoulder.y - shoulders.y) * down.x);
    return [
      [shoulder, elbow],
      [elbow, wrist],
    ].map(([from, to]) => {
      const [x, y] = [to!.x - from!.x, to!.y - from!.y];
      return Math.atan2(side * (x * down.y - y * down.x), x * down.x + y * down.y) * DEGREES;
    });
  });
}
