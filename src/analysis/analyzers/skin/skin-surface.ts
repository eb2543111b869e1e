import { readEyeWhites } from '../../../vision/eye-whites.ts';
import type { FaceAnalysis, RgbImage } from '../../../vision/types.ts';
import { findSpots, type SkinSpots } from './find-spots.ts';
import { createMaskedBlur, type MaskedBlur } from './masked-blur.ts';
import { paintRegions } from './paint-regions.ts';
import { createPlacement, type Placement, resampleFace } from './resample-face.ts';
import { SURFACE_REGION_NAMES, type SurfaceRegionName } from './surface-regions.ts';

/** The face always has this distance between its eyes on the surface, so that the picture's own size tells nothing. */
export const SURFACE_INTEROCULAR_PX = 128;
export const SURFACE_WIDTH = 320;
export const SURFACE_HEIGHT = 416;

export interface RegionReadability {
  readonly name: SurfaceRegionName;
  readonly pixels: number;
  /** Shares of the region's pixels, 0..1. */
  readonly readableShare: number;
  readonly occludedShare: number;
  readonly shadedShare: number;
  readonly clippedShare: number;
}

/**
 * The face's skin, prepared once; concerns only read it. Planes are row by row, SURFACE_WIDTH × SURFACE_HEIGHT, upright,
 * the subject's right eye at the left; what is not readable skin holds 0 in all of them.
 */
export interface SkinSurface {
  readonly width: number;
  readonly height: number;
  /** 1 + index into SURFACE_REGION_NAMES; 0 outside of all regions. */
  readonly regionOf: Uint8Array;
  /** 1 where skin could be read, else 0. */
  readonly readable: Uint8Array;
  /** ln of linear luminance ÷ the face's median: exposure cancels. */
  readonly logLuminance: Float32Array;
  /** Linear luminance ÷ that of the eye's white (or what stands for it): how much light comes back, for every tone. */
  readonly whiteRelative: Float32Array;
  /**
   * How much melanin and haemoglobin darken the skin, natural logarithms of the green channel's absorption, off the face's
   * median: fixed axes in log space, free of shading (after Tsumura et al., ICA of skin colour, 1999 and 2003).
   */
  readonly melanin: Float32Array;
  readonly haemoglobin: Float32Array;
  readonly spots: SkinSpots;
  readonly blur: MaskedBlur;
  readonly regions: readonly RegionReadability[];
  readonly placement: Placement;
  /** Of the still, before it was resampled. */
  readonly interocularPx: number;
  readonly face: FaceAnalysis;
}

/** Relative absorption of melanin (∝ wavelength to the power −3.33) and of blood in red, green and blue. */
const MELANIN = [0.67, 1, 1.7] as const;
const BLOOD = [0.1, 1, 0.9] as const;
const [MELANIN_RG, MELANIN_GB] = [MELANIN[1] - MELANIN[0], MELANIN[2] - MELANIN[1]];
const [BLOOD_RG, BLOOD_GB] = [BLOOD[1] - BLOOD[0], BLOOD[2] - BLOOD[1]];
const DETERMINANT = MELANIN_RG * BLOOD_GB - MELANIN_GB * BLOOD_RG;
/** Linear light from which a channel has run over. */
const CLIPPED = 0.97;
/** Eight bits tell no colours below this. */
const FLOOR = 0.0015;
/** ln of luminance this far under the face's median: a shadow, and no longer skin at all. */
const SHADED = -1;
const DARK = -1.8;
/** Off the face's median on either pigment: hair, a frame, make-up. */
const FOREIGN = 1.1;
/** What skin of middling tone returns where the white of the eye is not to be seen. */
const SKIN_OF_WHITE = 0.5;

export function prepareSkinSurface(image: RgbImage, face: FaceAnalysis): SkinSurface {
  const [width, height] = [SURFACE_WIDTH, SURFACE_HEIGHT];
  const size = width * height;
  const placement = createPlacement(face.landmarks, {
    width,
    height,
    interocularPx: SURFACE_INTEROCULAR_PX,
  });
  const rgb = resampleFace(image, placement);
  const regionOf = paintRegions(face.landmarks, placement);
  const luminance = new Float32Array(size);
  const [melanin, haemoglobin] = [new Float32Array(size), new Float32Array(size)];
  const clipped = new Uint8Array(size);
  for (let i = 0; i < size; i++) {
    if (regionOf[i] === 0) continue;
    const [red, green, blue] = [rgb[i * 3]!, rgb[i * 3 + 1]!, rgb[i * 3 + 2]!];
    if (red < 0) {
      clipped[i] = 2;
      continue;
    }
    if (Math.max(red, green, blue) > CLIPPED || Math.min(red, green, blue) < FLOOR / 2) clipped[i] = 1;
    const rg = Math.log((red + FLOOR) / (green + FLOOR));
    const gb = Math.log((green + FLOOR) / (blue + FLOOR));
    melanin[i] = (BLOOD_GB * rg - BLOOD_RG * gb) / DETERMINANT;
    haemoglobin[i] = (MELANIN_RG * gb - MELANIN_GB * rg) / DETERMINANT;
    luminance[i] = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }
  const known = (i: number) => regionOf[i] !== 0 && clipped[i] !== 2;
  const level = medianWhere(luminance, known) || FLOOR;
  const melaninLevel = medianWhere(melanin, known);
  const bloodLevel = medianWhere(haemoglobin, known);
  const white = readEyeWhites(image, face.landmarks)?.luminance ?? level / SKIN_OF_WHITE;

  const readable = new Uint8Array(size);
  const [logLuminance, whiteRelative] = [new Float32Array(size), new Float32Array(size)];
  const counts = SURFACE_REGION_NAMES.map(() => ({
    all: 0,
    readable: 0,
    occluded: 0,
    shaded: 0,
    clipped: 0,
  }));
  for (let i = 0; i < size; i++) {
    const region = regionOf[i]!;
    if (region === 0) continue;
    const count = counts[region - 1]!;
    count.all++;
    const log = Math.log((luminance[i]! + FLOOR) / (level + FLOOR));
    const [m, h] = [melanin[i]! - melaninLevel, haemoglobin[i]! - bloodLevel];
    if (clipped[i] === 1) count.clipped++;
    else if (clipped[i] === 2 || log < DARK || Math.abs(m) > FOREIGN || Math.abs(h) > FOREIGN)
      count.occluded++;
    else if (log < SHADED) count.shaded++;
    else {
      count.readable++;
      readable[i] = 1;
      logLuminance[i] = log;
      whiteRelative[i] = luminance[i]! / white;
      melanin[i] = m;
      haemoglobin[i] = h;
      continue;
    }
    melanin[i] = 0;
    haemoglobin[i] = 0;
  }
  const blur = createMaskedBlur(readable, width, height);
  return {
    width,
    height,
    regionOf,
    readable,
    logLuminance,
    whiteRelative,
    melanin,
    haemoglobin,
    spots: findSpots({ melanin, haemoglobin }, blur),
    blur,
    regions: SURFACE_REGION_NAMES.map((name, index) => {
      const { all, ...found } = counts[index]!;
      const share = (count: number) => (all === 0 ? 0 : count / all);
      return {
        name,
        pixels: all,
        readableShare: share(found.readable),
        occludedShare: share(found.occluded),
        shadedShare: share(found.shaded),
        clippedShare: share(found.clipped),
      };
    }),
    placement,
    interocularPx: placement.interocularSeenPx,
    face,
  };
}

/** 0 where nothing is chosen. */
export function medianWhere(plane: Float32Array, chosen: (index: number) => boolean): number {
  return quantileWhere(plane, 0.5, chosen);
}

export function quantileWhere(
  plane: Float32Array,
  share: number,
  chosen: (index: number) => boolean,
): number {
  const values = new Float32Array(plane.length);
  let count = 0;
  for (let i = 0; i < plane.length; i++) if (chosen(i)) values[count++] = plane[i]!;
  if (count === 0) return 0;
  return values.subarray(0, count).sort()[Math.round(share * (count - 1))]!;
}
