import type { RgbImage } from '../../../vision/types.ts';
import { createMaskedBlur, type MaskedBlur } from './masked-blur.ts';
import { type RegionPixels, regionPixels } from './region-pixels.ts';
import { createPlacement, type Placement, resampleFace } from './resample-face.ts';
import { LIGHT_FLOOR } from './separate-pigments.ts';

/** How much finer than the surface; a whole number of its pixels are a whole number of these. */
export const DETAIL_SCALE = 1.5;

/** The same skin, finer, for what is smaller than a millimetre: light alone, as cameras keep colour coarser. */
export interface DetailSurface {
  readonly width: number;
  readonly height: number;
  readonly regionOf: Uint8Array;
  readonly readable: Uint8Array;
  readonly pixels: RegionPixels;
  /** ln of linear luminance; 0 where it is not readable. */
  readonly logLuminance: Float32Array;
  readonly blur: MaskedBlur;
  readonly pxPerMm: number;
}

/** Fewer readable pixels say nothing of a region. */
const LEAST_PIXELS = 130;

export function prepareDetail(
  image: RgbImage,
  landmarks: Float32Array,
  surface: {
    readonly width: number;
    readonly height: number;
    readonly interocularPx: number;
    readonly regionOf: Uint8Array;
    /** Skin, and what has run over: light is known there. */
    readonly lit: Uint8Array;
    readonly pxPerMm: number;
  },
): DetailSurface {
  const width = surface.width * DETAIL_SCALE;
  const height = surface.height * DETAIL_SCALE;
  const placement: Placement = createPlacement(landmarks, {
    width,
    height,
    interocularPx: surface.interocularPx * DETAIL_SCALE,
  });
  const size = width * height;
  const [regionOf, readable] = [new Uint8Array(size), new Uint8Array(size)];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const coarse = Math.floor(y / DETAIL_SCALE) * surface.width + Math.floor(x / DETAIL_SCALE);
      regionOf[y * width + x] = surface.regionOf[coarse]!;
      readable[y * width + x] = surface.lit[coarse]!;
    }
  }
  const rgb = resampleFace(image, placement, readable);
  const logLuminance = new Float32Array(size);
  for (let i = 0; i < size; i++) {
    if (readable[i] === 0) continue;
    if (rgb[i * 3]! < 0) readable[i] = 0;
    else {
      const light = 0.2126 * rgb[i * 3]! + 0.7152 * rgb[i * 3 + 1]! + 0.0722 * rgb[i * 3 + 2]!;
      logLuminance[i] = Math.log(light + LIGHT_FLOOR);
    }
  }
  return {
    width,
    height,
    regionOf,
    readable,
    pixels: regionPixels(regionOf, readable, LEAST_PIXELS),
    logLuminance,
    blur: createMaskedBlur(readable, width, height),
    pxPerMm: surface.pxPerMm * DETAIL_SCALE,
  };
}
