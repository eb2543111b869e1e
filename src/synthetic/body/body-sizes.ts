import type { SceneBody, Section } from './body-scene.ts';

/** The sections whose breadth and depth are told, from above. */
export const BODY_LEVELS = ['neck', 'chest', 'waist', 'hip'] as const;
export type BodyLevel = (typeof BODY_LEVELS)[number];

export interface LevelSize extends Section {
  readonly heightCm: number;
}

/** All sizes of a figure in centimetres, those given and those by proportion. */
export interface BodySizes {
  readonly statureCm: number;
  readonly levels: Readonly<Record<BodyLevel, LevelSize>>;
  readonly shoulderBreadthCm: number;
  readonly inseamCm: number;
  readonly armLengthCm: number;
  /** Chin to crown. */
  readonly headHeightCm: number;
}

/** Shares of the stature, between the means of grown women and men. */
const PROPORTION = {
  neck: { height: 0.856, breadth: 0.067, depth: 0.069 },
  chest: { height: 0.722, breadth: 0.174, depth: 0.14 },
  waist: { height: 0.602, breadth: 0.158, depth: 0.122 },
  hip: { height: 0.512, breadth: 0.2, depth: 0.138 },
  /** As far as it goes with the stature; the rest goes with the chest's breadth. */
  shoulderBreadth: 0.113,
  inseam: 0.476,
  armLength: 0.355,
  headHeight: 0.13,
} as const;
/** What a centimetre of the chest's breadth adds to that of the shoulders. */
const SHOULDERS_BY_CHEST = 0.65;

/** Throws RangeError where a given size is not a length, or the legs reach above the hips. */
export function bodySizes(body: SceneBody): BodySizes {
  const stature = length(body.statureCm, 'statureCm');
  const level = (name: BodyLevel): LevelSize => {
    const share = PROPORTION[name];
    const given = body[name];
    return {
      heightCm: share.height * stature,
      breadthCm: length(given?.breadthCm ?? share.breadth * stature, `${name}.breadthCm`),
      depthCm: length(given?.depthCm ?? share.depth * stature, `${name}.depthCm`),
    };
  };
  const levels = { neck: level('neck'), chest: level('chest'), waist: level('waist'), hip: level('hip') };
  const inseamCm = length(body.inseamCm ?? PROPORTION.inseam * stature, 'inseamCm');
  if (inseamCm >= levels.hip.heightCm) throw new RangeError(`inseamCm reaches the hips: ${inseamCm}`);
  return {
    statureCm: stature,
    levels,
    shoulderBreadthCm: length(
      body.shoulderBreadthCm ??
        PROPORTION.shoulderBreadth * stature + SHOULDERS_BY_CHEST * levels.chest.breadthCm,
      'shoulderBreadthCm',
    ),
    inseamCm,
    armLengthCm: length(body.armLengthCm ?? PROPORTION.armLength * stature, 'armLengthCm'),
    headHeightCm: PROPORTION.headHeight * stature,
  };
}

function length(value: number, name: string): number {
  if (!(value > 0 && Number.isFinite(value))) throw new RangeError(`${name} is not a length: ${value}`);
  return value;
}
