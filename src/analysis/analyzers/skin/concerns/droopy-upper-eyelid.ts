import type { Concern } from '../concern.ts';
import type { EyePlace } from '../eye-opening.ts';
import { measureLids } from './by-lid.ts';

const EYES = [
  { region: 'left-upper-lid', outer: 263, inner: 362 },
  { region: 'right-upper-lid', outer: 33, inner: 133 },
] as const satisfies readonly EyePlace[];
const SCALE = { healthy: 0.32, severe: 0.1 };
const REGIONS = ['left-upper-lid', 'right-upper-lid'] as const;

/**
 * How high the upper lid stands over the line through the eye's corners: the margin reflex distance of ptosis (Putterman
 * 2012), in widths of the eye. Eyes that are half closed droop too.
 */
export const droopyUpperEyelid: Concern = {
  id: 'droopy_upper_eyelid',
  source: 'Putterman 2012, Margin reflex distance, Ophthalmic Plast. Reconstr. Surg. 28',
  unit: 'eye widths',
  regions: REGIONS,
  scale: SCALE,
  reliability: 0.5,
  measure: (surface) => measureLids(surface, EYES, 'upper', SCALE),
};
