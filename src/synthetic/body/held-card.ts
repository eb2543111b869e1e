import type { MeshBuilder } from '../mesh-builder.ts';
import type { SceneCard } from './body-scene.ts';
import type { BodySizes } from './body-sizes.ts';
import { cardGrip } from './hand-shape.ts';
import { type Arm, cardFrame } from './skeleton.ts';
import { along, type Vector } from './vector.ts';

/** ISO/IEC 7810 ID-1. */
export const CARD_LONG_CM = 8.56;
export const CARD_SHORT_CM = 5.398;
const CORNER_RADIUS_CM = 0.318;
const THICKNESS_CM = 0.08;
const CORNER_STEPS = 6;

export interface HeldCard {
  readonly centre: Vector;
  /**
   * Where its straight edges would meet, in the figure's axes, clockwise as seen: with no roll top-left, top-right,
   * bottom-right, bottom-left.
   */
  readonly corners: readonly [Vector, Vector, Vector, Vector];
  readonly right: Vector;
  readonly up: Vector;
  readonly normal: Vector;
}

export function holdCard(card: SceneCard, sizes: BodySizes, hand: Arm, yawDeg: number): HeldCard {
  const { right, up, normal } = cardFrame(card, yawDeg);
  const upwards = card.arm === 'raised' ? 1 : -1;
  const centre = along(cardGrip(sizes, hand), [(upwards * CARD_LONG_CM) / 2, up]);
  const corner = (x: number, y: number): Vector =>
    along(centre, [(x * CARD_SHORT_CM) / 2, right], [(y * CARD_LONG_CM) / 2, up]);
  return { centre, corners: [corner(-1, 1), corner(1, 1), corner(1, -1), corner(-1, -1)], right, up, normal };
}

/** Front, back and rim of a card with round corners; appends its places. */
export function addCard(builder: MeshBuilder, places: number[], card: HeldCard, material: number): void {
  const outline = cardOutline();
  const add = (x: number, y: number, z: number): number => {
    places.push(...along(card.centre, [x, card.right], [y, card.up], [z, card.normal]));
    return builder.addVertex(x / CARD_SHORT_CM + 0.5, y / CARD_LONG_CM + 0.5);
  };
  // The front has the told corners; the sheets share no vertices, so that the rim does not round their shading.
  const front = outline.map(([x, y]) => add(x, y, 0));
  const back = outline.map(([x, y]) => add(x, y, -THICKNESS_CM));
  const rimFront = outline.map(([x, y]) => add(x, y, 0));
  const rimBack = outline.map(([x, y]) => add(x, y, -THICKNESS_CM));
  const frontMiddle = add(0, 0, 0);
  const backMiddle = add(0, 0, -THICKNESS_CM);
  for (let at = 0; at < outline.length; at++) {
    const next = (at + 1) % outline.length;
    builder.addTriangle(frontMiddle, front[at]!, front[next]!, material);
    builder.addTriangle(backMiddle, back[next]!, back[at]!, material);
    builder.addTriangle(rimFront[at]!, rimBack[at]!, rimFront[next]!, material);
    builder.addTriangle(rimFront[next]!, rimBack[at]!, rimBack[next]!, material);
  }
}

/** Counter-clockwise as seen from the front. */
function cardOutline(): [x: number, y: number][] {
  const x = CARD_SHORT_CM / 2 - CORNER_RADIUS_CM;
  const y = CARD_LONG_CM / 2 - CORNER_RADIUS_CM;
  const centres = [
    [x, y],
    [-x, y],
    [-x, -y],
    [x, -y],
  ] as const;
  return centres.flatMap(([cx, cy], quarter) =>
    Array.from({ length: CORNER_STEPS + 1 }, (_, step): [number, number] => {
      const angle = ((quarter + step / CORNER_STEPS) * Math.PI) / 2;
      return [cx + CORNER_RADIUS_CM * Math.cos(angle), cy + CORNER_RADIUS_CM * Math.sin(angle)];
    }),
  );
}
