import { IDEAL_EYE_WHITE } from '../../../../guidance/measures/exposure.ts';
import { SKIN_REGION_NAMES, type SkinRegionName, skinPolygon } from '../../../../vision/skin-regions.ts';
import type { Box, FaceAnalysis, FaceAppearance, Lab, RgbImage } from '../../../../vision/types.ts';
import { deltaE2000 } from './delta-e-2000.ts';
import { type ItaCategory, individualTypologyAngle, itaCategory } from './individual-typology-angle.ts';
import { MONK_HEX, type MonkTone, monkTonesByDistance } from './monk-scale.ts';
import { medianLab, type RegionColour, readRegionColour } from './region-colour.ts';

export interface SkinToneRegion {
  readonly name: SkinRegionName;
  readonly box: Box;
  /** As seen, not corrected for the light; null where too little of the region is in view and unclipped. */
  readonly lab: Lab | null;
  readonly itaDeg: number | null;
  readonly itaCategory: ItaCategory | null;
  readonly samples: number;
  readonly clippedShare: number;
  readonly lightnessSpread: number;
}

/** Each 0 (worthless) to 1 (as good as it gets); `overall` is their geometric mean. */
export interface ToneConfidence {
  /** How near the colour is to the scale at all. */
  readonly fit: number;
  /** How much nearer the nearest tone is than the second. */
  readonly margin: number;
  /** How alike forehead and cheeks are. */
  readonly agreement: number;
  /** How near the light is to even, neutral and of the right amount. */
  readonly light: number;
  readonly overall: number;
}

export interface SkinTone {
  /** Median of all regions' pixels, each region counting the same. */
  readonly lab: Lab;
  readonly itaDeg: number;
  readonly itaCategory: ItaCategory;
  readonly monk: {
    readonly tone: number;
    readonly hex: string;
    readonly deltaE: number;
    readonly nearest: readonly MonkTone[];
    readonly confidence: ToneConfidence;
  };
  readonly regions: readonly SkinToneRegion[];
}

/** Of each region; the smallest common size would let one small region throw away the others' detail. */
const POOLED_PER_REGION = 4000;
/** ΔE at which each confidence has fallen to 1/e: from the scale, between two tones, between two regions. */
const FIT_DELTA_E = 20;
const MARGIN_DELTA_E = 3;
const AGREEMENT_DELTA_E = 20;
/** Chroma of the light at which colours are no longer those of skin. */
const STRONG_CAST = 30;
/** What is taken for the light where the eyes are closed or too small to tell. */
const UNKNOWN_LIGHT = 0.6;

/**
 * The colour of the skin, from the still's own pixels. null where no region has enough of them.
 * The colour is as seen: what the light does to it shows in the confidence.
 */
export function measureSkinTone(image: RgbImage, face: FaceAnalysis): SkinTone | null {
  const colours = SKIN_REGION_NAMES.map((name) => ({
    name,
    colour: readRegionColour(image, skinPolygon(face.landmarks, name)),
  }));
  const usable = colours.flatMap(({ colour }) => (colour.lab === null ? [] : [colour]));
  if (usable.length === 0) return null;
  const lab = medianLab(pooled(usable));
  const itaDeg = individualTypologyAngle(lab);
  const tones = monkTonesByDistance(lab);
  const [first, second] = tones as [MonkTone, MonkTone];
  const fit = Math.exp(-((first.deltaE / FIT_DELTA_E) ** 2));
  const margin = 1 - Math.exp(-(second.deltaE - first.deltaE) / MARGIN_DELTA_E);
  const agreement = agreementOf(usable.flatMap((colour) => (colour.lab === null ? [] : [colour.lab])));
  const light = lightQuality(face.appearance);
  const overall = (fit * margin * agreement * light) ** (1 / 4);
  return {
    lab,
    itaDeg,
    itaCategory: itaCategory(itaDeg),
    monk: {
      tone: first.tone,
      hex: MONK_HEX[first.tone - 1]!,
      deltaE: first.deltaE,
      nearest: tones.slice(0, 3),
      confidence: { fit, margin, agreement, light, overall },
    },
    regions: colours.map(({ name, colour }) => regionOf(name, colour)),
  };
}

function regionOf(name: SkinRegionName, colour: RegionColour): SkinToneRegion {
  const { box, lab, samples, clippedShare, lightnessSpread } = colour;
  const itaDeg = lab === null ? null : individualTypologyAngle(lab);
  return {
    name,
    box,
    lab,
    itaDeg,
    itaCategory: itaDeg === null ? null : itaCategory(itaDeg),
    samples,
    clippedShare,
    lightnessSpread,
  };
}

/** The same number of pixels of each region, taken evenly over it, so that a large forehead does not decide alone. */
function pooled(regions: readonly RegionColour[]): { l: Float32Array; a: Float32Array; b: Float32Array } {
  const pool = (channel: 'l' | 'a' | 'b') =>
    Float32Array.from(
      regions.flatMap(({ pixels }) => {
        const values = pixels[channel];
        return Array.from(
          { length: POOLED_PER_REGION },
          (_, i) => values[Math.floor((i * values.length) / POOLED_PER_REGION)]!,
        );
      }),
    );
  return { l: pool('l'), a: pool('a'), b: pool('b') };
}

function agreementOf(labs: readonly Lab[]): number {
  if (labs.length < 2) return 0.5;
  let largest = 0;
  for (const [i, first] of labs.entries()) {
    for (const second of labs.slice(i + 1)) largest = Math.max(largest, deltaE2000(first, second));
  }
  return Math.exp(-largest / AGREEMENT_DELTA_E);
}

/** Amount (stops off, at the white of the eye), evenness and colour of the light. None of them looks at the skin's tone. */
export function lightQuality(appearance: FaceAppearance): number {
  const { eyeWhiteLuminance, leftLuminance, rightLuminance, colourCast } = appearance;
  const amount =
    eyeWhiteLuminance === null
      ? UNKNOWN_LIGHT
      : 1 / (1 + Math.log2(Math.max(eyeWhiteLuminance, 1 / 4096) / IDEAL_EYE_WHITE) ** 2 / 4);
  const brighter = Math.max(leftLuminance, rightLuminance);
  const evenness = brighter === 0 ? 0 : Math.min(leftLuminance, rightLuminance) / brighter;
  const colour =
    colourCast === null
      ? UNKNOWN_LIGHT
      : Math.max(0, 1 - Math.hypot(colourCast.a, colourCast.b) / STRONG_CAST);
  return amount * Math.sqrt(evenness) * colour;
}
