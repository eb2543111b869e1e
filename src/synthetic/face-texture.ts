import { FACE_OVAL } from '../vision/skin-regions.ts';
import type { CanonicalFace } from '../vision/types.ts';
import { EYES, INNER_LIP_LOWER, INNER_LIP_UPPER, LIPS_OUTER, textureUv } from './face-topology.ts';
import { MATERIAL, type TriangleMesh } from './mesh-builder.ts';
import { smoothNormals } from './mesh-normals.ts';
import { smoothstep, valueNoise } from './seeded-noise.ts';
import { createTexturePainter, type TexturePainter } from './texture-painter.ts';

export const TEXTURE_SIZE = 512;
/** Channels of a texel: how much lip, how much brow or lash, brightness (TEXTURE_NEUTRAL is 1), redness. */
export const TEXEL = { lip: 0, ink: 1, shade: 2, red: 3 } as const;
export const TEXTURE_NEUTRAL = 200;

type Point = readonly [u: number, v: number];

/** Closing stretches the upper lid to several times its height: what lies on it has a picture for each state. */
export type Lids = 'open' | 'closed';

/** Paints lips, brows, lashes, nostrils and folds over the canonical face's texture coordinates. */
export function paintFaceTexture(canonical: CanonicalFace, lids: Lids): Uint8Array {
  const painter = createTexturePainter(TEXTURE_SIZE, 4);
  const uv = (vertex: number): Point => textureUv(canonical, vertex);
  painter.fill(TEXEL.shade, TEXTURE_NEUTRAL);
  shadeHollows(painter, canonical, lids);

  for (const eye of EYES) {
    const side = canonical.uvs[eye.outerCorner * 2]! < 0.5 ? -1 : 1;
    const at = (du: number, v: number): Point => [0.5 + side * du, v];
    const upper = [eye.outerCorner, ...eye.upperLid, eye.innerCorner].map(uv);
    const lower = [eye.outerCorner, ...eye.lowerLid, eye.innerCorner].map(uv);
    painter.blob(TEXEL.shade, at(0.15, 0.578), 0.07, 0.022, -18);
    if (lids === 'open') {
      painter.blob(TEXEL.shade, at(0.075, 0.632), 0.03, 0.045, -34);
      painter.blob(TEXEL.shade, at(0.15, 0.668), 0.08, 0.03, -20);
      painter.stroke(TEXEL.shade, eye.crease.map(uv), 0.004, 0.012, -62);
      painter.stroke(TEXEL.shade, lower, 0.003, 0.016, -30);
      painter.stroke(TEXEL.ink, upper, 0.0045, 0.008, 235);
      painter.stroke(TEXEL.ink, lower, 0.001, 0.006, 110);
    } else {
      // The crease smooths out, the ball shows through, and the lashes hang over the lower lid.
      painter.blob(TEXEL.shade, at(0.15, 0.63), 0.08, 0.03, 20);
      painter.stroke(TEXEL.ink, upper, 0, 0.002, 200);
      painter.stroke(TEXEL.ink, lower, 0.005, 0.012, 250);
    }
    painter.polygon(TEXEL.ink, eye.brow.map(uv), 0.009, 225);
    painter.blob(TEXEL.red, at(0.19, 0.47), 0.1, 0.075, 150);
    // Nose: nostril, the wing's crease and the fold to the corner of the mouth.
    painter.blob(TEXEL.shade, at(0.05, 0.4105), 0.022, 0.0105, -190);
    painter.blob(TEXEL.shade, at(0.045, 0.408), 0.05, 0.022, -30);
    painter.stroke(
      TEXEL.shade,
      [at(0.093, 0.472), at(0.1, 0.452), at(0.093, 0.43), at(0.078, 0.411)],
      0.003,
      0.018,
      -44,
    );
    painter.blob(TEXEL.shade, at(0.052, 0.54), 0.022, 0.09, -16);
    painter.stroke(
      TEXEL.shade,
      [at(0.112, 0.452), at(0.13, 0.42), at(0.15, 0.38), at(0.157, 0.335), at(0.152, 0.295)],
      0.004,
      0.032,
      -14,
    );
    painter.blob(TEXEL.shade, at(0.121, 0.303), 0.018, 0.018, -50);
    painter.stroke(TEXEL.shade, [at(0.012, 0.39), at(0.014, 0.355)], 0.003, 0.012, 10);
  }
  painter.blob(TEXEL.red, [0.5, 0.46], 0.07, 0.05, 110);
  painter.blob(TEXEL.shade, [0.5, 0.39], 0.05, 0.016, -34);
  painter.blob(TEXEL.shade, [0.5, 0.368], 0.012, 0.022, -18);
  painter.blob(TEXEL.shade, [0.5, 0.236], 0.075, 0.022, -36);

  painter.polygon(TEXEL.lip, LIPS_OUTER.map(uv), 0.006, 255);
  painter.stroke(TEXEL.shade, INNER_LIP_UPPER.map(uv), 0.003, 0.008, -95);
  painter.stroke(TEXEL.shade, INNER_LIP_LOWER.map(uv), 0.002, 0.006, -60);
  painter.blob(TEXEL.shade, [0.5, 0.325], 0.1, 0.016, -26);
  painter.blob(TEXEL.shade, [0.5, 0.282], 0.05, 0.01, 14);

  roughen(painter);
  return painter.texels;
}

/** Darkens concave places, whose light comes from less of the room. */
function shadeHollows(painter: TexturePainter, canonical: CanonicalFace, lids: Lids): void {
  const count = canonical.positions.length / 3;
  const mesh: TriangleMesh = {
    vertexCount: count,
    triangles: canonical.triangles,
    materials: new Uint8Array(canonical.triangles.length / 3).fill(MATERIAL.face),
    surface: canonical.uvs,
  };
  const normals = new Float32Array(count * 3);
  smoothNormals(mesh, canonical.positions, normals);
  const neighbours: Set<number>[] = Array.from({ length: count }, () => new Set());
  for (let at = 0; at < canonical.triangles.length; at += 3) {
    for (let corner = 0; corner < 3; corner++) {
      const a = canonical.triangles[at + corner]!;
      const b = canonical.triangles[at + ((corner + 1) % 3)]!;
      neighbours[a]!.add(b);
      neighbours[b]!.add(a);
    }
  }
  let hollow = Float32Array.from({ length: count }, (_, vertex) => {
    let sum = 0;
    for (const other of neighbours[vertex]!) {
      let along = 0;
      let square = 0;
      for (let axis = 0; axis < 3; axis++) {
        const step = canonical.positions[other * 3 + axis]! - canonical.positions[vertex * 3 + axis]!;
        along += step * normals[vertex * 3 + axis]!;
        square += step * step;
      }
      sum += along / Math.sqrt(square);
    }
    return sum / neighbours[vertex]!.size;
  });
  // Two rounds of averaging: light from around a hollow reaches further than one triangle.
  for (let round = 0; round < 2; round++) {
    hollow = hollow.map((own, vertex) => {
      let sum = 0;
      for (const other of neighbours[vertex]!) sum += hollow[other]!;
      return own * 0.4 + (0.6 * sum) / neighbours[vertex]!.size;
    });
  }
  // The skull behind the oval is neither hollow nor bulging: no seam may show.
  for (const vertex of FACE_OVAL) hollow[vertex] = 0;
  if (lids === 'closed')
    for (const eye of EYES) for (const vertex of [...eye.upperLid, ...eye.crease]) hollow[vertex] = 0;
  const shade = hollow.map((value) => TEXTURE_NEUTRAL * Math.min(1.08, Math.max(0.6, 1 - value * 1.1)));
  painter.mesh(TEXEL.shade, canonical.triangles, (vertex) => textureUv(canonical, vertex), shade);
}

/** Hairs in the brows, blotches and pores in the skin. */
function roughen(painter: TexturePainter): void {
  const { texels } = painter;
  for (let row = 0; row < TEXTURE_SIZE; row++) {
    for (let column = 0; column < TEXTURE_SIZE; column++) {
      const at = (row * TEXTURE_SIZE + column) * 4;
      const blotch =
        valueNoise(column / 40, row / 40, 11) + 0.5 * valueNoise(column / 13, row / 13, 12) - 0.75;
      const pore = valueNoise(column / 1.7, row / 1.7, 13) - 0.5;
      texels[at + TEXEL.shade] = Math.max(0, texels[at + TEXEL.shade]! * (1 + 0.05 * blotch + 0.06 * pore));
      const ink = texels[at + TEXEL.ink]!;
      if (ink === 0 || row > TEXTURE_SIZE * 0.345) continue;
      const towardsTemple = column < TEXTURE_SIZE / 2 ? 1 : -1;
      const strand = valueNoise((column + towardsTemple * row * 0.9) / 2.2, row / 9, 14);
      texels[at + TEXEL.ink] = ink * (0.78 + 0.22 * smoothstep(0.2, 0.7, strand));
    }
  }
}
