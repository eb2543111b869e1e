import type { Concern } from '../concern.ts';
import { findRelief } from '../relief.ts';
import { maskOf, meanAt, meanOf, measureRegions } from './by-region.ts';

const REGIONS = ['forehead', 'left-cheek', 'right-cheek'] as const;
const SIGMA_MM = 1.2;
const LEAST_CURVATURE = 0.02;
/** Of pigment in the neighbourhood: a spot of colour, whatever its shape. */
const COLOURED = 0.02;
const PER_MILLE = 1000;

/**
 * Bumps and pits of a few millimetres: round, bright or dark, and no spots of colour. Their mean curvature stands for
 * roughness (Jacobi et al. 2004), blobs by the Hessian (Lindeberg 1998).
 */
export const texture: Concern = {
  id: 'texture',
  source: 'Lindeberg 1998, Int. J. Comput. Vis. 30; Jacobi et al. 2004, Skin Res. Technol. 10',
  unit: '‰ ln light · σ²/px²',
  regions: REGIONS,
  scale: { healthy: 0.1, severe: 3 },
  reliability: 0.55,
  measure(surface) {
    const { bump, pit } = findRelief(
      surface.logLuminance,
      surface,
      SIGMA_MM * surface.pxPerMm,
      LEAST_CURVATURE,
    );
    const { red, brown } = surface.spots;
    const coloured = surface.blur(
      red.map((value, i) => value + brown[i]!),
      SIGMA_MM * surface.pxPerMm,
    );
    const plane = bump.map((value, i) => (coloured[i]! > COLOURED ? 0 : value + pit[i]!));
    const byRegion = measureRegions(surface, REGIONS, (pixels) => PER_MILLE * meanAt(plane, pixels));
    return {
      raw: meanOf(byRegion.values()),
      byRegion,
      mask: maskOf(surface, plane, REGIONS, { from: 0, to: 0.15 }),
    };
  },
};
