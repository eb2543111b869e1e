import type { Concern } from '../concern.ts';
import { measureRelief } from './by-relief.ts';

const REGIONS = ['nose', 'left-cheek', 'right-cheek'] as const;

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
  measure: (surface) => measureRelief(surface, surface.relief.pit, REGIONS, 0.06),
};
