import { type FaceDrawing, rotate } from '../face-drawing.ts';
import type { SceneFace } from '../face-scene.ts';
import type { TriangleMesh } from '../mesh-builder.ts';
import { smoothNormals } from '../mesh-normals.ts';
import type { BodyView } from './body-camera.ts';

export interface FigurePart {
  readonly mesh: TriangleMesh;
  /** What the shader reads. */
  readonly local: Float32Array;
  /** In the figure's axes, cm. */
  readonly places: Float32Array;
  /** Vertices that are not drawn. */
  readonly hidden: readonly [from: number, to: number];
}

/**
 * A part of the figure as the face renderer draws heads, so that its rasteriser and shaders serve here too.
 * `face` tells the person's colours.
 */
export function drawPart(part: FigurePart, face: SceneFace, view: BodyView): FaceDrawing {
  const { mesh, local, places, hidden } = part;
  const count = mesh.vertexCount;
  const normals = new Float32Array(count * 3);
  smoothNormals(mesh, places, normals);
  const drawing: FaceDrawing = {
    model: { mesh, bodyStart: count, place: (_, out) => out.set(local) },
    face,
    rotation: view.rotation,
    local,
    normals,
    camera: new Float32Array(count * 3),
    screenX: new Float32Array(count),
    screenY: new Float32Array(count),
    inverseDepth: new Float32Array(count),
  };
  const { camera, offset, rotation } = view;
  for (let vertex = 0; vertex < count; vertex++) {
    const at = vertex * 3;
    const place = rotate(rotation, places[at]!, places[at + 1]!, places[at + 2]!);
    const normal = rotate(rotation, normals[at]!, normals[at + 1]!, normals[at + 2]!);
    for (let axis = 0; axis < 3; axis++) {
      drawing.camera[at + axis] = place[axis]! + offset[axis]!;
      normals[at + axis] = normal[axis]!;
    }
    const depth = -drawing.camera[at + 2]!;
    if (depth < NEAREST_CM || (vertex >= hidden[0] && vertex < hidden[1])) continue;
    drawing.screenX[vertex] = camera.centreX + (camera.focalPx * drawing.camera[at]!) / depth;
    drawing.screenY[vertex] = camera.centreY - (camera.focalPx * drawing.camera[at + 1]!) / depth;
    drawing.inverseDepth[vertex] = 1 / depth;
  }
  return drawing;
}

const NEAREST_CM = 20;
