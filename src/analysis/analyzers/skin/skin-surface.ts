import { readEyeWhites } from '../../../vision/eye-whites.ts';
import type { FaceAnalysis, RgbImage } from '../../../vision/types.ts';
import { CLIPPED, classifySkin, SKIN_STATE } from './classify-skin.ts';
import { type DetailSurface, prepareDetail } from './detail-surface.ts';
import { findShine, localLight } from './find-shine.ts';
import { findSpots, type SkinSpots } from './find-spots.ts';
import { createMaskedBlur, type MaskedBlur } from './masked-blur.ts';
import { medianWhere } from './median.ts';
import { paintRegions } from './paint-regions.ts';
import {
  type RegionPixels,
  type RegionReadability,
  regionPixels,
  regionReadability,
} from './region-pixels.ts';
import { findRelief, type Relief } from './relief.ts';
import { createPlacement, type Placement, resampleFace } from './resample-face.ts';
import { type LightSample, sampleLight } from './sample-light.ts';
import { addedLightOf, bloodWithoutShine, shineRatioOf } from './separate-pigments.ts';
import { readSkinLight, type SkinLight } from './skin-light.ts';

/** The face always has this distance between its eyes on the surface, so that the picture's own size tells nothing. */
export const SURFACE_INTEROCULAR_PX = 128;
export const SURFACE_WIDTH = 320;
export const SURFACE_HEIGHT = 416;

/**
 * The face's skin, prepared once; concerns only read it. Planes are row by row, SURFACE_WIDTH × SURFACE_HEIGHT, upright,
 * the subject's right eye at the left; what is not readable skin holds 0 in all of them.
 */
export interface SkinSurface {
  readonly width: number;
  readonly height: number;
  readonly pxPerMm: number;
  /** 1 + index into SURFACE_REGION_NAMES, REST_OF_FACE between the regions, 0 outside of the face. */
  readonly regionOf: Uint8Array;
  /** 1 where skin could be read, else 0. */
  readonly readable: Uint8Array;
  /** ln of linear luminance ÷ the face's median: exposure cancels. */
  readonly logLuminance: Float32Array;
  /** How much melanin darkens the skin, ln of the green channel's absorption off the face's median; shine lowers it. */
  readonly melanin: Float32Array;
  /** The same of blood; shine does not move it. */
  readonly haemoglobin: Float32Array;
  /** ln of green light as it would be without either pigment: shape and light alone. Noisy; for what is wide. */
  readonly shading: Float32Array;
  readonly spots: SkinSpots;
  /** White light added to the skin's own, in shares of the white of the eye; known where it has run over, too. */
  readonly shine: Float32Array;
  readonly pixels: RegionPixels;
  /** Those that do not shine: where pigments are what they look like. */
  readonly mattePixels: RegionPixels;
  /** Those of skin or glare: where shine is known. */
  readonly litPixels: RegionPixels;
  readonly detail: DetailSurface;
  /** Lines, pores and scales of `detail`. */
  readonly relief: Relief;
  readonly blur: MaskedBlur;
  /** 1 where skin is readable and does not shine. */
  readonly matte: Uint8Array;
  readonly regions: readonly RegionReadability[];
  /** Colour and light of any point of the still, in its pixels; null outside. */
  sample(x: number, y: number): LightSample | null;
  readonly placement: Placement;
  /** The skin's own linear luminance, in shares of the white of the eye. */
  readonly skinOfWhite: number;
  /** Of the still, before it was resampled. */
  readonly interocularPx: number;
  readonly face: FaceAnalysis;
}

/** The first of SURFACE_REGION_NAMES: bare skin whose medians are the face's own level. */
const LEVEL_REGIONS = 7;
/** Skin sends back more red than blue in any light that a camera takes for white. */
const LEAST_RED_OF_BLUE = 0.9;
const LEAST_WARM = 0.2;
/** Of everybody, as far as millimetres go here. */
const INTEROCULAR_MM = 63;
/** Between a pore and a line; the finest that a still of 1024 px keeps. */
const DETAIL_SIGMA_MM = 0.46;
const LEAST_CURVATURE = 0.015;
/** Fewer readable pixels say nothing of a region. */
const LEAST_PIXELS = 60;
/** Shine that hides pigment, in shares of the white. */
const SHINE_SEEN = 0.03;
/** A reflection has a wide soft edge, in which pigments look paler than they are. */
const SHINE_EDGE_MM = 4;
const NEAR_SHINE = 0.02;
/** What skin of middling tone returns, where the white of the eye is not to be seen. */
const SKIN_OF_WHITE = 0.5;

export function prepareSkinSurface(image: RgbImage, face: FaceAnalysis): SkinSurface {
  const [width, height] = [SURFACE_WIDTH, SURFACE_HEIGHT];
  const frame = { width, height, interocularPx: SURFACE_INTEROCULAR_PX };
  const pxPerMm = SURFACE_INTEROCULAR_PX / INTEROCULAR_MM;
  const placement = createPlacement(face.landmarks, frame);
  const regionOf = paintRegions(face.landmarks, placement);
  const light = readSkinLight(resampleFace(image, placement, regionOf), regionOf);

  const isBare = bareSkin(light, regionOf);
  const levelOf = (plane: Float32Array) => medianWhere(plane, isBare);
  const levels = {
    luminance: levelOf(light.luminance) || 1,
    melanin: levelOf(light.melanin),
    haemoglobin: levelOf(light.haemoglobin),
  };
  const colour = { red: levelOf(light.red), green: levelOf(light.green), blue: levelOf(light.blue) };
  const shineRatio = shineRatioOf(colour);
  const white = plausibleWhite(readEyeWhites(image, face.landmarks)?.luminance ?? null, levels.luminance);

  const states = classifySkin(light, regionOf, frame, levels);
  const size = width * height;
  const readable = states.map((state) => (state === SKIN_STATE.readable ? 1 : 0));
  const lit = states.map((state) => (state === SKIN_STATE.readable || state === SKIN_STATE.clipped ? 1 : 0));
  const [logLuminance, melanin, haemoglobin] = [
    new Float32Array(size),
    new Float32Array(size),
    new Float32Array(size),
  ];
  const shading = new Float32Array(size);
  const [litLight, addedLight] = [new Float32Array(size), new Float32Array(size)];
  for (let i = 0; i < size; i++) {
    if (lit[i] === 0) continue;
    litLight[i] = light.luminance[i]! / white;
    addedLight[i] = addedLightOf(light.red[i]!, light.blue[i]!, colour) / white;
    if (readable[i] === 0) continue;
    const m = light.melanin[i]! - levels.melanin;
    logLuminance[i] = Math.log(light.luminance[i]! / levels.luminance);
    melanin[i] = m;
    haemoglobin[i] = bloodWithoutShine(m, light.haemoglobin[i]! - levels.haemoglobin, shineRatio);
    shading[i] = light.shading[i]!;
  }

  const blur = createMaskedBlur(readable, width, height);
  const litBlur = createMaskedBlur(lit, width, height);
  const local = localLight({ all: litLight, added: addedLight }, colour, white, litBlur);
  const shine = findShine(local, states, {
    skin: levels.luminance / white,
    leastOfGlare: (CLIPPED - levels.luminance) / white,
  });
  const nearShine = litBlur(
    shine.map((value) => (value > SHINE_SEEN ? 1 : 0)),
    SHINE_EDGE_MM * pxPerMm,
  );
  const matte = readable.map((value, i) => (nearShine[i]! > NEAR_SHINE ? 0 : value));
  const detail = prepareDetail(image, face.landmarks, { ...frame, regionOf, lit, pxPerMm });
  return {
    width,
    height,
    pxPerMm,
    regionOf,
    readable,
    logLuminance,
    melanin,
    haemoglobin,
    shading,
    spots: findSpots({ melanin, haemoglobin }, blur),
    shine,
    pixels: regionPixels(regionOf, readable, LEAST_PIXELS),
    mattePixels: regionPixels(regionOf, matte, LEAST_PIXELS),
    litPixels: regionPixels(regionOf, lit, LEAST_PIXELS),
    detail,
    relief: findRelief(detail.logLuminance, detail, DETAIL_SIGMA_MM * detail.pxPerMm, LEAST_CURVATURE),
    blur,
    matte,
    regions: regionReadability(regionOf, states),
    sample: (x, y) => sampleLight(image, x, y),
    skinOfWhite: levels.luminance / white,
    placement,
    interocularPx: placement.interocularSeenPx,
    face,
  };
}

/** Which pixels the face's own level is taken from: what is bluer than any skin lies over it, unless all of it is. */
function bareSkin(light: SkinLight, regionOf: Uint8Array): (i: number) => boolean {
  const isBare = (i: number) => regionOf[i]! > 0 && regionOf[i]! <= LEVEL_REGIONS && light.isOutside[i] === 0;
  const isWarm = (i: number) => isBare(i) && light.red[i]! > LEAST_RED_OF_BLUE * light.blue[i]!;
  let [bare, warm] = [0, 0];
  for (let i = 0; i < regionOf.length; i++) {
    if (isBare(i)) bare++;
    if (isWarm(i)) warm++;
  }
  return warm > LEAST_WARM * bare ? isWarm : isBare;
}

/** Eyes behind glasses or in shade look darker than they are: white never is darker than skin. */
function plausibleWhite(white: number | null, skin: number): number {
  return white === null ? skin / SKIN_OF_WHITE : Math.max(white, skin);
}
