import type { ConcernMeasure } from '../concern.ts';
import { measureFold } from '../fold-depth.ts';
import type { SkinSurface } from '../skin-surface.ts';
import type { SurfaceRegionName } from '../surface-regions.ts';
import { meanOf } from './by-region.ts';

export interface FoldPlace {
  readonly region: SurfaceRegionName;
  /** Landmarks along it. */
  readonly line: readonly number[];
}

/** The mean depth of some folds, each standing for its region; shown as strokes as strong as they are deep. */
export function measureFolds(
  surface: SkinSurface,
  places: readonly FoldPlace[],
  deepest: number,
): ConcernMeasure {
  const mask = new Float32Array(surface.regionOf.length);
  const byRegion = new Map<SurfaceRegionName, number | null>();
  for (const { region, line } of places) {
    const { depth, pixels } = measureFold(surface, line);
    byRegion.set(region, depth);
    for (const i of pixels) mask[i] = Math.min(1, Math.max(0, (depth ?? 0) / deepest));
  }
  return { raw: meanOf(byRegion.values()), byRegion, mask };
}
