import { DEPTH_EXAGGERATION } from '../../src/guidance/body-geometry.ts';
import { BODY_POINT, BODY_POINT_COUNT } from '../../src/vision/body-points.ts';
import type { BodyAnalysis, CardAnalysis, FrameAnalysis } from '../../src/vision/types.ts';
import { type FrameAnalysisOverrides, frameAnalysis } from './frame-analysis.ts';

/** What a test wants different from a good view of a body: upright, from the front, in the middle of a 360 × 640 frame. */
export interface BodyOverrides extends Partial<Omit<BodyAnalysis, 'landmarks' | 'worldLandmarks'>> {
  /** Middle of the body as shares of the frame's width and height. */
  readonly centerX?: number;
  readonly centerY?: number;
  /** Height of the silhouette as a share of the frame's. */
  readonly heightRatio?: number;
  /** As in body-geometry.ts: 0 faces the camera, > 0 the image's right. */
  readonly turnDeg?: number;
  /** > 0: to the image's right, about the middle of the hips. */
  readonly leanDeg?: number;
  /** Of the upper arms and of the forearms; the right ones are as the left where they are not given. */
  readonly armDeg?: number;
  readonly forearmDeg?: number;
  readonly rightArmDeg?: number;
  /** Distance of the ankles, in heights of the body. */
  readonly feetApart?: number;
}

type Spot = readonly [x: number, y: number, z: number];
const radians = (deg: number): number => (deg * Math.PI) / 180;

/** A figure of sticks, 1 high, from the middle of the hips: x to its own left, y down, z away from the camera. */
function figure(changes: BodyOverrides): Map<number, Spot> {
  const spots = new Map<number, Spot>();
  for (const [side, shoulder, elbow, wrist, hip, knee, ankle, heel, toe] of [
    [
      1,
      'leftShoulder',
      'leftElbow',
      'leftWrist',
      'leftHip',
      'leftKnee',
      'leftAnkle',
      'leftHeel',
      'leftFootIndex',
    ],
    [
      -1,
      'rightShoulder',
      'rightElbow',
      'rightWrist',
      'rightHip',
      'rightKnee',
      'rightAnkle',
      'rightHeel',
      'rightFootIndex',
    ],
  ] as const) {
    const arm = radians((side < 0 ? changes.rightArmDeg : undefined) ?? changes.armDeg ?? 28);
    const forearm = radians(changes.forearmDeg ?? (arm * 180) / Math.PI);
    const at = { x: side * 0.11, y: -0.3 };
    const bend = { x: at.x + side * 0.16 * Math.sin(arm), y: at.y + 0.16 * Math.cos(arm) };
    const foot = side * ((changes.feetApart ?? 0.13) / 2);
    spots.set(BODY_POINT[shoulder], [at.x, at.y, 0]);
    spots.set(BODY_POINT[elbow], [bend.x, bend.y, 0]);
    spots.set(BODY_POINT[wrist], [
      bend.x + side * 0.15 * Math.sin(forearm),
      bend.y + 0.15 * Math.cos(forearm),
      0,
    ]);
    spots.set(BODY_POINT[hip], [side * 0.055, 0, 0]);
    spots.set(BODY_POINT[knee], [(side * 0.055 + foot) / 2, 0.24, 0]);
    spots.set(BODY_POINT[ankle], [foot, 0.44, 0]);
    spots.set(BODY_POINT[heel], [foot, 0.46, 0.02]);
    spots.set(BODY_POINT[toe], [foot, 0.47, -0.08]);
  }
  spots.set(BODY_POINT.nose, [0, -0.44, -0.06]);
  return spots;
}

/** Its landmarks and box agree; the other points lie on the nose, and no measure reads them. */
function bodyAnalysis(frame: { width: number; height: number }, changes: BodyOverrides): BodyAnalysis {
  const { turnDeg = 0, leanDeg = 0, heightRatio = 0.78, centerX = 0.5, centerY = 0.52, ...given } = changes;
  const { armDeg: _, forearmDeg: __, rightArmDeg: ___, feetApart: ____, ...told } = given;
  const unitPx = heightRatio * frame.height;
  const middle = { x: centerX * frame.width, y: centerY * frame.height };
  const [turn, lean] = [radians(turnDeg), radians(leanDeg)];
  const landmarks = new Float32Array(BODY_POINT_COUNT * 3);
  const worldLandmarks = new Float32Array(BODY_POINT_COUNT * 3);
  const spots = figure(changes);
  for (let point = 0; point < BODY_POINT_COUNT; point++) {
    const [x, y, z] = spots.get(point) ?? spots.get(BODY_POINT.nose)!;
    // About the body's axis: the front, at z < 0, comes to x > 0.
    const turned = { x: x * Math.cos(turn) - z * Math.sin(turn), z: x * Math.sin(turn) + z * Math.cos(turn) };
    const leant = {
      x: turned.x * Math.cos(lean) - y * Math.sin(lean),
      y: turned.x * Math.sin(lean) + y * Math.cos(lean),
    };
    landmarks.set(
      [middle.x + leant.x * unitPx, middle.y + leant.y * unitPx, turned.z * DEPTH_EXAGGERATION * unitPx],
      point * 3,
    );
    worldLandmarks.set([leant.x * 1.7, leant.y * 1.7, turned.z * 1.7], point * 3);
  }
  const xs = Array.from({ length: BODY_POINT_COUNT }, (_, point) => landmarks[point * 3]!);
  const [left, right] = [
    Math.max(0, Math.min(...xs) - 0.03 * unitPx),
    Math.min(frame.width, Math.max(...xs) + 0.03 * unitPx),
  ];
  const [top, bottom] = [
    Math.max(0, middle.y - unitPx * 0.52),
    Math.min(frame.height, middle.y + unitPx * 0.48),
  ];
  return {
    landmarks,
    worldLandmarks,
    visibility: new Float32Array(BODY_POINT_COUNT).fill(1),
    presence: new Float32Array(BODY_POINT_COUNT).fill(1),
    score: 0.99,
    box: { x: left, y: top, width: right - left, height: bottom - top },
    missingParts: [],
    edgesReached: [],
    backgroundContrast: 35,
    luminance: 0.06,
    surroundLuminance: 0.4,
    clippedShare: 0,
    ...told,
  };
}

/** A good frame of a body, or one of nobody, or of more people than one. */
export function bodyFrame(
  body: BodyOverrides | null = {},
  frame: Pick<FrameAnalysisOverrides, 'width' | 'height' | 'scene'> & { readonly bodyCount?: number } = {},
): FrameAnalysis {
  const { width = 360, height = 640, bodyCount = body === null ? 0 : 1, scene = {} } = frame;
  return {
    ...frameAnalysis({ width, height, scene, face: null }),
    body: body && bodyAnalysis({ width, height }, body),
    bodyCount,
  };
}

/** A good frame of a card, or one without. */
export function cardFrame(
  card: (Partial<Omit<CardAnalysis, 'corners'>> & { readonly centerX?: number }) | null = {},
): FrameAnalysis {
  const [width, height] = [480, 640];
  const { centerX = 0.5, lengthPx = 150, ...told } = card ?? {};
  const [x, y] = [centerX * width, height / 2];
  const [dx, dy] = [lengthPx / 2, (lengthPx / 2) * (53.98 / 85.6)];
  return {
    ...frameAnalysis({ width, height, face: null }),
    card: card && {
      corners: [
        [x - dx, y - dy],
        [x + dx, y - dy],
        [x + dx, y + dy],
        [x - dx, y + dy],
      ],
      lengthPx,
      tiltDeg: 5,
      lightProblem: null,
      ...told,
    },
  };
}
