import type { Concern } from '../concern.ts';
import { meanOf, measureRegions, quantileAt } from './by-region.ts';

const UNDER_EYES = ['left-under-eye', 'right-under-eye'] as const;
/** Skin that faces the light as that under the eye does, so that neither sheen nor shade tells them apart. */
const REFERENCES = {
  'left-under-eye': ['left-infraorbital', 'forehead'],
  'right-under-eye': ['right-infraorbital', 'forehead'],
} as const;
const WIDE_PX = 2.5;
const STRONGEST = 0.5;

/**
 * How much more pigment the skin under the eye shows than that below it and on the forehead: periorbital darkness lies in melanin and in blood
 * without oxygen, which takes red as melanin does (Ohshima and Takiwaki 2008). Shade, as of a bag, does not enter.
 */
export const darkCircle: Concern = {
  id: 'dark_circle',
  source: 'Ohshima and Takiwaki 2008, Skin Res. Technol. 14',
  unit: 'ln absorption of melanin',
  regions: UNDER_EYES,
  scale: { healthy: 0.02, severe: 0.5 },
  reliability: 0.65,
  measure(surface) {
    const plane = surface.blur(surface.melanin, WIDE_PX);
    const mask = new Float32Array(plane.length);
    const byRegion = new Map(
      UNDER_EYES.map((name) => {
        const own = surface.pixels.get(name) ?? null;
        const around = measureRegions(surface, REFERENCES[name], (pixels) => quantileAt(plane, pixels, 0.5));
        const level = meanOf(around.values());
        if (own === null || level === null) return [name, null] as const;
        for (const i of own) mask[i] = Math.min(1, Math.max(0, (plane[i]! - level) / STRONGEST));
        return [name, quantileAt(plane, own, 0.5) - level] as const;
      }),
    );
    return { raw: meanOf(byRegion.values()), byRegion, mask };
  },
};
