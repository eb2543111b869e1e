import type { SkinSurface } from '../skin-surface.ts';
import { SURFACE_REGION_NAMES, type SurfaceRegionName } from '../surface-regions.ts';

/** Fewer readable pixels say nothing of a region. */
const LEAST_PIXELS = 60;

/** The readable pixels of a region as indices; null where they are too few. */
export function readablePixels(surface: SkinSurface, name: SurfaceRegionName): Uint32Array | null {
  const { regionOf, readable } = surface;
  const label = SURFACE_REGION_NAMES.indexOf(name) + 1;
  const pixels = new Uint32Array(regionOf.length);
  let count = 0;
  for (let i = 0; i < regionOf.length; i++) {
    if (regionOf[i] === label && readable[i] === 1) pixels[count++] = i;
  }
  return count < LEAST_PIXELS ? null : pixels.subarray(0, count);
}

/** What a region's readable pixels give, by region. */
export function measureRegions(
  surface: SkinSurface,
  names: readonly SurfaceRegionName[],
  measure: (pixels: Uint32Array) => number,
): Map<SurfaceRegionName, number | null> {
  return new Map(
    names.map((name) => {
      const pixels = readablePixels(surface, name);
      return [name, pixels === null ? null : measure(pixels)];
    }),
  );
}

/** Of what was measured; null where nothing was. */
export function meanOf(values: Iterable<number | null>): number | null {
  const known = [...values].filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

export function meanAt(plane: Float32Array, pixels: Uint32Array): number {
  let sum = 0;
  for (const i of pixels) sum += plane[i]!;
  return sum / pixels.length;
}

export function quantileAt(plane: Float32Array, pixels: Uint32Array, share: number): number {
  const values = new Float32Array(pixels.length);
  pixels.forEach((i, at) => {
    values[at] = plane[i]!;
  });
  return values.sort()[Math.round(share * (values.length - 1))]!;
}

/** A plane as a mask: `from` is nothing, `to` the strongest. */
export function maskOf(
  surface: SkinSurface,
  plane: Float32Array,
  names: readonly SurfaceRegionName[],
  { from, to }: { readonly from: number; readonly to: number },
): Float32Array {
  const mask = new Float32Array(plane.length);
  for (const name of names) {
    for (const i of readablePixels(surface, name) ?? []) {
      mask[i] = Math.min(1, Math.max(0, (plane[i]! - from) / (to - from)));
    }
  }
  return mask;
}
