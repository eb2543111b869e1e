import type { Concern } from '../concern.ts';
import { measureFolds } from './by-fold.ts';

/** The groove along the lower rim of the eye socket. */
const GROOVES = [
  { region: 'left-under-eye', line: [451, 450, 449] },
  { region: 'right-under-eye', line: [231, 230, 229] },
] as const;

/**
 * The groove under a bulging lower lid: by how much it is darker than the bulge above and the cheek below, in shading
 * without pigment, so that dark skin under the eye is no bag. What graders of lower lid bags look at (Goldberg 2005).
 */
export const eyeBag: Concern = {
  id: 'eye_bag',
  source: 'Goldberg et al. 2005, Plast. Reconstr. Surg. 115; Tsumura et al. 2003',
  unit: 'ln light',
  regions: ['left-under-eye', 'right-under-eye'],
  scale: { healthy: 0.06, severe: 0.65 },
  reliability: 0.55,
  measure: (surface) => measureFolds(surface, GROOVES, 0.4),
};
