import type {
  Box,
  FaceAnalysis,
  FaceAppearance,
  FrameAnalysis,
  Pose,
  SceneAppearance,
} from '../../src/vision/types.ts';

/** What a test wants different from a good frame: a frontal, sharp, evenly lit face in the middle of a 480×640 frame. */
export interface FrameAnalysisOverrides {
  readonly width?: number;
  readonly height?: number;
  readonly faceCount?: number;
  readonly secondFaceRatio?: number;
  readonly scene?: Partial<SceneAppearance>;
  /** null for an empty frame. */
  readonly face?: FaceOverrides | null;
}

export interface FaceOverrides {
  /** Middle of the face's box as a share of the frame's width and height; 0.5 is the middle. */
  readonly centerX?: number;
  readonly centerY?: number;
  /** Height of a frontal face's box as a share of the frame's height; its width is 0.82 of its height. */
  readonly heightRatio?: number;
  /** Opening of the eyes and of the lips, as shares of the distance between the eyes. */
  readonly eyeOpening?: number;
  readonly leftEyeOpening?: number;
  readonly mouthOpening?: number;
  readonly pose?: Partial<Pose>;
  readonly score?: number;
  readonly appearance?: Partial<FaceAppearance>;
}

const GOOD_APPEARANCE: FaceAppearance = {
  skinLuminance: 0.3,
  leftLuminance: 0.31,
  rightLuminance: 0.3,
  luminanceP05: 0.06,
  luminanceP50: 0.29,
  luminanceP95: 0.5,
  darkClippedShare: 0,
  brightClippedShare: 0,
  skinLab: { l: 62, a: 13, b: 17 },
  eyeWhiteLuminance: 0.32,
  irisContrast: 0.85,
  surroundLuminance: 0.35,
  colourCast: { a: 1, b: 2 },
  sharpness: 0.9,
};

const GOOD_SCENE: SceneAppearance = { luminanceMean: 0.32, luminanceP05: 0.03, luminanceP95: 0.7 };

type Vector = readonly [x: number, y: number, z: number];

/** Half axes of the face's oval and the height of its middle below the eyes; 1 is the distance between the eyes. */
const OVAL = { halfWidth: 1.148, halfHeight: 1.4, centerY: 0.42 };

/** On the dome of the face: the further from its middle, the deeper. */
function onFace(x: number, y: number): Vector {
  const rx = x / OVAL.halfWidth;
  const ry = (y - OVAL.centerY) / OVAL.halfHeight;
  return [x, y, -0.9 * Math.sqrt(Math.max(0, 1 - rx * rx - ry * ry))];
}

/** A face drawn with compasses, x to the image's right, y down, z away from the camera; the indices are the mesh's. */
function templateFace(eyeOpening: number, leftEyeOpening: number, mouthOpening: number): Vector[] {
  const points: Vector[] = [];
  // Fill: a sunflower of points over the oval, so that statistics over all landmarks are sensible.
  for (let i = 0; i < 468; i++) {
    const radius = 0.97 * Math.sqrt((i + 0.5) / 468);
    const angle = i * Math.PI * (3 - Math.sqrt(5));
    points.push(
      onFace(
        OVAL.halfWidth * radius * Math.cos(angle),
        OVAL.centerY + OVAL.halfHeight * radius * Math.sin(angle),
      ),
    );
  }
  const oval = [
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176,
    149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
  ];
  oval.forEach((index, i) => {
    const angle = (2 * Math.PI * i) / oval.length;
    points[index] = [OVAL.halfWidth * Math.sin(angle), OVAL.centerY - OVAL.halfHeight * Math.cos(angle), 0];
  });
  // Rings start at the outer corner and run along the lower lid; the left eye is at the image's right.
  const ring = (indices: readonly number[], cx: number, cy: number, rx: number, ry: number, turn: 1 | -1) => {
    indices.forEach((index, i) => {
      const angle = (2 * Math.PI * i) / indices.length;
      points[index] = onFace(cx + turn * rx * Math.cos(angle), cy + ry * Math.sin(angle));
    });
  };
  // The lids' middle three points average to (1 + 2 cos 22.5°) / 3 of the ring's half height.
  const lid = (opening: number) => opening / 2 / ((1 + 2 * Math.cos(Math.PI / 8)) / 3);
  const leftEye = [263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466];
  const rightEye = [33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246];
  ring(leftEye, 0.5, 0, 0.22, lid(leftEyeOpening), 1);
  ring(rightEye, -0.5, 0, 0.22, lid(eyeOpening), -1);
  const lipsOuter = [
    61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185,
  ];
  const lipsInner = [
    78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 415, 310, 311, 312, 13, 82, 81, 80, 191,
  ];
  ring(lipsOuter, 0, 1.15, 0.4, 0.12 + mouthOpening / 2, -1);
  ring(lipsInner, 0, 1.15, 0.34, mouthOpening / 2, -1);
  points[168] = onFace(0, -0.02);
  points[6] = onFace(0, 0.12);
  points[1] = [0, 0.6, -1.25];
  points[2] = [0, 0.74, -1];
  points[98] = [-0.22, 0.7, -0.9];
  points[327] = [0.22, 0.7, -0.9];
  points[205] = onFace(-0.55, 0.75);
  points[425] = onFace(0.55, 0.75);
  return points;
}

/** Turns a point by the pose's angles (signs as in Pose), roll last. */
function turned([x, y, z]: Vector, { yawDeg, pitchDeg, rollDeg }: Pose): Vector {
  const yaw = (yawDeg * Math.PI) / 180;
  const pitch = (pitchDeg * Math.PI) / 180;
  const roll = (rollDeg * Math.PI) / 180;
  // The nose has z < 0: yaw > 0 brings it to x > 0, pitch > 0 (chin up) to y < 0.
  const x1 = x * Math.cos(yaw) - z * Math.sin(yaw);
  const z1 = x * Math.sin(yaw) + z * Math.cos(yaw);
  const y1 = y * Math.cos(pitch) + z1 * Math.sin(pitch);
  const z2 = -y * Math.sin(pitch) + z1 * Math.cos(pitch);
  return [x1 * Math.cos(roll) - y1 * Math.sin(roll), x1 * Math.sin(roll) + y1 * Math.cos(roll), z2];
}

function boundsOf(points: readonly Vector[]): Box {
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const x = Math.min(...xs);
  const y = Math.min(...ys);
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

function faceAnalysis(frame: { width: number; height: number }, face: FaceOverrides): FaceAnalysis {
  const pose: Pose = { yawDeg: 0, pitchDeg: 0, rollDeg: 0, distanceCm: 45, ...face.pose };
  const eyeOpening = face.eyeOpening ?? 0.12;
  const template = templateFace(eyeOpening, face.leftEyeOpening ?? eyeOpening, face.mouthOpening ?? 0);
  const unitPx = ((face.heightRatio ?? 0.46) * frame.height) / (2 * OVAL.halfHeight);
  const centered = template.map(([x, y, z]): Vector => [x, y - OVAL.centerY, z]);
  const projected = centered
    .map((point) => turned(point, pose))
    .map(([x, y, z]): Vector => [x * unitPx, y * unitPx, z * unitPx]);
  const bounds = boundsOf(projected);
  const shiftX = (face.centerX ?? 0.5) * frame.width - (bounds.x + bounds.width / 2);
  const shiftY = (face.centerY ?? 0.5) * frame.height - (bounds.y + bounds.height / 2);
  const landmarks = new Float32Array(468 * 3);
  projected.forEach(([x, y, z], i) => {
    landmarks.set([x + shiftX, y + shiftY, z], i * 3);
  });
  return {
    landmarks,
    score: face.score ?? 0.95,
    box: { ...bounds, x: bounds.x + shiftX, y: bounds.y + shiftY },
    pose,
    appearance: { ...GOOD_APPEARANCE, ...face.appearance },
  };
}

/** Makes up the analysis of a frame: a good one apart from what is overridden. Landmarks, box and pose agree. */
export function frameAnalysis(overrides: FrameAnalysisOverrides = {}): FrameAnalysis {
  const width = overrides.width ?? 480;
  const height = overrides.height ?? 640;
  const face = overrides.face === null ? null : faceAnalysis({ width, height }, overrides.face ?? {});
  return {
    width,
    height,
    face,
    faceCount: overrides.faceCount ?? (face === null ? 0 : 1),
    secondFaceRatio: overrides.secondFaceRatio ?? 0,
    scene: { ...GOOD_SCENE, ...overrides.scene },
  };
}
