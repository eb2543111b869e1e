import { BODY_POINT, BODY_POINT_COUNT } from '../../vision/body-points.ts';
import type { Camera } from '../camera-geometry.ts';
import { type BodyView, project } from './body-camera.ts';
import type { PlacedHead } from './body-head.ts';
import type { BodyModel } from './body-model.ts';
import { BODY_LEVELS, type BodyLevel } from './body-sizes.ts';
import { handPlaces } from './hand-shape.ts';
import { footPlaces } from './leg-shape.ts';
import { trunkSection } from './trunk-shape.ts';
import { ringPoint } from './tube.ts';
import { along, type Vector } from './vector.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** One told section of the figure, and where it is seen. */
export interface LevelTruth {
  /** Above the floor. */
  readonly heightCm: number;
  readonly breadthCm: number;
  readonly depthCm: number;
  /** The section's middle in the picture, pixels. */
  readonly middle: Point;
  /** At the section's middle. */
  readonly pxPerCm: number;
  /** What breadth and depth are at that scale. */
  readonly breadthPx: number;
  readonly depthPx: number;
  /** The ends of the section's outline in this view, arms left out: the figure's silhouette at these rows. */
  readonly left: Point;
  readonly right: Point;
}

export interface CardTruth {
  /** Clockwise as seen; with no roll top-left first. Round corners end inside of them. */
  readonly corners: readonly [Point, Point, Point, Point];
  /** Along the optical axis. */
  readonly distanceCm: number;
  /** At the card's middle; the figure's own is another where the card is nearer. */
  readonly pxPerCm: number;
}

/** What is true of a rendered figure, exact by construction. */
export interface BodyTruth {
  /** 33 × (x, y, z) as BlazePose defines them: pixels, z in the same scale from the middle of the hips, smaller is nearer. */
  readonly landmarks: Float32Array;
  readonly levels: Readonly<Record<BodyLevel, LevelTruth>>;
  readonly statureCm: number;
  /** On the floor below the figure's middle. */
  readonly floor: Point;
  /** The crown of the skull. */
  readonly crown: Point;
  /** Where the silhouette begins: the hair's top, as high above the floor as told. */
  readonly hairTopCm: number;
  readonly camera: Camera & {
    readonly heightCm: number;
    readonly distanceCm: number;
    readonly tiltDeg: number;
    readonly rollDeg: number;
  };
  /** At the middle of the body, half as high as it is. */
  readonly pxPerCm: number;
  readonly card: CardTruth | null;
}

type Pose = Omit<BodyTruth, 'camera'>;

export function bodyTruth(model: BodyModel, head: PlacedHead, view: BodyView): Pose {
  const { sizes } = model;
  const section = trunkSection(sizes);
  const level = (name: BodyLevel): LevelTruth => {
    const { heightCm, breadthCm, depthCm } = sizes.levels[name];
    const ring = section(heightCm);
    const middle = project(view, ring.centre);
    const pxPerCm = view.camera.focalPx / middle.depthCm;
    const outline = Array.from({ length: OUTLINE_STEPS }, (_, step) =>
      project(view, ringPoint(ring, (step / OUTLINE_STEPS) * 2 * Math.PI)),
    );
    const farthest = (side: number): Point =>
      flat(outline.reduce((best, point) => (side * (point.x - best.x) > 0 ? point : best)));
    return {
      heightCm,
      breadthCm,
      depthCm,
      middle: flat(middle),
      pxPerCm,
      breadthPx: breadthCm * pxPerCm,
      depthPx: depthCm * pxPerCm,
      left: farthest(-1),
      right: farthest(1),
    };
  };
  const levels = Object.fromEntries(BODY_LEVELS.map((name) => [name, level(name)])) as Record<
    BodyLevel,
    LevelTruth
  >;
  return {
    landmarks: landmarksOf(model, head, view),
    levels,
    statureCm: sizes.statureCm,
    floor: flat(project(view, [0, 0, 0])),
    crown: flat(project(view, head.crown)),
    hairTopCm: head.topCm,
    pxPerCm: view.camera.focalPx / project(view, [0, sizes.statureCm / 2, 0]).depthCm,
    card: cardTruth(model, view),
  };
}

const OUTLINE_STEPS = 720;

function flat({ x, y }: Point): Point {
  return { x, y };
}

function cardTruth(model: BodyModel, view: BodyView): CardTruth | null {
  if (model.card === null) return null;
  const { held } = model.card;
  const [a, b, c, d] = held.corners;
  const { depthCm } = project(view, held.centre);
  return {
    corners: [flat(project(view, a)), flat(project(view, b)), flat(project(view, c)), flat(project(view, d))],
    distanceCm: depthCm,
    pxPerCm: view.camera.focalPx / depthCm,
  };
}

/** Vertices of the face's mesh that BlazePose has points for; an eye lies between its corners. */
const FACE_POINTS: readonly (readonly [point: number, ...vertices: number[]])[] = [
  [BODY_POINT.nose, 1],
  [BODY_POINT.leftEyeInner, 362],
  [BODY_POINT.leftEye, 362, 263],
  [BODY_POINT.leftEyeOuter, 263],
  [BODY_POINT.rightEyeInner, 133],
  [BODY_POINT.rightEye, 133, 33],
  [BODY_POINT.rightEyeOuter, 33],
  [BODY_POINT.mouthLeft, 291],
  [BODY_POINT.mouthRight, 61],
];
/** The ear's opening, in the head's axes; x is for the subject's left. */
const EAR = [7.7, 0.4, -3.1] as const;

function landmarksOf(model: BodyModel, head: PlacedHead, view: BodyView): Float32Array {
  const points = new Map<number, Vector>();
  for (const [point, ...vertices] of FACE_POINTS) {
    const sum = vertices.map(
      (vertex): Vector => [
        head.places[vertex * 3]!,
        head.places[vertex * 3 + 1]!,
        head.places[vertex * 3 + 2]!,
      ],
    );
    points.set(point, along([0, 0, 0], ...sum.map((place) => [1 / sum.length, place] as const)));
  }
  for (const side of [1, -1] as const) {
    // Left has the lower number of each pair.
    const pair = side === 1 ? 0 : 1;
    points.set(BODY_POINT.leftEar + pair, along(head.origin, [head.scale, [side * EAR[0], EAR[1], EAR[2]]]));
    const arm = model.skeleton.arms.find((one) => one.side === side)!;
    const leg = model.skeleton.legs.find((one) => one.side === side)!;
    const hand = handPlaces(model.sizes, arm);
    const foot = footPlaces(model.sizes, leg);
    points.set(BODY_POINT.leftShoulder + pair, arm.shoulder);
    points.set(BODY_POINT.leftElbow + pair, arm.elbow);
    points.set(BODY_POINT.leftWrist + pair, arm.wrist);
    points.set(BODY_POINT.leftPinky + pair, hand.pinky);
    points.set(BODY_POINT.leftIndex + pair, hand.index);
    points.set(BODY_POINT.leftThumb + pair, hand.thumb);
    points.set(BODY_POINT.leftHip + pair, leg.hip);
    points.set(BODY_POINT.leftKnee + pair, leg.knee);
    points.set(BODY_POINT.leftAnkle + pair, leg.ankle);
    points.set(BODY_POINT.leftHeel + pair, along(foot.heel, [1.5, [0, 1, 0]]));
    points.set(BODY_POINT.leftFootIndex + pair, along(foot.toe, [1.5, [0, 1, 0]]));
  }
  const middleOfHips = project(
    view,
    along([0, 0, 0], [0.5, points.get(BODY_POINT.leftHip)!], [0.5, points.get(BODY_POINT.rightHip)!]),
  ).depthCm;
  const landmarks = new Float32Array(BODY_POINT_COUNT * 3);
  for (const [point, place] of points) {
    const { x, y, depthCm } = project(view, place);
    landmarks.set([x, y, ((depthCm - middleOfHips) * view.camera.focalPx) / middleOfHips], point * 3);
  }
  return landmarks;
}
