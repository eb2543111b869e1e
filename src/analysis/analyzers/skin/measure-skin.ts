import { FramegateError } from '../../../protocol/framegate-error.ts';
import type { FrameAnalysis, RgbImage } from '../../../vision/types.ts';
import { type Concern, type ConcernMeasure, scoreOf } from './concern.ts';
import { CONCERNS } from './concerns/all-concerns.ts';
import { encodeMask } from './encode-mask.ts';
import { readDoubts } from './read-doubts.ts';
import { skinAgeOf } from './skin-age.ts';
import { type ConcernReading, SKIN_NOTICE, type SkinResult } from './skin-result.ts';
import { prepareSkinSurface, type SkinSurface } from './skin-surface.ts';

/** A mask that nowhere is stronger has nothing to show. */
const LEAST_SHOWN = 0.05;
/** Scores under which oil shows, and under which skin counts as easily reddened. */
const OILY_BELOW = 70;
const SENSITIVE_BELOW = 60;
/** Dryness hardly shows in a photograph: a type that rests on shine alone is a guess. */
const TYPE_CONFIDENCE = 0.3;

/**
 * Measures a decoded still. Deterministic, and without any effect outside.
 * Rejects with analysis-failed where the still shows no face.
 */
export async function measureSkin(image: RgbImage, analysis: FrameAnalysis): Promise<SkinResult> {
  const { face } = analysis;
  if (face === null) throw new FramegateError('analysis-failed', 'no face was found in the still');
  const surface = prepareSkinSurface(image, face);
  const measured = CONCERNS.map((concern) => {
    const measure = concern.measure(surface);
    return { concern, measure, reading: readingOf(concern, measure, surface) };
  });
  const concerns = measured.map(({ reading }) => reading);
  const shown = measured.filter(
    ({ reading, measure }) => reading.score !== null && measure.mask.some((value) => value > LEAST_SHOWN),
  );
  const masks = await Promise.all(
    shown.map(async ({ concern, measure }) => ({
      id: concern.id,
      ...(await encodeMask(measure.mask, surface.placement, image)),
    })),
  );
  return {
    schema: 'framegate.skin/1',
    provider: 'local',
    image: { width: image.width, height: image.height },
    overallScore: overallScore(concerns),
    concerns,
    masks,
    skinType: skinTypeOf(concerns),
    skinAge: skinAgeOf(concerns),
    notice: SKIN_NOTICE,
  };
}

function readingOf(concern: Concern, measure: ConcernMeasure, surface: SkinSurface): ConcernReading {
  const { doubts, confidence, regions } = readDoubts(surface, concern.regions);
  const { raw } = measure;
  return {
    id: concern.id,
    score: raw === null ? null : scoreOf(concern.scale, raw),
    raw: raw === null ? null : { value: raw, unit: concern.unit },
    confidence: raw === null ? 0 : concern.reliability * confidence,
    doubts,
    regions: regions.map(({ name, confidence: regionConfidence, readableShare }) => {
      const value = measure.byRegion.get(name) ?? null;
      return {
        name,
        score: value === null ? null : scoreOf(concern.scale, value),
        confidence: value === null ? 0 : concern.reliability * regionConfidence,
        readableShare,
      };
    }),
  };
}

function overallScore(concerns: readonly ConcernReading[]): number | null {
  let [sum, weight] = [0, 0];
  for (const { score, confidence } of concerns) {
    if (score === null) continue;
    sum += score * confidence;
    weight += confidence;
  }
  return weight === 0 ? null : sum / weight;
}

/** Combination: shine in the T-zone alone. */
function skinTypeOf(concerns: readonly ConcernReading[]): SkinResult['skinType'] {
  const oil = concerns.find(({ id }) => id === 'oiliness');
  const red = concerns.find(({ id }) => id === 'redness');
  const isOily = (names: readonly string[]) =>
    oil?.regions.some(({ name, score }) => names.includes(name) && score !== null && score < OILY_BELOW) ??
    false;
  const [zone, cheeks] = [isOily(['forehead', 'nose', 'chin']), isOily(['left-cheek', 'right-cheek'])];
  return {
    name: zone && cheeks ? 'oily' : zone ? 'combination' : 'normal',
    sensitive: red !== undefined && red.score !== null && red.score < SENSITIVE_BELOW,
    confidence: TYPE_CONFIDENCE * Math.min(1, (oil?.confidence ?? 0) / 0.6),
  };
}
