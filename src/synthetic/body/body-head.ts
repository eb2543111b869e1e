import type { CanonicalFace } from '../../vision/types.ts';
import { BODY_COLUMNS, BODY_RINGS, NECK_TOP } from '../body-shape.ts';
import { expressFace } from '../face-expression.ts';
import { DEFAULT_FACE, type SceneFace } from '../face-scene.ts';
import type { HeadModel } from '../head-model.ts';
import { MATERIAL } from '../mesh-builder.ts';
import type { BodyScene } from './body-scene.ts';
import type { BodySizes } from './body-sizes.ts';
import type { Vector } from './vector.ts';

/** The face renderer's head as a part of a figure. */
export interface PlacedHead {
  /** Its places in the head's own axes and size, as the face's shader reads them. */
  readonly local: Float32Array;
  /** The same in the figure's axes. */
  readonly places: Float32Array;
  /** Figure's centimetres for one of the head's own. */
  readonly scale: number;
  /** The head's origin in the figure's axes. */
  readonly origin: Vector;
  /** The head model's own neck and shoulders, which the figure's take the place of. */
  readonly hidden: readonly [from: number, to: number];
  /** The highest place of the skull, in the figure's axes. */
  readonly crown: Vector;
  /** Highest place of the hair, or of the skull, above the floor. */
  readonly topCm: number;
}

/** Hair lies flatter on the crown than the portraits' does. */
const CROWN_HAIR_SHARE = 0.45;
/** How far the head's origin lies before the middle of the figure, as a share of the stature. */
const FORWARD = 0.021;

/** The face that the head shows: the portraits' at rest, turned as the figure is. */
export function figureFace(scene: BodyScene): SceneFace {
  const { skin, hair, shirt } = scene.looks;
  return { ...DEFAULT_FACE, yawDeg: scene.stance.yawDeg, skin, hair, clothes: shirt };
}

export function placeHead(
  model: HeadModel,
  canonical: CanonicalFace,
  face: SceneFace,
  sizes: BodySizes,
): PlacedHead {
  const local = new Float32Array(model.mesh.vertexCount * 3);
  model.place(expressFace(canonical.positions, face), local);
  const crownVertex = highest(model, local, MATERIAL.skin);
  const crown = local[crownVertex * 3 + 1]!;
  const chin = lowest(local, canonical.positions.length / 3);
  flattenHair(model, local, crown);
  const scale = sizes.headHeightCm / (crown - chin);
  const origin: Vector = [0, sizes.statureCm - crown * scale, FORWARD * sizes.statureCm];
  const hidden = [model.bodyStart, model.bodyStart + BODY_RINGS.length * BODY_COLUMNS] as const;
  const places = new Float32Array(local.length);
  for (let vertex = 0; vertex < model.mesh.vertexCount; vertex++) {
    for (let axis = 0; axis < 3; axis++) {
      const neck = vertex < model.bodyStart ? 0 : NECK_TOP[axis]!;
      places[vertex * 3 + axis] = origin[axis]! + scale * (local[vertex * 3 + axis]! + neck);
    }
  }
  const hairVertex = face.hair.style === 'none' ? crownVertex : highest(model, local, MATERIAL.hair);
  return {
    local,
    places,
    scale,
    origin,
    hidden,
    crown: [places[crownVertex * 3]!, places[crownVertex * 3 + 1]!, places[crownVertex * 3 + 2]!],
    topCm: Math.max(places[crownVertex * 3 + 1]!, places[hairVertex * 3 + 1]!),
  };
}

/** The highest vertex of a material. */
function highest({ mesh }: HeadModel, local: Float32Array, material: number): number {
  let top = 0;
  for (const [at, vertex] of mesh.triangles.entries()) {
    if (mesh.materials[Math.floor(at / 3)] !== material) continue;
    if (local[vertex * 3 + 1]! > local[top * 3 + 1]!) top = vertex;
  }
  return top;
}

function lowest(local: Float32Array, count: number): number {
  let bottom = Number.POSITIVE_INFINITY;
  for (let vertex = 0; vertex < count; vertex++) bottom = Math.min(bottom, local[vertex * 3 + 1]!);
  return bottom;
}

function flattenHair({ mesh }: HeadModel, local: Float32Array, crown: number): void {
  const vertices = new Set<number>();
  for (const [at, vertex] of mesh.triangles.entries()) {
    if (mesh.materials[Math.floor(at / 3)] === MATERIAL.hair) vertices.add(vertex);
  }
  for (const vertex of vertices) {
    const over = local[vertex * 3 + 1]! - crown;
    if (over > 0) local[vertex * 3 + 1] = crown + over * CROWN_HAIR_SHARE;
  }
}
