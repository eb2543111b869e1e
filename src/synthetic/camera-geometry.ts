import type { FaceScene, SceneFace } from './face-scene.ts';

/** A pinhole: x to the image's right, y up, z towards the camera, which stands at the origin. */
export interface Camera {
  readonly focalPx: number;
  readonly centreX: number;
  readonly centreY: number;
}

export interface Placement {
  /** Row-major 3×3, from the canonical face's axes to the camera's. */
  readonly rotation: Float64Array;
  readonly tx: number;
  readonly ty: number;
  /** Negative: in front of the camera. */
  readonly tz: number;
}

export function sceneCamera(scene: FaceScene): Camera {
  const halfFov = (scene.camera.verticalFovDeg * Math.PI) / 360;
  return {
    focalPx: scene.height / 2 / Math.tan(halfFov),
    centreX: scene.width / 2,
    centreY: scene.height / 2,
  };
}

/** Yaw about the vertical, then pitch, then roll in the face's own axes, with the signs of `Pose`. */
export function headRotation(face: Pick<SceneFace, 'yawDeg' | 'pitchDeg' | 'rollDeg'>): Float64Array {
  const radians = Math.PI / 180;
  const sinYaw = Math.sin(face.yawDeg * radians);
  const cosYaw = Math.cos(face.yawDeg * radians);
  const sinPitch = Math.sin(face.pitchDeg * radians);
  const cosPitch = Math.cos(face.pitchDeg * radians);
  const sinRoll = Math.sin(face.rollDeg * radians);
  const cosRoll = Math.cos(face.rollDeg * radians);
  return Float64Array.of(
    cosYaw * cosRoll + sinYaw * sinPitch * sinRoll,
    cosYaw * sinRoll - sinYaw * sinPitch * cosRoll,
    sinYaw * cosPitch,
    -cosPitch * sinRoll,
    cosPitch * cosRoll,
    sinPitch,
    -sinYaw * cosRoll + cosYaw * sinPitch * sinRoll,
    -sinYaw * sinRoll - cosYaw * sinPitch * cosRoll,
    cosYaw * cosPitch,
  );
}

export function placeFace(face: SceneFace, scene: FaceScene, camera: Camera): Placement {
  const cmPerPx = face.distanceCm / camera.focalPx;
  return {
    rotation: headRotation(face),
    tx: (face.x * scene.width - camera.centreX) * cmPerPx,
    ty: (camera.centreY - face.y * scene.height) * cmPerPx,
    tz: -face.distanceCm,
  };
}
