import type { Concern } from '../concern.ts';
import type { EyePlace } from '../eye-opening.ts';
import { measureLids } from './by-lid.ts';

const EYES = [
  { region: 'left-under-eye', outer: 263, inner: 362 },
  { region: 'right-under-eye', outer: 33, inner: 133 },
] as const satisfies readonly EyePlace[];
const SCALE = { healthy: 0.12, severe: 0.42 };
const REGIONS = ['left-under-eye', 'right-under-eye'] as const;

/**
 * How far the eye is open under the line through its corners, in widths of the eye: the lower margin distance that grows
 * as the lid hangs and shows white (Vahdani et al. 2018).
 */
export const droopyLowerEyelid: Concern = {
  id: 'droopy_lower_eyelid',
  source: 'Vahdani et al. 2018, Lower lid laxity, Eye 32',
  unit: 'eye widths',
  regions: REGIONS,
  scale: SCALE,
  reliability: 0.45,
  measure: (surface) => measureLids(surface, EYES, 'lower', SCALE),
};
