import type { Concern } from '../concern.ts';
import { measureRelief } from './by-relief.ts';

const REGIONS = ['forehead', 'left-cheek', 'right-cheek', 'chin'] as const;

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
  measure: (surface) => measureRelief(surface, surface.relief.bump, REGIONS, 0.06),
};
