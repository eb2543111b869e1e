import type { Concern } from '../concern.ts';
import { coarsened, maskOf, meanAt, meanOverAll, measureRegions } from './by-region.ts';

const REGIONS = ['nose', 'left-cheek', 'right-cheek'] as const;
const PER_MILLE = 1000;

/**
 * Dark dots of half a millimetre on nose and cheeks, where pores are widest. Blobs in scale space (Lindeberg 1998); pores
 * as dark spots of the image's own texture (Sun et al. 2017).
 */
export const pore: Concern = {
  id: 'pore',
  source: 'Lindeberg 1998, Int. J. Comput. Vis. 30; Sun et al. 2017, Skin Res. Technol. 23',
  unit: '‰ ln luminance · σ²/px²',
  regions: REGIONS,
  scale: { healthy: 0.05, severe: 2 },
  reliability: 0.55,
  measure(surface) {
    const { pit } = surface.relief;
    const byRegion = measureRegions(surface.detail, REGIONS, (pixels) => PER_MILLE * meanAt(pit, pixels));
    return {
      raw: scaled(meanOverAll(pit, surface.detail, REGIONS)),
      byRegion,
      mask: maskOf(surface, coarsened(surface, pit), REGIONS, { from: 0, to: 0.06 }),
    };
  },
};

function scaled(mean: number | null): number | null {
  return mean === null ? null : PER_MILLE * mean;
}
