import type { BodyMetric } from '../../src/protocol/body-vocabulary.ts';

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
