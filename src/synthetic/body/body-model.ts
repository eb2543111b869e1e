import { createMeshBuilder, type TriangleMesh } from '../mesh-builder.ts';
import { armRings } from './arm-shape.ts';
import type { BodyScene } from './body-scene.ts';
import { type BodySizes, bodySizes } from './body-sizes.ts';
import { handTubes } from './hand-shape.ts';
import { addCard, type HeldCard, holdCard } from './held-card.ts';
import { footRings, legRings } from './leg-shape.ts';
import { buildSkeleton, type Skeleton } from './skeleton.ts';
import { trunkRings } from './trunk-shape.ts';
import { addTube } from './tube.ts';

/** What a triangle of the figure below the head is made of; apart from the head's MATERIAL. */
export const BODY_MATERIAL = { trunk: 10, sleeve: 11, trousers: 12, foot: 13, bare: 14, card: 15 } as const;

/** A mesh and where its vertices are: x, y, z in the figure's axes, cm. */
export interface PlacedMesh {
  readonly mesh: TriangleMesh;
  readonly places: Float32Array;
}

export interface BodyModel {
  readonly sizes: BodySizes;
  readonly skeleton: Skeleton;
  readonly body: PlacedMesh;
  readonly card: (PlacedMesh & { readonly held: HeldCard }) | null;
}

/** Rings of an arm that a short sleeve covers, counted from the shoulder's top. */
const SLEEVE_RINGS = 17;

/** The figure below its head, and the card in its hand. Throws RangeError where a size is not a length. */
export function buildBodyModel(scene: BodyScene): BodyModel {
  const sizes = bodySizes(scene.body);
  const skeleton = buildSkeleton(sizes, scene.stance, scene.card);
  const builder = createMeshBuilder();
  const places: number[] = [];
  addTube(builder, places, trunkRings(sizes), 40, () => BODY_MATERIAL.trunk);
  for (const arm of skeleton.arms) {
    const material = (ring: number) => (ring < SLEEVE_RINGS ? BODY_MATERIAL.sleeve : BODY_MATERIAL.bare);
    addTube(builder, places, armRings(sizes, arm), 20, material);
    for (const rings of handTubes(sizes, arm)) addTube(builder, places, rings, 8, () => BODY_MATERIAL.bare);
  }
  for (const leg of skeleton.legs) {
    addTube(builder, places, legRings(sizes, leg), 24, () => BODY_MATERIAL.trousers);
    addTube(builder, places, footRings(sizes, leg), 20, () => BODY_MATERIAL.foot);
  }
  return {
    sizes,
    skeleton,
    body: { mesh: builder.build(), places: Float32Array.from(places) },
    card: cardModel(scene, sizes, skeleton),
  };
}

function cardModel(scene: BodyScene, sizes: BodySizes, skeleton: Skeleton): BodyModel['card'] {
  const hand = skeleton.arms.find((arm) => arm.hand.holdsCard);
  if (scene.card === null || hand === undefined) return null;
  const held = holdCard(scene.card, sizes, hand, scene.stance.yawDeg);
  const builder = createMeshBuilder();
  const places: number[] = [];
  addCard(builder, places, held, BODY_MATERIAL.card);
  return { held, mesh: builder.build(), places: Float32Array.from(places) };
}
