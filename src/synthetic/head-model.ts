import { FACE_OVAL } from '../vision/skin-regions.ts';
import type { CanonicalFace } from '../vision/types.ts';
import {
  BODY_COLUMNS,
  BODY_RINGS,
  COLLAR_RING,
  CURTAIN_COLUMNS,
  CURTAIN_ROWS,
  placeBody,
  placeCurtain,
} from './body-shape.ts';
import type { SceneHair } from './face-scene.ts';
import { EYES, INNER_LIP_LOWER, INNER_LIP_UPPER, lidVertices, textureUv } from './face-topology.ts';
import { createMeshBuilder, gridRow, MATERIAL, type MeshBuilder, type TriangleMesh } from './mesh-builder.ts';
import { hairLiftCm, placeSkullPoint } from './skull-shape.ts';

/** A head with neck and shoulders around the canonical face, which itself ends at the oval. */
export interface HeadModel {
  readonly mesh: TriangleMesh;
  /** Vertices before it are placed in the face's axes, from it on in the body's upright ones. */
  readonly bodyStart: number;
  /** Writes all places (cm) from those of the face's 468 vertices. */
  place(face: Float32Array, out: Float32Array): void;
}

export const FACE_VERTICES = 468;
const SKULL_RINGS = 10;
const HAIR_RINGS = 20;
/** Hair has more columns than the oval has vertices: its outline is what shows against the wall. */
const HAIR_COLUMNS = FACE_OVAL.length * 3;
const AROUND = FACE_OVAL.length;
const EAR_ROWS = 9;
const EAR_COLUMNS = 10;

export function buildHeadModel(canonical: CanonicalFace, hair: SceneHair['style']): HeadModel {
  const builder = createMeshBuilder();
  addFace(builder, canonical);
  const skullStart = builder.addGrid(SKULL_RINGS, AROUND);
  const skullRow = (ring: number) => (ring === 0 ? FACE_OVAL : gridRow(skullStart, AROUND, ring - 1));
  // Around the oval the columns grow clockwise as seen from the front, so the inner ring is the lower row.
  for (let ring = 0; ring < SKULL_RINGS; ring++) {
    builder.joinRows(skullRow(ring + 1), skullRow(ring), true, MATERIAL.skin);
  }
  const hairRings = hair === 'none' ? 0 : HAIR_RINGS;
  const hairStart = builder.addGrid(hairRings, HAIR_COLUMNS);
  for (let ring = 0; ring + 1 < hairRings; ring++) {
    const inner = gridRow(hairStart, HAIR_COLUMNS, ring);
    builder.joinRows(gridRow(hairStart, HAIR_COLUMNS, ring + 1), inner, true, MATERIAL.hair);
  }
  const earStarts = [-1, 1].map((side) => ({ side, start: addEar(builder) }));

  const bodyStart = builder.addGrid(BODY_RINGS.length, BODY_COLUMNS);
  for (let ring = 0; ring + 1 < BODY_RINGS.length; ring++) {
    const rows = [ring, ring + 1].map((row) => gridRow(bodyStart, BODY_COLUMNS, row)) as [number[], number[]];
    builder.joinRows(...rows, true, ring >= COLLAR_RING ? MATERIAL.cloth : MATERIAL.neck);
  }
  const curtainRows = hair === 'long' ? CURTAIN_ROWS : 0;
  const curtainStart = builder.addGrid(curtainRows, CURTAIN_COLUMNS);
  for (let row = 0; row + 1 < curtainRows; row++) {
    const upper = gridRow(curtainStart, CURTAIN_COLUMNS, row);
    builder.joinRows(upper, gridRow(curtainStart, CURTAIN_COLUMNS, row + 1), false, MATERIAL.curtain);
  }

  return {
    mesh: builder.build(),
    bodyStart,
    place(face, out) {
      out.set(face);
      for (let ring = 1; ring <= SKULL_RINGS; ring++) {
        for (let step = 0; step < AROUND; step++) {
          const at = (skullStart + (ring - 1) * AROUND + step) * 3;
          placeSkullPoint(face, step, ring / SKULL_RINGS, 0, out, at);
        }
      }
      for (let ring = 0; ring < hairRings; ring++) {
        const along = ring / (hairRings - 1);
        for (let column = 0; column < HAIR_COLUMNS; column++) {
          const step = (column * AROUND) / HAIR_COLUMNS;
          const at = (hairStart + ring * HAIR_COLUMNS + column) * 3;
          placeSkullPoint(face, step, along, hairLiftCm(step, along), out, at);
        }
      }
      for (const { side, start } of earStarts) placeEar(side, out, start);
      placeBody(out, bodyStart);
      if (curtainRows > 0) placeCurtain(out, curtainStart);
    },
  };
}

function addFace(builder: MeshBuilder, canonical: CanonicalFace): void {
  for (let vertex = 0; vertex < FACE_VERTICES; vertex++) {
    builder.addVertex(...textureUv(canonical, vertex));
  }
  const eyes = EYES.map((eye) => new Set(lidVertices(eye)));
  const mouth = new Set([...INNER_LIP_UPPER, ...INNER_LIP_LOWER]);
  for (let at = 0; at < canonical.triangles.length; at += 3) {
    const corners = [...canonical.triangles.subarray(at, at + 3)] as [number, number, number];
    const within = (set: ReadonlySet<number>) => corners.every((corner) => set.has(corner));
    const material = eyes.some(within) ? MATERIAL.eye : within(mouth) ? MATERIAL.mouth : MATERIAL.face;
    builder.addTriangle(...corners, material);
  }
}

function addEar(builder: MeshBuilder): number {
  const start = builder.addGrid(EAR_ROWS, EAR_COLUMNS);
  for (let row = 0; row + 1 < EAR_ROWS; row++) {
    const upper = gridRow(start, EAR_COLUMNS, row);
    builder.joinRows(upper, gridRow(start, EAR_COLUMNS, row + 1), true, MATERIAL.skin);
  }
  return start;
}

/** A flat ellipsoid that stands off the side of the head and leans back. */
function placeEar(side: number, out: Float32Array, start: number): void {
  const flare = side * 0.6;
  const lean = 0.2;
  let at = start * 3;
  for (let row = 0; row < EAR_ROWS; row++) {
    const polar = (row / (EAR_ROWS - 1)) * Math.PI;
    for (let column = 0; column < EAR_COLUMNS; column++) {
      const around = (column / EAR_COLUMNS) * 2 * Math.PI;
      const width = Math.sin(polar) * (1 + 0.25 * Math.cos(polar));
      const x = Math.sin(around) * width * 0.45;
      const y = Math.cos(polar) * 3;
      const z = Math.cos(around) * width * 1.7 - y * lean;
      out[at++] = side * 8 + x * Math.cos(flare) - z * Math.sin(flare);
      out[at++] = 0.6 + y;
      out[at++] = -3.9 + z * Math.cos(flare) + x * Math.sin(flare);
    }
  }
}
