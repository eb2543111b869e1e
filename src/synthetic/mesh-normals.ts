import { MATERIAL, type TriangleMesh } from './mesh-builder.ts';

/**
 * Smooth unit normals of every vertex, weighted by area. Eyes and mouth do not bend the skin around them:
 * they are shaded as surfaces of their own.
 */
export function smoothNormals(mesh: TriangleMesh, positions: Float32Array, out: Float32Array): void {
  out.fill(0);
  const { triangles, materials } = mesh;
  for (let triangle = 0; triangle < materials.length; triangle++) {
    const material = materials[triangle]!;
    if (material === MATERIAL.eye || material === MATERIAL.mouth) continue;
    const a = triangles[triangle * 3]! * 3;
    const b = triangles[triangle * 3 + 1]! * 3;
    const c = triangles[triangle * 3 + 2]! * 3;
    const ux = positions[b]! - positions[a]!;
    const uy = positions[b + 1]! - positions[a + 1]!;
    const uz = positions[b + 2]! - positions[a + 2]!;
    const vx = positions[c]! - positions[a]!;
    const vy = positions[c + 1]! - positions[a + 1]!;
    const vz = positions[c + 2]! - positions[a + 2]!;
    const nx = uy * vz - uz * vy;
    const ny = uz * vx - ux * vz;
    const nz = ux * vy - uy * vx;
    for (const at of [a, b, c]) {
      out[at] = out[at]! + nx;
      out[at + 1] = out[at + 1]! + ny;
      out[at + 2] = out[at + 2]! + nz;
    }
  }
  for (let at = 0; at < out.length; at += 3) {
    const length = Math.hypot(out[at]!, out[at + 1]!, out[at + 2]!) || 1;
    out[at] = out[at]! / length;
    out[at + 1] = out[at + 1]! / length;
    out[at + 2] = out[at + 2]! / length;
  }
}
