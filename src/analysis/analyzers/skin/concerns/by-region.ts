import { DETAIL_SCALE } from '../detail-surface.ts';
import type { RegionPixels } from '../region-pixels.ts';
import type { SkinSurface } from '../skin-surface.ts';
import type { SurfaceRegionName } from '../surface-regions.ts';

/** What a region's readable pixels give, by region. */
export function measureRegions(
  { pixels: all }: { readonly pixels: RegionPixels },
  names: readonly SurfaceRegionName[],
  measure: (pixels: Uint32Array) => number,
): Map<SurfaceRegionName, number | null> {
  return new Map(
    names.map((name) => {
      const pixels = all.get(name) ?? null;
      return [name, pixels === null ? null : measure(pixels)];
    }),
  );
}

/** Of what was measured; null where nothing was. */
export function meanOf(values: Iterable<number | null>): number | null {
  const known = [...values].filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** The mean over all pixels of some regions; null where none can be read. */
export function meanOverAll(
  plane: Float32Array,
  { pixels }: { readonly pixels: RegionPixels },
  names: readonly SurfaceRegionName[],
): number | null {
  let [sum, count] = [0, 0];
  for (const name of names) {
    const own = pixels.get(name) ?? null;
    if (own === null) continue;
    sum += meanAt(plane, own) * own.length;
    count += own.length;
  }
  return count === 0 ? null : sum / count;
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
    for (const i of surface.pixels.get(name) ?? []) {
      mask[i] = Math.min(1, Math.max(0, (plane[i]! - from) / (to - from)));
    }
  }
  return mask;
}

/** A plane of the finer surface on the coarser one: the most that any of its pixels shows. */
export function coarsened(surface: SkinSurface, fine: Float32Array): Float32Array {
  const { width, detail } = surface;
  const plane = new Float32Array(surface.regionOf.length);
  for (let y = 0; y < detail.height; y++) {
    for (let x = 0; x < detail.width; x++) {
      const at = Math.floor(y / DETAIL_SCALE) * width + Math.floor(x / DETAIL_SCALE);
      plane[at] = Math.max(plane[at]!, fine[y * detail.width + x]!);
    }
  }
  return plane;
}
