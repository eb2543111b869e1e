import type { Concern } from '../concern.ts';
import { maskOf, meanOf, measureRegions, quantileAt } from './by-region.ts';

const UNDER_EYES = ['left-under-eye', 'right-under-eye'] as const;
const CHEEKS = ['left-cheek', 'right-cheek'] as const;
const WIDE_PX = 2.5;

/**
 * How much darker the skin under the eye is than the cheek: the usual figure for periorbital darkness (Ohshima and
 * Takiwaki 2008), here as ln of luminance, so that neither light nor tone scales it. Hollows that lie in shade count too.
 */
export const darkCircle: Concern = {
  id: 'dark_circle',
  source: 'Ohshima and Takiwaki 2008, Skin Res. Technol. 14',
  unit: 'ln luminance',
  regions: UNDER_EYES,
  scale: { healthy: 0.1, severe: 0.45 },
  reliability: 0.65,
  measure(surface) {
    const plane = surface.blur(surface.logLuminance, WIDE_PX);
    const cheek = meanOf(
      measureRegions(surface, CHEEKS, (pixels) => quantileAt(plane, pixels, 0.5)).values(),
    );
    const level = cheek ?? 0;
    const byRegion = measureRegions(surface, UNDER_EYES, (pixels) => level - quantileAt(plane, pixels, 0.5));
    const mask = maskOf(surface, plane, UNDER_EYES, { from: level - 0.15, to: level - 0.8 });
    return { raw: cheek === null ? null : meanOf(byRegion.values()), byRegion, mask };
  },
};
