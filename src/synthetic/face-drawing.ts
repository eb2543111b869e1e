import type { CanonicalFace } from '../vision/types.ts';
import { NECK_TOP } from './body-shape.ts';
import { type Camera, headRotation, placeFace } from './camera-geometry.ts';
import { expressFace } from './face-expression.ts';
import type { FaceScene, SceneFace } from './face-scene.ts';
import { FACE_VERTICES, type HeadModel } from './head-model.ts';
import { smoothNormals } from './mesh-normals.ts';

/** One head, placed in front of the camera and projected. */
export interface FaceDrawing {
  readonly model: HeadModel;
  readonly face: SceneFace;
  readonly rotation: Float64Array;
  /** Per vertex, cm, before it was placed: the face's axes, or the body's. */
  readonly local: Float32Array;
  /** Per vertex, unit length, camera axes. */
  readonly normals: Float32Array;
  /** Per vertex, camera axes, cm. */
  readonly camera: Float32Array;
  /** Per vertex: pixels, and 1 ÷ depth; 0 where it lies behind the camera. */
  readonly screenX: Float32Array;
  readonly screenY: Float32Array;
  readonly inverseDepth: Float32Array;
}

const NEAREST_CM = 2;
/** The shoulders turn this share of the head's way. */
const BODY_YAW_SHARE = 0.3;

export function drawFace(
  model: HeadModel,
  canonical: CanonicalFace,
  face: SceneFace,
  scene: FaceScene,
  camera: Camera,
): FaceDrawing {
  const count = model.mesh.vertexCount;
  const drawing: FaceDrawing = {
    model,
    face,
    rotation: headRotation(face),
    local: new Float32Array(count * 3),
    normals: new Float32Array(count * 3),
    camera: new Float32Array(count * 3),
    screenX: new Float32Array(count),
    screenY: new Float32Array(count),
    inverseDepth: new Float32Array(count),
  };
  model.place(expressFace(canonical.positions, face), drawing.local);
  smoothNormals(model.mesh, drawing.local, drawing.normals);

  const { rotation, tx, ty, tz } = placeFace(face, scene, camera);
  const head = { rotation, offset: [tx, ty, tz] as const };
  const neck = rotate(rotation, ...NECK_TOP);
  const body = {
    rotation: headRotation({ yawDeg: face.yawDeg * BODY_YAW_SHARE, pitchDeg: 0, rollDeg: 0 }),
    offset: [tx + neck[0], ty + neck[1], tz + neck[2]] as const,
  };
  for (let vertex = 0; vertex < count; vertex++) {
    const frame = vertex < model.bodyStart ? head : body;
    moveVertex(drawing, vertex, frame.rotation, frame.offset, camera);
  }
  return drawing;
}

function moveVertex(
  drawing: FaceDrawing,
  vertex: number,
  rotation: Float64Array,
  offset: readonly [number, number, number],
  camera: Camera,
): void {
  const at = vertex * 3;
  const { local, normals } = drawing;
  const place = rotate(rotation, local[at]!, local[at + 1]!, local[at + 2]!);
  const normal = rotate(rotation, normals[at]!, normals[at + 1]!, normals[at + 2]!);
  for (let axis = 0; axis < 3; axis++) {
    drawing.camera[at + axis] = place[axis]! + offset[axis]!;
    normals[at + axis] = normal[axis]!;
  }
  const depth = -drawing.camera[at + 2]!;
  if (depth < NEAREST_CM) return;
  drawing.screenX[vertex] = camera.centreX + (camera.focalPx * drawing.camera[at]!) / depth;
  drawing.screenY[vertex] = camera.centreY - (camera.focalPx * drawing.camera[at + 1]!) / depth;
  drawing.inverseDepth[vertex] = 1 / depth;
}

/** The mesh's points as `FaceTruth.landmarks` has them. */
export function projectedLandmarks(drawing: FaceDrawing, camera: Camera): Float32Array {
  const landmarks = new Float32Array(FACE_VERTICES * 3);
  const { distanceCm } = drawing.face;
  for (let vertex = 0; vertex < FACE_VERTICES; vertex++) {
    const depth = -drawing.camera[vertex * 3 + 2]!;
    landmarks[vertex * 3] = drawing.screenX[vertex]!;
    landmarks[vertex * 3 + 1] = drawing.screenY[vertex]!;
    landmarks[vertex * 3 + 2] = ((depth - distanceCm) * camera.focalPx) / distanceCm;
  }
  return landmarks;
}

export function rotate(matrix: Float64Array, x: number, y: number, z: number): [number, number, number] {
  return [
    matrix[0]! * x + matrix[1]! * y + matrix[2]! * z,
    matrix[3]! * x + matrix[4]! * y + matrix[5]! * z,
    matrix[6]! * x + matrix[7]! * y + matrix[8]! * z,
  ];
}
