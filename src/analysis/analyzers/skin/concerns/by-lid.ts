import type { Concern, ConcernMeasure } from '../concern.ts';
import { type EyePlace, measureOpening } from '../eye-opening.ts';
import type { SkinSurface } from '../skin-surface.ts';
import { meanOf } from './by-region.ts';

/** The mean opening on one side of both eyes; shown on each eye's region, as strong as it is on the concern's scale. */
export function measureLids(
  surface: SkinSurface,
  eyes: readonly EyePlace[],
  side: 'upper' | 'lower',
  { healthy, severe }: Concern['scale'],
): ConcernMeasure {
  const byRegion = new Map(eyes.map((eye) => [eye.region, measureOpening(surface, eye, side)]));
  const mask = new Float32Array(surface.regionOf.length);
  for (const [name, opening] of byRegion) {
    if (opening === null) continue;
    const strength = Math.min(1, Math.max(0, (opening - healthy) / (severe - healthy)));
    for (const i of surface.pixels.get(name) ?? []) mask[i] = strength;
  }
  return { raw: meanOf(byRegion.values()), byRegion, mask };
}
