import type { Camera } from '../camera-geometry.ts';
import { rotate } from '../face-drawing.ts';
import type { BodyScene } from './body-scene.ts';
import type { Vector } from './vector.ts';

/** Where the figure stands before the camera. */
export interface BodyView {
  readonly camera: Camera;
  /** Row-major 3×3, from the figure's axes to the camera's (x right, y up, z towards the camera). */
  readonly rotation: Float64Array;
  /** The figure's origin, on the floor below it, in the camera's axes. */
  readonly offset: Vector;
}

export function bodyView(scene: BodyScene): BodyView {
  const { camera, stance } = scene;
  const radians = Math.PI / 180;
  const world = worldToCamera(camera.tiltDeg * radians, camera.rollDeg * radians);
  const sin = Math.sin(stance.yawDeg * radians);
  const cos = Math.cos(stance.yawDeg * radians);
  const rotation = new Float64Array(9);
  for (let row = 0; row < 3; row++) {
    const [x, y, z] = [world[row * 3]!, world[row * 3 + 1]!, world[row * 3 + 2]!];
    rotation.set([x * cos - z * sin, y, x * sin + z * cos], row * 3);
  }
  return {
    camera: {
      focalPx: scene.height / 2 / Math.tan((camera.verticalFovDeg * radians) / 2),
      centreX: scene.width / 2,
      centreY: scene.height / 2,
    },
    rotation,
    offset: rotate(world, 0, -camera.heightCm, -camera.distanceCm),
  };
}

/** Axes of the room (x to the image's right, y up, z towards the camera's side) to the camera's. */
export function worldToCamera(tilt: number, roll: number): Float64Array {
  const sinTilt = Math.sin(tilt);
  const cosTilt = Math.cos(tilt);
  const sinRoll = Math.sin(roll);
  const cosRoll = Math.cos(roll);
  return Float64Array.of(
    cosRoll,
    -sinRoll * cosTilt,
    -sinRoll * sinTilt,
    sinRoll,
    cosRoll * cosTilt,
    cosRoll * sinTilt,
    0,
    -sinTilt,
    cosTilt,
  );
}

export interface SeenPoint {
  readonly x: number;
  readonly y: number;
  /** Along the optical axis, cm. */
  readonly depthCm: number;
}

/** Where a point of the figure appears, in pixels. */
export function project(view: BodyView, point: Vector): SeenPoint {
  const { camera, rotation, offset } = view;
  const place = rotate(rotation, ...point);
  const depthCm = -(place[2] + offset[2]);
  return {
    x: camera.centreX + (camera.focalPx * (place[0] + offset[0])) / depthCm,
    y: camera.centreY - (camera.focalPx * (place[1] + offset[1])) / depthCm,
    depthCm,
  };
}
