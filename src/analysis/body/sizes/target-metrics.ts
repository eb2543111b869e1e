import type { BodyMetric } from '../../../protocol/body-measurement.ts';
import type { BodyTarget } from '../regressors/body-targets.ts';

/** Which of the published metrics a size of the regressors is. */
export const TARGET_METRICS: Readonly<Record<BodyTarget, BodyMetric>> = {
  chest: 'chest_circumference_cm',
  waist: 'waist_circumference_cm',
  hip: 'hip_circumference_cm',
  neck: 'neck_circumference_cm',
  inseam: 'inseam_cm',
  shoulder: 'shoulder_width_cm',
  torso: 'torso_length_cm',
  sleeve: 'sleeve_length_cm',
};
