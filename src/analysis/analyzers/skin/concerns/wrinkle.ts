import type { Concern } from '../concern.ts';
import { coarsened, maskOf, meanAt, meanOverAll, measureRegions } from './by-region.ts';

const REGIONS = ['forehead', 'glabella', 'left-crow-foot', 'right-crow-foot'] as const;
const PER_MILLE = 1000;

/**
 * Dark lines across forehead, between the brows and beside the eyes: how strongly the light curves across them, over all
 * of the skin there. Ridges by the Hessian (Frangi et al. 1998), as wrinkles are found by it (Ng et al. 2014). Folds from
 * nose to mouth belong to firmness.
 */
export const wrinkle: Concern = {
  id: 'wrinkle',
  source: 'Frangi et al. 1998, MICCAI; Ng et al. 2014, Hybrid Hessian Filter, ACCV',
  unit: '‰ ln luminance · σ²/px²',
  regions: REGIONS,
  scale: { healthy: 0.5, severe: 18 },
  reliability: 0.7,
  measure(surface) {
    const { line } = surface.relief;
    const byRegion = measureRegions(surface.detail, REGIONS, (pixels) => PER_MILLE * meanAt(line, pixels));
    return {
      raw: scaled(meanOverAll(line, surface.detail, REGIONS)),
      byRegion,
      mask: maskOf(surface, coarsened(surface, line), REGIONS, { from: 0, to: 0.08 }),
    };
  },
};

function scaled(mean: number | null): number | null {
  return mean === null ? null : PER_MILLE * mean;
}
