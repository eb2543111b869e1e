import type { Concern } from '../concern.ts';
import { type EyePlace, measureOpening } from '../eye-opening.ts';
import { maskOf, meanOf } from './by-region.ts';

const EYES = [
  { region: 'left-under-eye', outer: 263, inner: 362 },
  { region: 'right-under-eye', outer: 33, inner: 133 },
] as const satisfies readonly EyePlace[];
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
  scale: { healthy: 0.12, severe: 0.42 },
  reliability: 0.45,
  measure(surface) {
    const byRegion = new Map(EYES.map((eye) => [eye.region, measureOpening(surface, eye, 'lower')]));
    const raw = meanOf(byRegion.values());
    const strength = Math.min(1, Math.max(0, ((raw ?? 0) - 0.1) / 0.16));
    const mask = new Float32Array(surface.regionOf.length).fill(strength);
    return { raw, byRegion, mask: maskOf(surface, mask, REGIONS, { from: 0, to: 1 }) };
  },
};
