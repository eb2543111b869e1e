/** What the regressors give, with the name that people read. Millimetres. */
export const BODY_TARGETS = {
  chest: 'Chest',
  /** At the navel. */
  waist: 'Waist',
  hip: 'Hip',
  neck: 'Neck',
  /** From the crotch to the ground. */
  inseam: 'Inseam',
  /** Between the tips of the shoulder blades, straight. */
  shoulder: 'Shoulder',
  /** From the nape to the waist, along the back. */
  torso: 'Torso',
  /** From the spine over the shoulder to the wrist: a shirt's sleeve. */
  sleeve: 'Sleeve',
} as const satisfies Readonly<Record<string, string>>;

export type BodyTarget = keyof typeof BODY_TARGETS;
export const BODY_TARGET_NAMES = Object.keys(BODY_TARGETS) as readonly BodyTarget[];

export interface BodySize {
  readonly valueMm: number;
  /** Nine of ten people are within `valueMm` ± this. */
  readonly halfWidthMm: number;
}

/** Calls `give` for each target. */
export function forEachTarget<Value>(give: (target: BodyTarget) => Value): Record<BodyTarget, Value> {
  return Object.fromEntries(BODY_TARGET_NAMES.map((target) => [target, give(target)])) as Record<
    BodyTarget,
    Value
  >;
}
