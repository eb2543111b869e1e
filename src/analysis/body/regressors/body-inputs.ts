import { FramegateError } from '../../../protocol/framegate-error.ts';

interface HumanRange {
  readonly lowestMm: number;
  readonly highestMm: number;
}

/**
 * What a front and a side outline, the pose's joints and a portrait give of a body, in millimetres, with what no human
 * falls short of or exceeds. Heights are over the ground. Breadths are seen from the front, depths and the head's length
 * from the side.
 */
export const BODY_INPUTS = {
  chestBreadthMm: { lowestMm: 170, highestMm: 560 },
  chestDepthMm: { lowestMm: 120, highestMm: 520 },
  waistBreadthMm: { lowestMm: 160, highestMm: 650 },
  waistDepthMm: { lowestMm: 100, highestMm: 600 },
  hipBreadthMm: { lowestMm: 200, highestMm: 700 },
  /** Over the buttocks where they stand out most. */
  hipDepthMm: { lowestMm: 120, highestMm: 560 },
  statureMm: { lowestMm: 1200, highestMm: 2300 },
  /** Over the deltoids: the outline's width. */
  shoulderBreadthMm: { lowestMm: 280, highestMm: 850 },
  /** Between the tips of the shoulder blades: the joints' distance. */
  acromionBreadthMm: { lowestMm: 220, highestMm: 620 },
  crotchHeightMm: { lowestMm: 450, highestMm: 1300 },
  acromionHeightMm: { lowestMm: 900, highestMm: 2000 },
  napeHeightMm: { lowestMm: 950, highestMm: 2100 },
  chestHeightMm: { lowestMm: 750, highestMm: 1850 },
  /** At the navel, as breadth, depth and circumference of the waist are. */
  waistHeightMm: { lowestMm: 600, highestMm: 1550 },
  hipHeightMm: { lowestMm: 480, highestMm: 1350 },
  armpitHeightMm: { lowestMm: 820, highestMm: 1900 },
  trochanterHeightMm: { lowestMm: 500, highestMm: 1350 },
  kneeHeightMm: { lowestMm: 260, highestMm: 800 },
  wristHeightMm: { lowestMm: 480, highestMm: 1250 },
  headBreadthMm: { lowestMm: 95, highestMm: 230 },
  cheekboneBreadthMm: { lowestMm: 80, highestMm: 220 },
  headLengthMm: { lowestMm: 130, highestMm: 270 },
  /** From the nose's root to the chin. */
  faceHeightMm: { lowestMm: 65, highestMm: 190 },
} as const satisfies Readonly<Record<string, HumanRange>>;

export type BodyInput = keyof typeof BODY_INPUTS;
export const BODY_INPUT_NAMES = Object.keys(BODY_INPUTS) as readonly BodyInput[];

const TRUNK = [
  'chestBreadthMm',
  'chestDepthMm',
  'waistBreadthMm',
  'waistDepthMm',
  'hipBreadthMm',
  'hipDepthMm',
  'statureMm',
] as const satisfies readonly BodyInput[];

const SHOULDERS = [...TRUNK, 'shoulderBreadthMm'] as const satisfies readonly BodyInput[];

const OUTLINE = [
  ...SHOULDERS,
  'acromionBreadthMm',
  'crotchHeightMm',
  'acromionHeightMm',
  'napeHeightMm',
  'chestHeightMm',
  'waistHeightMm',
  'hipHeightMm',
  'armpitHeightMm',
  'trochanterHeightMm',
  'kneeHeightMm',
  'wristHeightMm',
] as const satisfies readonly BodyInput[];

/** Which inputs a fit needs, the poorest first; each tier begins with the inputs of the one before. */
export const TIER_INPUTS = {
  trunk: TRUNK,
  shoulders: SHOULDERS,
  outline: OUTLINE,
  portrait: BODY_INPUT_NAMES,
} as const satisfies Readonly<Record<string, readonly BodyInput[]>>;

export type BodyTier = keyof typeof TIER_INPUTS;
export const BODY_TIERS = Object.keys(TIER_INPUTS) as readonly BodyTier[];

type Required = (typeof TRUNK)[number];
/** Millimetres. The trunk and the stature are needed, the rest makes the sizes better. */
export type BodyInputs = Readonly<Record<Required, number>> &
  Readonly<Partial<Record<BodyInput, number | undefined>>>;

/** The richest tier whose inputs are all there. */
export function tierOf(inputs: BodyInputs): BodyTier {
  const complete = BODY_TIERS.filter((tier) => TIER_INPUTS[tier].every((name) => inputs[name] !== undefined));
  return complete.at(-1) ?? 'trunk';
}

/** Throws body-measure-implausible, naming each input that is needed and missing, or that no human has. */
export function checkBodyInputs(inputs: BodyInputs): void {
  const faults = BODY_INPUT_NAMES.flatMap((name) => {
    const valueMm = inputs[name];
    if (valueMm === undefined) {
      return TRUNK.some((needed) => needed === name) ? [`${name} is missing`] : [];
    }
    const { lowestMm, highestMm } = BODY_INPUTS[name];
    const isHuman = valueMm >= lowestMm && valueMm <= highestMm;
    return isHuman ? [] : [`${name} is ${valueMm}, not ${lowestMm} to ${highestMm}`];
  });
  if (faults.length > 0) throw new FramegateError('body-measure-implausible', faults.join('; '));
}
