import type { ADJUSTMENT_SOURCES } from '../../protocol/body-captures.ts';
import type { BODY_SHAPES, BodyMetric } from '../../protocol/body-measurement.ts';

/** The sheet's English. */
export const METRIC_NAMES: Readonly<Record<BodyMetric, string>> = {
  height_cm: 'Height',
  shoulder_width_cm: 'Shoulder width',
  chest_circumference_cm: 'Chest',
  waist_circumference_cm: 'Waist',
  hip_circumference_cm: 'Hip',
  inseam_cm: 'Inseam',
  torso_length_cm: 'Torso length',
  neck_circumference_cm: 'Neck',
  sleeve_length_cm: 'Sleeve length',
};

export const METRIC_PLACES: Readonly<Record<BodyMetric, string>> = {
  height_cm: 'floor to top of head',
  shoulder_width_cm: 'shoulder to shoulder',
  chest_circumference_cm: 'around the fullest part',
  waist_circumference_cm: 'around the waist',
  hip_circumference_cm: 'around the fullest part',
  inseam_cm: 'crotch to floor',
  torso_length_cm: 'nape to waist, at the back',
  neck_circumference_cm: 'around its base',
  sleeve_length_cm: 'spine over shoulder to wrist',
};

export const EDITORS: Readonly<Record<(typeof ADJUSTMENT_SOURCES)[number], string>> = {
  user: 'customer',
  tailor: 'tailor',
  admin: 'admin',
};

export const SHAPE_NAMES: Readonly<Record<(typeof BODY_SHAPES)[number], string>> = {
  hourglass: 'hourglass',
  pear: 'pear',
  apple: 'apple',
  rectangle: 'rectangle',
  'inverted-triangle': 'inverted triangle',
};

const HIGH = 0.75;
const MEDIUM = 0.5;

export function confidenceWord(confidence: number): 'high' | 'medium' | 'low' {
  if (confidence >= HIGH) return 'high';
  return confidence >= MEDIUM ? 'medium' : 'low';
}

/** `2026-03-01`, in UTC: the same sheet reads the same everywhere. */
export function dayOf(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 10);
}

const CM_PER_INCH = 2.54;

/** To the millimetre; an em dash for what is not known. */
export function centimetres(valueCm: number | null): string {
  return valueCm === null ? '—' : valueCm.toFixed(1);
}

/** To the tenth of an inch; hundredths would promise more than a picture gives. */
export function inches(valueCm: number | null): string {
  return valueCm === null ? '—' : (valueCm / CM_PER_INCH).toFixed(1);
}
