import type { Concern } from '../concern.ts';
import { measureRelief } from './by-relief.ts';

const REGIONS = ['forehead', 'glabella', 'left-crow-foot', 'right-crow-foot'] as const;

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
  measure: (surface) => measureRelief(surface, surface.relief.line, REGIONS, 0.08),
};
