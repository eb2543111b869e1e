import type { ConcernId, ConcernReading, SkinResult } from './skin-result.ts';

/** What age shows in, and how much each counts. */
const WEIGHTS: Readonly<Partial<Record<ConcernId, number>>> = {
  wrinkle: 0.4,
  firmness: 0.2,
  age_spot: 0.2,
  pore: 0.1,
  eye_bag: 0.1,
};
/** Without a fault, and with the worst of all. */
const YOUNGEST = 20;
const SPAN_YEARS = 60;
/** At least this much of the weights has to be readable. */
const LEAST_WEIGHT = 0.6;
/** No people of known age stand behind it. */
const RELIABILITY = 0.3;

/**
 * An index in years: 20 for skin without lines, folds, spots, pores and bags, 80 for the worst of all. It is not an
 * estimate of how old somebody is. null where too little of it could be read.
 */
export function skinAgeOf(concerns: readonly ConcernReading[]): SkinResult['skinAge'] {
  let [fault, weight, confidence] = [0, 0, 0];
  for (const concern of concerns) {
    const share = WEIGHTS[concern.id];
    if (share === undefined || concern.score === null) continue;
    weight += share;
    fault += (share * (100 - concern.score)) / 99;
    confidence += share * concern.confidence;
  }
  if (weight < LEAST_WEIGHT) return null;
  return {
    years: YOUNGEST + (SPAN_YEARS * fault) / weight,
    confidence: (RELIABILITY * confidence) / weight,
  };
}
