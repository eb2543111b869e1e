import type { ConcernId } from './skin-result.ts';
import type { SkinSurface } from './skin-surface.ts';
import type { SurfaceRegionName } from './surface-regions.ts';

export interface ConcernMeasure {
  /** In the concern's unit. null where nothing of the regions can be read. */
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
  /** Raw measures at which the score is 95 and 25; the first may be the larger. */
  readonly scale: { readonly healthy: number; readonly severe: number };
  /** How far the measure is the thing itself, 0..1: what a photograph can tell at best. */
  readonly reliability: number;
  measure(surface: SkinSurface): ConcernMeasure;
}

/** Beyond its two ends a scale runs on towards these, and never quite there: worse stays lower. */
const [BEST, WORST] = [100, 1];
const [HEALTHY_SCORE, SEVERE_SCORE] = [95, 25];

/** 1..100, higher is healthier: straight between the ends of the scale, bent beyond them. */
export function scoreOf({ healthy, severe }: Concern['scale'], raw: number): number {
  const way = (raw - healthy) / (severe - healthy);
  const slope = HEALTHY_SCORE - SEVERE_SCORE;
  if (way < 0) return BEST - (BEST - HEALTHY_SCORE) * Math.exp((slope * way) / (BEST - HEALTHY_SCORE));
  if (way <= 1) return HEALTHY_SCORE - slope * way;
  return WORST + (SEVERE_SCORE - WORST) * Math.exp((-slope * (way - 1)) / (SEVERE_SCORE - WORST));
}
