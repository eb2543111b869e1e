import type { FaceDrawing } from './face-drawing.ts';

/** What the shader knows of one place of one triangle; one object is reused for all. */
export interface SurfaceSample {
  /** Smooth unit normal, camera axes. */
  nx: number;
  ny: number;
  nz: number;
  u: number;
  v: number;
  /** Place in the drawing's own axes, cm. */
  x: number;
  y: number;
  z: number;
}

/** Reads a triangle at a place of the screen (pixels), correct in perspective. */
export function readSurface(
  drawing: FaceDrawing,
  triangle: number,
  px: number,
  py: number,
  out: SurfaceSample,
): void {
  const { triangles, surface } = drawing.model.mesh;
  const { screenX, screenY, inverseDepth, normals, local } = drawing;
  const a = triangles[triangle * 3]!;
  const b = triangles[triangle * 3 + 1]!;
  const c = triangles[triangle * 3 + 2]!;
  const ax = screenX[a]!;
  const ay = screenY[a]!;
  const acx = screenX[c]! - ax;
  const acy = screenY[c]! - ay;
  const abx = screenX[b]! - ax;
  const aby = screenY[b]! - ay;
  const area = abx * acy - aby * acx;
  const dx = px - ax;
  const dy = py - ay;
  const flatB = (dx * acy - dy * acx) / area;
  const flatC = (abx * dy - aby * dx) / area;
  let shareA = (1 - flatB - flatC) * inverseDepth[a]!;
  let shareB = flatB * inverseDepth[b]!;
  let shareC = flatC * inverseDepth[c]!;
  const sum = shareA + shareB + shareC;
  shareA /= sum;
  shareB /= sum;
  shareC /= sum;
  const a3 = a * 3;
  const b3 = b * 3;
  const c3 = c * 3;
  const nx = normals[a3]! * shareA + normals[b3]! * shareB + normals[c3]! * shareC;
  const ny = normals[a3 + 1]! * shareA + normals[b3 + 1]! * shareB + normals[c3 + 1]! * shareC;
  const nz = normals[a3 + 2]! * shareA + normals[b3 + 2]! * shareB + normals[c3 + 2]! * shareC;
  const length = Math.sqrt(nx * nx + ny * ny + nz * nz) || 1;
  out.nx = nx / length;
  out.ny = ny / length;
  out.nz = nz / length;
  out.u = surface[a * 2]! * shareA + surface[b * 2]! * shareB + surface[c * 2]! * shareC;
  out.v = surface[a * 2 + 1]! * shareA + surface[b * 2 + 1]! * shareB + surface[c * 2 + 1]! * shareC;
  out.x = local[a3]! * shareA + local[b3]! * shareB + local[c3]! * shareC;
  out.y = local[a3 + 1]! * shareA + local[b3 + 1]! * shareB + local[c3 + 1]! * shareC;
  out.z = local[a3 + 2]! * shareA + local[b3 + 2]! * shareB + local[c3 + 2]! * shareC;
}
