import { roundTo } from '../../protocol/round-to.ts';
import { skinMeasurements } from '../analyzers/skin/skin-measurements.ts';
import type { ConcernId, ConcernReading, SkinResult } from '../analyzers/skin/skin-result.ts';
import type { SkinThreads } from '../analyzers/skin/skin-threads.ts';
import { gradesOf, programCodeOf } from './normalise-skin-scores.ts';
import type { SkinCondition, SkinMask, SkinProvider, SkinScores } from './types.ts';

const SCORE_DECIMALS = 1;
const CONFIDENCE_DECIMALS = 2;
const BOX_DECIMALS = 4;

/** Measures on this installation's own threads, which are the caller's to close. Rejects as SkinThreads.measure. */
export function createLocalProvider(threads: Pick<SkinThreads, 'measure'>): SkinProvider {
  return {
    name: 'local',
    analyse: async (jpeg, { signal }) => scoresOf(await threads.measure(jpeg, signal)),
  };
}

function scoresOf(result: SkinResult): SkinScores {
  const { overallScore, skinAge, notice } = result;
  const conditions: Partial<Record<ConcernId, SkinCondition>> = {};
  for (const reading of result.concerns) {
    if (reading.score !== null) conditions[reading.id] = conditionOf(reading, reading.score);
  }
  const { acne, wrinkle, oiliness, redness } = conditions;
  return {
    conditions,
    ...(acne && wrinkle && { programCode: programCodeOf(acne.decile, wrinkle.decile) }),
    // The type is read off shine, and whether skin is sensitive off its redness.
    ...(oiliness && {
      skinType: result.skinType.name,
      skinTypeConfidence: roundTo(result.skinType.confidence, CONFIDENCE_DECIMALS),
    }),
    ...(redness && { isSensitive: result.skinType.sensitive }),
    ...(skinAge !== null && {
      skinAge: Math.round(skinAge.years),
      skinAgeConfidence: roundTo(skinAge.confidence, CONFIDENCE_DECIMALS),
    }),
    ...(overallScore !== null && { overallScore: roundTo(overallScore, SCORE_DECIMALS) }),
    masks: masksOf(result),
    notice,
    measurements: skinMeasurements(result),
  };
}

/** Grades follow from the rounded score: whoever computes them from what is shown finds the same. */
function conditionOf({ regions, confidence, doubts }: ConcernReading, score: number): SkinCondition {
  const scored = regions.flatMap((region) =>
    region.score === null ? [] : [[region.name, roundTo(region.score, SCORE_DECIMALS)] as const],
  );
  return {
    ...gradesOf(roundTo(score, SCORE_DECIMALS)),
    ...(scored.length > 0 && { regions: Object.fromEntries(scored) }),
    confidence: roundTo(confidence, CONFIDENCE_DECIMALS),
    doubts,
  };
}

function masksOf({ masks, image }: SkinResult): SkinMask[] {
  const share = (pixels: number, edge: number) => roundTo(pixels / edge, BOX_DECIMALS);
  return masks.map(({ id, box, pngBase64 }) => ({
    condition: id,
    box: {
      x: share(box.x, image.width),
      y: share(box.y, image.height),
      width: share(box.width, image.width),
      height: share(box.height, image.height),
    },
    pngBase64,
  }));
}
