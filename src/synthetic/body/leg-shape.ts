import type { BodySizes } from './body-sizes.ts';
import { profile } from './profile.ts';
import type { Leg } from './skeleton.ts';
import { type Ring, roundEnd } from './tube.ts';
import { along, cross, type Vector } from './vector.ts';

const ACROSS = [1, 0, 0] as const;
const FRONT = [0, 0, 1] as const;
const STEPS = 36;

/** A leg from inside the trunk to inside the foot, in horizontal sections. */
export function legRings(sizes: BodySizes, leg: Leg): Ring[] {
  const { statureCm: h, levels, inseamCm } = sizes;
  const hipHalf = levels.hip.breadthCm / 2;
  const hipDepth = levels.hip.depthCm / 2;
  const outer = hipHalf * 0.985;
  const inner = 0.004 * h;
  // The thigh follows the hips' size, the calf only a little.
  const wide = Math.sqrt(hipHalf / (0.1 * h));
  const deep = Math.sqrt(hipDepth / (0.069 * h));
  /** Heights of the leg scale with the inseam. */
  const at = (share: number): number => (share / 0.476) * inseamCm;
  const crotch = at(0.47);
  const halfAcross = profile([
    [at(0.02), 0.0195 * h],
    [at(0.05), 0.0195 * h],
    [at(0.11), 0.0235 * h * wide],
    [at(0.2), 0.0335 * h * wide],
    [at(0.245), 0.0305 * h * wide],
    [at(0.275), 0.0315 * h * wide],
    [at(0.31), 0.034 * h * wide],
    [at(0.39), 0.0405 * h * wide],
    [crotch, (outer - inner) / 2],
    [levels.hip.heightCm, (outer - inner) / 2.02],
    [0.56 * h, hipHalf * 0.35],
  ]);
  const halfFront = profile([
    [at(0.02), 0.024 * h],
    [at(0.05), 0.0235 * h],
    [at(0.11), 0.0265 * h * deep],
    [at(0.2), 0.036 * h * deep],
    [at(0.25), 0.0335 * h * deep],
    [at(0.275), 0.0355 * h * deep],
    [at(0.31), 0.0385 * h * deep],
    [at(0.39), 0.048 * h * deep],
    [crotch, hipDepth * 0.85],
    [levels.hip.heightCm, hipDepth * 0.8],
    [0.56 * h, hipDepth * 0.64],
  ]);
  const side = leg.side;
  const middle = profile([
    [crotch, (side * (outer + inner)) / 2],
    [levels.hip.heightCm, (side * (outer + inner)) / 2],
    [0.56 * h, side * hipHalf * 0.5],
  ]);
  const forward = profile([
    [at(0.045), leg.ankle[2]],
    [at(0.2), -0.016 * h],
    [at(0.275), leg.knee[2] - 0.004 * h],
    [at(0.39), 0.001 * h],
    [crotch, -0.007 * h],
    [levels.hip.heightCm, -0.008 * h],
  ]);
  /** Between crotch and ankle the axis is straight. */
  const centreX = (y: number): number => {
    if (y >= crotch) return middle(y);
    const share = Math.min(1, (crotch - y) / (crotch - leg.ankle[1]));
    return middle(crotch) + (leg.ankle[0] - middle(crotch)) * share;
  };
  const top = 0.56 * h;
  const bottom = at(0.022);
  return Array.from({ length: STEPS + 1 }, (_, step) => {
    const y = top + ((bottom - top) * step) / STEPS;
    return {
      centre: [centreX(y), y, forward(y)],
      across: ACROSS,
      front: FRONT,
      halfAcross: halfAcross(y),
      halfFront: halfFront(y),
      power: 2.1,
    };
  });
}

/** Places of a foot on the floor, in the figure's axes. */
export interface FootPlaces {
  readonly heel: Vector;
  readonly toe: Vector;
}

const FOOT_LENGTH = 0.153;
const HEEL_BEHIND_ANKLE = 0.037;

export function footPlaces(sizes: BodySizes, leg: Leg): FootPlaces {
  const { statureCm: h } = sizes;
  const [x, , z] = leg.ankle;
  const heel = along([x, 0, z], [-HEEL_BEHIND_ANKLE * h, leg.forward]);
  return { heel, toe: along(heel, [FOOT_LENGTH * h, leg.forward]) };
}

/** A foot or shoe from heel to toe; its sole lies on the floor. */
export function footRings(sizes: BodySizes, leg: Leg): Ring[] {
  const { statureCm: h } = sizes;
  const { heel } = footPlaces(sizes, leg);
  const halfWidth = profile([
    [0, 0.0175 * h],
    [0.03 * h, 0.0205 * h],
    [0.07 * h, 0.0225 * h],
    [0.11 * h, 0.0275 * h],
    [0.14 * h, 0.023 * h],
  ]);
  const height = profile([
    [0, 0.036 * h],
    [0.025 * h, 0.05 * h],
    [0.05 * h, 0.05 * h],
    [0.085 * h, 0.034 * h],
    [0.115 * h, 0.024 * h],
    [0.14 * h, 0.018 * h],
  ]);
  const up: Vector = [0, 1, 0];
  const across = cross(up, leg.forward);
  const steps = 16;
  const from = 0.008 * h;
  const to = 0.14 * h;
  const ring = (cm: number): Ring => ({
    centre: along(heel, [cm, leg.forward], [height(cm) / 2, up]),
    across,
    front: up,
    halfAcross: halfWidth(cm),
    halfFront: height(cm) / 2,
    power: 2.7,
  });
  const rings = Array.from({ length: steps + 1 }, (_, step) => ring(from + ((to - from) * step) / steps));
  const back: Vector = [-leg.forward[0], 0, -leg.forward[2]];
  const onFloor = (one: Ring): Ring => ({ ...one, centre: [one.centre[0], one.halfFront, one.centre[2]] });
  return [
    ...roundEnd(rings[0]!, back, from).map(onFloor),
    ...rings,
    ...roundEnd(rings[steps]!, leg.forward, FOOT_LENGTH * h - to)
      .reverse()
      .map(onFloor),
  ];
}
