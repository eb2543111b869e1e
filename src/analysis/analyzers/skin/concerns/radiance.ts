import type { Concern } from '../concern.ts';
import { bandPass } from '../find-spots.ts';
import { createMaskedBlur } from '../masked-blur.ts';
import { maskOf, meanOf, measureRegions, quantileAt } from './by-region.ts';

const REGIONS = ['forehead', 'left-cheek', 'right-cheek'] as const;
const FINE_PX = 6;
const COARSE_PX = 22;

/**
 * Mottling: the spread of melanin between a spot's size and a cheek's, between quartiles, so that single spots do not
 * count. Skin whose pigments lie evenly is seen as radiant (Matts et al. 2007). How light a skin is does not enter: that
 * is its tone, or the light. Nothing is told from where a lamp's reflection hides the pigment.
 */
export const radiance: Concern = {
  id: 'radiance',
  source: 'Matts et al. 2007, J. Am. Acad. Dermatol. 57',
  unit: 'ln absorption of melanin',
  regions: REGIONS,
  scale: { healthy: 0.03, severe: 0.36 },
  reliability: 0.45,
  measure(surface) {
    const { red, brown } = surface.spots;
    const even = surface.matte.map((value, i) => (red[i]! + brown[i]! > 0 ? 0 : value));
    const plane = bandPass(
      surface.melanin.map((value, i) => value * even[i]!),
      createMaskedBlur(even, surface.width, surface.height),
      FINE_PX,
      COARSE_PX,
    );
    const byRegion = measureRegions({ pixels: surface.mattePixels }, REGIONS, (pixels) => {
      const own = pixels.filter((i) => even[i] === 1);
      return quantileAt(plane, own, 0.85) - quantileAt(plane, own, 0.15);
    });
    return {
      raw: meanOf(byRegion.values()),
      byRegion,
      mask: maskOf(surface, plane, REGIONS, { from: 0.03, to: 0.2 }),
    };
  },
};
