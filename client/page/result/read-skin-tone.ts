import { SKIN_REGION_NAMES, type SkinRegionName } from '../../../src/vision/skin-regions.ts';
import type { Lab } from '../../../src/vision/types.ts';
import { fieldsOf, listOf, numberOf, oneOf } from './unknown-fields.ts';

export const ITA_CATEGORIES = ['very-light', 'light', 'intermediate', 'tan', 'brown', 'dark'] as const;
export type ItaCategory = (typeof ITA_CATEGORIES)[number];

const CONFIDENCE_FACTORS = ['fit', 'margin', 'agreement', 'light'] as const;
type ConfidenceFactor = (typeof CONFIDENCE_FACTORS)[number];

export interface ShownSkinTone {
  readonly lab: Lab;
  readonly itaDeg: number;
  readonly category: ItaCategory | null;
  /** 1 to 10. */
  readonly monkTone: number | null;
  /** 0..1. */
  readonly confidence: number | null;
  /** What lowers the confidence most. */
  readonly limit: ConfidenceFactor | null;
  readonly regions: readonly {
    readonly name: SkinRegionName;
    readonly lab: Lab | null;
    readonly category: ItaCategory | null;
  }[];
}

export const MONK_TONES = 10;

export function readSkinTone(value: unknown): ShownSkinTone | null {
  const fields = fieldsOf(value);
  const lab = readLab(fields?.lab);
  const itaDeg = numberOf(fields?.itaDeg);
  if (fields === null || lab === null || itaDeg === null) return null;
  const monk = fieldsOf(fields.monk);
  const tone = numberOf(monk?.tone);
  const confidence = fieldsOf(monk?.confidence);
  return {
    lab,
    itaDeg,
    category: oneOf(ITA_CATEGORIES, fields.itaCategory),
    monkTone: tone !== null && tone >= 1 && tone <= MONK_TONES ? Math.round(tone) : null,
    confidence: numberOf(confidence?.overall),
    limit: leastOf(confidence),
    regions: listOf(fields.regions, (item) => {
      const region = fieldsOf(item);
      const name = oneOf(SKIN_REGION_NAMES, region?.name);
      if (region === null || name === null) return null;
      return { name, lab: readLab(region.lab), category: oneOf(ITA_CATEGORIES, region.itaCategory) };
    }),
  };
}

function leastOf(confidence: Readonly<Record<string, unknown>> | null): ConfidenceFactor | null {
  let least: ConfidenceFactor | null = null;
  let lowest = Number.POSITIVE_INFINITY;
  for (const factor of CONFIDENCE_FACTORS) {
    const value = numberOf(confidence?.[factor]) ?? Number.POSITIVE_INFINITY;
    if (value < lowest) [least, lowest] = [factor, value];
  }
  return least;
}

function readLab(value: unknown): Lab | null {
  const fields = fieldsOf(value);
  const [l, a, b] = [numberOf(fields?.l), numberOf(fields?.a), numberOf(fields?.b)];
  return l === null || a === null || b === null ? null : { l, a, b };
}
