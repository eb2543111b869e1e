import type { BodySizes } from './body-sizes.ts';
import { profile } from './profile.ts';
import { type Ring, roundEnd } from './tube.ts';

const ACROSS = [1, 0, 0] as const;
const FRONT = [0, 0, 1] as const;
/** Between two rings, as a share of the stature. */
const STEP = 0.01;

/** The horizontal section of neck and trunk at a height above the floor. */
export function trunkSection(sizes: BodySizes): (heightCm: number) => Ring {
  const { statureCm: h, levels, inseamCm } = sizes;
  const { neck, chest, waist, hip } = levels;
  const shoulder = sizes.shoulderBreadthCm / 2;
  const axilla = Math.max(shoulder * 0.8, chest.breadthCm * 0.505);
  const halfAcross = profile([
    // Between the thighs the trunk ends in a wedge; the legs carry its outline on.
    [inseamCm, hip.breadthCm * 0.08],
    [inseamCm + (hip.heightCm - inseamCm) * 0.4, hip.breadthCm * 0.33],
    [inseamCm + (hip.heightCm - inseamCm) * 0.75, hip.breadthCm * 0.475],
    [hip.heightCm, hip.breadthCm / 2],
    [waist.heightCm, waist.breadthCm / 2],
    [chest.heightCm, chest.breadthCm / 2],
    [0.757 * h, axilla],
    [0.787 * h, Math.max(axilla, shoulder * 0.92)],
    [0.806 * h, Math.max(axilla * 0.97, shoulder * 0.93)],
    [0.818 * h, shoulder * 0.88],
    [0.828 * h, Math.max(shoulder * 0.68, neck.breadthCm * 0.6)],
    [0.838 * h, Math.max(shoulder * 0.45, neck.breadthCm * 0.54)],
    // A little of the neck below its level is as slim, so that no shoulder shows at the level's own row.
    [neck.heightCm - 0.009 * h, neck.breadthCm * 0.502],
    [neck.heightCm, neck.breadthCm / 2],
    [0.89 * h, neck.breadthCm * 0.5],
  ]);
  const halfFront = profile([
    [inseamCm, hip.depthCm * 0.43],
    [hip.heightCm, hip.depthCm / 2],
    [waist.heightCm, waist.depthCm / 2],
    [chest.heightCm, chest.depthCm / 2],
    [0.757 * h, chest.depthCm * 0.475],
    [0.787 * h, chest.depthCm * 0.41],
    [0.806 * h, Math.max(chest.depthCm * 0.35, neck.depthCm * 0.56)],
    [0.819 * h, Math.max(chest.depthCm * 0.31, neck.depthCm * 0.55)],
    [0.83 * h, neck.depthCm * 0.54],
    [neck.heightCm, neck.depthCm / 2],
    [0.89 * h, neck.depthCm / 2],
  ]);
  const forward = profile([
    [inseamCm, -0.007 * h],
    [hip.heightCm, -0.008 * h],
    [waist.heightCm, 0.004 * h],
    [chest.heightCm, 0.001 * h],
    [0.806 * h, -0.01 * h],
    [0.83 * h, -0.012 * h],
    [neck.heightCm, -0.003 * h],
    [0.89 * h, 0.004 * h],
  ]);
  const power = profile([
    [hip.heightCm, 2.25],
    [chest.heightCm, 2.4],
    [0.79 * h, 2.2],
    [0.83 * h, 2],
  ]);
  return (heightCm) => ({
    centre: [0, heightCm, forward(heightCm)],
    across: ACROSS,
    front: FRONT,
    halfAcross: halfAcross(heightCm),
    halfFront: halfFront(heightCm),
    power: power(heightCm),
  });
}

/** From inside the head down to the crotch, with a ring at each told level. */
export function trunkRings(sizes: BodySizes): Ring[] {
  const section = trunkSection(sizes);
  const top = 0.89 * sizes.statureCm;
  const stops = [top, ...Object.values(sizes.levels).map(({ heightCm }) => heightCm), sizes.inseamCm].sort(
    (a, b) => b - a,
  );
  const rings: Ring[] = [];
  for (const [index, stop] of stops.entries()) {
    const next = stops[index + 1];
    if (next === undefined) break;
    const steps = Math.max(1, Math.ceil((stop - next) / (STEP * sizes.statureCm)));
    for (let step = 0; step < steps; step++) rings.push(section(stop + ((next - stop) * step) / steps));
  }
  const last = section(sizes.inseamCm);
  return [...rings, last, ...roundEnd(last, [0, -1, 0], 0.004 * sizes.statureCm).reverse()];
}
