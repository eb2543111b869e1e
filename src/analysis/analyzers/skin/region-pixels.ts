import { SKIN_STATE } from './classify-skin.ts';
import { SURFACE_REGION_NAMES, type SurfaceRegionName } from './surface-regions.ts';

/** The readable pixels of each region as indices; null where they are too few to say anything. */
export type RegionPixels = ReadonlyMap<SurfaceRegionName, Uint32Array | null>;

export function regionPixels(regionOf: Uint8Array, readable: Uint8Array, leastPixels: number): RegionPixels {
  const counts = new Uint32Array(256);
  for (let i = 0; i < regionOf.length; i++) if (readable[i] === 1) counts[regionOf[i]!]!++;
  const found = SURFACE_REGION_NAMES.map((_, index) => new Uint32Array(counts[index + 1]!));
  counts.fill(0);
  for (let i = 0; i < regionOf.length; i++) {
    const region = regionOf[i]!;
    const pixels = found[region - 1];
    if (readable[i] === 1 && pixels !== undefined) pixels[counts[region]!++] = i;
  }
  return new Map(
    SURFACE_REGION_NAMES.map((name, index) => {
      const pixels = found[index]!;
      return [name, pixels.length < leastPixels ? null : pixels];
    }),
  );
}

export interface RegionReadability {
  readonly name: SurfaceRegionName;
  readonly pixels: number;
  /** Shares of the region's pixels, 0..1. */
  readonly readableShare: number;
  readonly occludedShare: number;
  readonly shadedShare: number;
  readonly clippedShare: number;
}

/** @param states one of SKIN_STATE for each pixel */
export function regionReadability(regionOf: Uint8Array, states: Uint8Array): RegionReadability[] {
  const counts = SURFACE_REGION_NAMES.map(() => new Uint32Array(Object.keys(SKIN_STATE).length));
  for (let i = 0; i < regionOf.length; i++) {
    const count = counts[regionOf[i]! - 1];
    if (count !== undefined) count[states[i]!]!++;
  }
  return SURFACE_REGION_NAMES.map((name, index) => {
    const count = counts[index]!;
    const pixels = count.reduce((sum, value) => sum + value, 0);
    const share = (state: keyof typeof SKIN_STATE) => (pixels === 0 ? 0 : count[SKIN_STATE[state]]! / pixels);
    return {
      name,
      pixels,
      readableShare: share('readable'),
      occludedShare: share('occluded'),
      shadedShare: share('shaded'),
      clippedShare: share('clipped'),
    };
  });
}
