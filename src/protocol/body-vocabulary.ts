/** Names and limits of body captures, for whoever does without their schemas: pages. */
import type { ProfileName } from './checks.ts';

/** The pictures of one body capture; `ref` shows the reference card alone. */
export const BODY_VIEWS = ['front', 'side', 'portrait', 'ref'] as const;
export type BodyView = (typeof BODY_VIEWS)[number];
/** Without these there are no sizes. */
export const REQUIRED_BODY_VIEWS = ['front', 'side'] as const satisfies readonly BodyView[];

/** Which profile guides to which picture. */
export const VIEW_PROFILES = {
  front: 'body-front',
  side: 'body-side',
  portrait: 'portrait',
  ref: 'reference-card',
} as const satisfies Readonly<Record<BodyView, ProfileName>>;

/** null for a profile that guides to no picture of a body capture. */
export function viewOfProfile(profile: string): BodyView | null {
  return BODY_VIEWS.find((view) => VIEW_PROFILES[view] === profile) ?? null;
}

/** In the order in which people read them. */
export const BODY_METRICS = [
  'height_cm',
  'shoulder_width_cm',
  'chest_circumference_cm',
  'waist_circumference_cm',
  'hip_circumference_cm',
  'inseam_cm',
  'torso_length_cm',
  'neck_circumference_cm',
  'sleeve_length_cm',
] as const;
export type BodyMetric = (typeof BODY_METRICS)[number];

/** What no human falls short of or exceeds, centimetres. */
export const BODY_METRIC_RANGES: Readonly<
  Record<BodyMetric, { readonly min: number; readonly max: number }>
> = {
  height_cm: { min: 120, max: 230 },
  shoulder_width_cm: { min: 22, max: 70 },
  chest_circumference_cm: { min: 50, max: 190 },
  waist_circumference_cm: { min: 40, max: 200 },
  hip_circumference_cm: { min: 50, max: 200 },
  inseam_cm: { min: 45, max: 120 },
  torso_length_cm: { min: 28, max: 80 },
  neck_circumference_cm: { min: 22, max: 65 },
  sleeve_length_cm: { min: 45, max: 120 },
};

export const SEXES = ['female', 'male'] as const;
export type Sex = (typeof SEXES)[number];
