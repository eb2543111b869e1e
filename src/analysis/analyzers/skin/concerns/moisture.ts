import type { Concern } from '../concern.ts';
import { coarsened, maskOf, meanAt, meanOverAll, measureRegions } from './by-region.ts';

const REGIONS = ['forehead', 'left-cheek', 'right-cheek', 'chin'] as const;
const PER_MILLE = 1000;

/**
 * Dry skin sheds white scales: bright dots of about a millimetre, as the clinical dryness scales grade them (EEMCO guidance,
 * Piérard 1996). Water itself does not show in a photograph, hence the low reliability.
 */
export const moisture: Concern = {
  id: 'moisture',
  source: 'Piérard 1996, EEMCO guidance for the assessment of dry skin, Skin Res. Technol. 2',
  unit: '‰ ln luminance · σ²/px²',
  regions: REGIONS,
  scale: { healthy: 0.1, severe: 1.6 },
  reliability: 0.3,
  measure(surface) {
    const { bump } = surface.relief;
    const byRegion = measureRegions(surface.detail, REGIONS, (pixels) => PER_MILLE * meanAt(bump, pixels));
    return {
      raw: scaled(meanOverAll(bump, surface.detail, REGIONS)),
      byRegion,
      mask: maskOf(surface, coarsened(surface, bump), REGIONS, { from: 0, to: 0.06 }),
    };
  },
};

function scaled(mean: number | null): number | null {
  return mean === null ? null : PER_MILLE * mean;
}
