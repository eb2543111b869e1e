import type { Concern } from '../concern.ts';
import { maskOf, meanOf, measureRegions, quantileAt } from './by-region.ts';

const FLUSHING = ['left-cheek', 'right-cheek', 'nose'] as const;
/** What a face is held against: these flush least. */
const CALM = ['forehead', 'chin'] as const;
const WIDE_PX = 5;

/**
 * Blood in cheeks and nose beyond that of forehead and chin. Erythema as the absorption of green over red (Dawson et al.
 * 1980, the erythema index), without the melanin in it (Tsumura et al. 2003). A face that is red all over is not told
 * from one under warm light, and does not count as red.
 */
export const redness: Concern = {
  id: 'redness',
  source: 'Dawson et al. 1980, Phys. Med. Biol. 25; Tsumura et al. 2003, ACM Trans. Graph. 22',
  unit: 'ln absorption of blood',
  regions: FLUSHING,
  scale: { healthy: 0.12, severe: 0.7 },
  reliability: 0.75,
  measure(surface) {
    const plane = surface.blur(surface.haemoglobin, WIDE_PX);
    const calm = meanOf(measureRegions(surface, CALM, (pixels) => quantileAt(plane, pixels, 0.5)).values());
    const level = calm ?? 0;
    const byRegion = measureRegions(surface, FLUSHING, (pixels) => quantileAt(plane, pixels, 0.5) - level);
    const mask = maskOf(surface, plane, FLUSHING, { from: level + 0.15, to: level + 0.6 });
    return { raw: calm === null ? null : meanOf(byRegion.values()), byRegion, mask };
  },
};
