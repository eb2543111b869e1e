import { gridRow, type MeshBuilder } from '../mesh-builder.ts';
import type { Vector } from './vector.ts';

/** A superelliptic section of a tube. `across` × `front` points along the tube, from its first ring to its last. */
export interface Ring {
  readonly centre: Vector;
  readonly across: Vector;
  readonly front: Vector;
  readonly halfAcross: number;
  readonly halfFront: number;
  /** 2 is an ellipse, more is squarer. */
  readonly power: number;
}

/** The point of a ring at an angle: 0 at the front, growing to the side that `across` points to. */
export function ringPoint(ring: Ring, angle: number): Vector {
  const a = ring.halfAcross * signedPower(Math.sin(angle), 2 / ring.power);
  const f = ring.halfFront * signedPower(Math.cos(angle), 2 / ring.power);
  const { centre, across, front } = ring;
  return [
    centre[0] + a * across[0] + f * front[0],
    centre[1] + a * across[1] + f * front[1],
    centre[2] + a * across[2] + f * front[2],
  ];
}

function signedPower(value: number, power: number): number {
  // Where sine and cosine miss zero by rounding, the root would make it visible.
  if (Math.abs(value) < 1e-12) return 0;
  return Math.sign(value) * Math.abs(value) ** power;
}

/**
 * Joins rings to a closed tube and appends its places (x, y, z) to `places`.
 * @param columns a multiple of four, so that the widest points are vertices
 * @param material by the index of the upper one of two rings
 */
export function addTube(
  builder: MeshBuilder,
  places: number[],
  rings: readonly Ring[],
  columns: number,
  material: (ring: number) => number,
): void {
  const start = builder.addGrid(rings.length, columns);
  for (const ring of rings) {
    for (let column = 0; column < columns; column++) {
      places.push(...ringPoint(ring, (column / columns) * 2 * Math.PI));
    }
  }
  for (let row = 0; row + 1 < rings.length; row++) {
    const upper = gridRow(start, columns, row);
    builder.joinRows(upper, gridRow(start, columns, row + 1), true, material(row));
  }
}

const CAP_STEPS = [0.02, 0.25, 0.5, 0.75, 0.93] as const;

/** Closes an end roundly: rings that shrink towards a point `reach` beyond `ring`; `outward` points there. */
export function roundEnd(ring: Ring, outward: Vector, reach: number): Ring[] {
  return CAP_STEPS.map((size) => {
    const out = reach * Math.sqrt(1 - size * size);
    return {
      ...ring,
      centre: [
        ring.centre[0] + out * outward[0],
        ring.centre[1] + out * outward[1],
        ring.centre[2] + out * outward[2],
      ],
      halfAcross: ring.halfAcross * size,
      halfFront: ring.halfFront * size,
    };
  });
}
