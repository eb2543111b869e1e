import type { ConcernId } from './skin-result.ts';
import type { SkinSurface } from './skin-surface.ts';
import type { SurfaceRegionName } from './surface-regions.ts';

export interface ConcernMeasure {
  /** More is worse. null where nothing of the regions can be read. */
  readonly raw: number | null;
  readonly byRegion: ReadonlyMap<SurfaceRegionName, number | null>;
  /** Where it shows, 0..1, as large as the surface. */
  readonly mask: Float32Array;
}

/** One way in which skin may be seen to suffer. */
export interface Concern {
  readonly id: ConcernId;
  /** The paper or standard that it rests on. */
  readonly source: string;
  readonly unit: string;
  /** Where it is looked for. */
  readonly regions: readonly SurfaceRegionName[];
  /** Raw measures at which the score is 95 and 25; straight between and beyond. */
  readonly scale: { readonly healthy: number; readonly severe: number };
  /** How far the measure is the thing itself, 0..1: what a photograph can tell at best. */
  readonly reliability: number;
  measure(surface: SkinSurface): ConcernMeasure;
}

/** 1..100, higher is healthier. */
export function scoreOf({ healthy, severe }: Concern['scale'], raw: number): number {
  return Math.min(100, Math.max(1, 95 - (70 * (raw - healthy)) / (severe - healthy)));
}
