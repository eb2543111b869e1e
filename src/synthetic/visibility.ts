import type { FaceDrawing } from './face-drawing.ts';
import { MATERIAL } from './mesh-builder.ts';

/** Samples a pixel has along each side. */
export const SAMPLES = 2;
const TRIANGLE_BITS = 14;
const TRIANGLE_MASK = (1 << TRIANGLE_BITS) - 1;

/** Which triangle each sample of the picture shows. */
export interface Visibility {
  /** In samples. */
  readonly width: number;
  readonly height: number;
  /** 0 where nothing is; else drawing and triangle, to be read with `drawingOf` and `triangleOf`. */
  readonly ids: Int32Array;
  /** 1 ÷ depth of what is seen. */
  readonly inverseDepth: Float32Array;
}

export function drawingOf(id: number): number {
  return id >> TRIANGLE_BITS;
}

export function triangleOf(id: number): number {
  return (id & TRIANGLE_MASK) - 1;
}

export function createVisibility(width: number, height: number): Visibility {
  const samples = width * SAMPLES * height * SAMPLES;
  return {
    width: width * SAMPLES,
    height: height * SAMPLES,
    ids: new Int32Array(samples),
    inverseDepth: new Float32Array(samples),
  };
}

/** Draws all front faces of a drawing, nearest wins; hanging hair is seen from both sides. */
export function rasterise(visibility: Visibility, drawing: FaceDrawing, drawingIndex: number): void {
  const { triangles, materials } = drawing.model.mesh;
  for (let triangle = 0; triangle < materials.length; triangle++) {
    const a = triangles[triangle * 3]!;
    const b = triangles[triangle * 3 + 1]!;
    const c = triangles[triangle * 3 + 2]!;
    const id = (drawingIndex << TRIANGLE_BITS) | (triangle + 1);
    const filled = fillTriangle(visibility, drawing, a, b, c, id);
    if (!filled && materials[triangle] === MATERIAL.curtain) fillTriangle(visibility, drawing, a, c, b, id);
  }
}

/** False when the triangle faces away. Counter-clockwise in the world is clockwise on the screen, whose y points down. */
function fillTriangle(
  visibility: Visibility,
  drawing: FaceDrawing,
  a: number,
  b: number,
  c: number,
  id: number,
): boolean {
  const { screenX, screenY, inverseDepth } = drawing;
  const za = inverseDepth[a]!;
  const zb = inverseDepth[b]!;
  const zc = inverseDepth[c]!;
  if (za === 0 || zb === 0 || zc === 0) return true;
  // Sample s lies at (s + 0.5) / SAMPLES pixels.
  const ax = screenX[a]! * SAMPLES - 0.5;
  const ay = screenY[a]! * SAMPLES - 0.5;
  const bx = screenX[b]! * SAMPLES - 0.5;
  const by = screenY[b]! * SAMPLES - 0.5;
  const cx = screenX[c]! * SAMPLES - 0.5;
  const cy = screenY[c]! * SAMPLES - 0.5;
  const area = (cx - ax) * (by - ay) - (cy - ay) * (bx - ax);
  if (area <= 0) return false;
  const { ids, inverseDepth: nearest, width, height } = visibility;
  const x0 = Math.max(0, Math.ceil(Math.min(ax, bx, cx)));
  const x1 = Math.min(width - 1, Math.floor(Math.max(ax, bx, cx)));
  const y0 = Math.max(0, Math.ceil(Math.min(ay, by, cy)));
  const y1 = Math.min(height - 1, Math.floor(Math.max(ay, by, cy)));
  if (x0 > x1) return true;
  // Edge functions, each the area of the triangle that the sample makes with one edge.
  const stepBx = (cy - ay) / area;
  const stepBy = (ax - cx) / area;
  const stepCx = (ay - by) / area;
  const stepCy = (bx - ax) / area;
  for (let y = y0; y <= y1; y++) {
    let shareB = -(stepBx * (x0 - ax) + stepBy * (y - ay));
    let shareC = -(stepCx * (x0 - ax) + stepCy * (y - ay));
    let at = y * width + x0;
    for (let x = x0; x <= x1; x++, at++) {
      if (shareB >= 0 && shareC >= 0 && shareB + shareC <= 1) {
        const z = za + shareB * (zb - za) + shareC * (zc - za);
        if (z > nearest[at]!) {
          nearest[at] = z;
          ids[at] = id;
        }
      }
      shareB -= stepBx;
      shareC -= stepCx;
    }
  }
  return true;
}
