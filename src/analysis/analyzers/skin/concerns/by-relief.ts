import type { ConcernMeasure } from '../concern.ts';
import type { SkinSurface } from '../skin-surface.ts';
import type { SurfaceRegionName } from '../surface-regions.ts';
import { coarsened, maskOf, meanAt, meanOverAll, measureRegions } from './by-region.ts';

const PER_MILLE = 1000;

/**
 * How much of one kind of relief the finer surface has, in thousandths of its curvature, over all of the regions together:
 * a small region that comes and goes with a shadow moves it little.
 * @param plane one of `surface.relief`
 * @param strongest what the mask shows as strongest
 */
export function measureRelief(
  surface: SkinSurface,
  plane: Float32Array,
  regions: readonly SurfaceRegionName[],
  strongest: number,
): ConcernMeasure {
  const mean = meanOverAll(plane, surface.detail, regions);
  return {
    raw: mean === null ? null : PER_MILLE * mean,
    byRegion: measureRegions(surface.detail, regions, (pixels) => PER_MILLE * meanAt(plane, pixels)),
    mask: maskOf(surface, coarsened(surface, plane), regions, { from: 0, to: strongest }),
  };
}
