import { scoreOf } from '../../src/analysis/analyzers/skin/concern.ts';
import { CONCERNS } from '../../src/analysis/analyzers/skin/concerns/all-concerns.ts';
import { CONCERN_IDS, type ConcernId } from '../../src/analysis/analyzers/skin/skin-result.ts';
import { prepareSkinSurface } from '../../src/analysis/analyzers/skin/skin-surface.ts';
import { createFrameAnalysis, type FrameAnalysisStage } from '../../src/vision/analyse-frame.ts';
import { createFaceFinder } from '../../src/vision/face-finder.ts';
import type { LoadedFaceModels } from '../../src/vision/load-face-models.ts';
import type { RgbImage } from '../../src/vision/types.ts';

/** null where the concern could not be read. */
export type Scores = Readonly<Record<ConcernId, number | null>>;

export interface SkinReader {
  readonly stage: FrameAnalysisStage;
  /** null where no face is found. */
  landmarksOf(image: RgbImage): Promise<Float32Array | null>;
  /** All from the picture: the face is found in it again. */
  read(image: RgbImage): Promise<{ scores: Scores; raw: Scores } | null>;
}

/** What the analyzer's thread does with a decoded still, without the masks. */
export function createSkinReader({ models, canonical }: LoadedFaceModels): SkinReader {
  const stage = createFrameAnalysis(createFaceFinder(models), canonical);
  return {
    stage,
    async landmarksOf(image) {
      const { analysis } = await stage.analyse(image, null);
      return analysis.face === null ? null : Float32Array.from(analysis.face.landmarks);
    },
    async read(image) {
      const { analysis } = await stage.analyse(image, null);
      if (analysis.face === null) return null;
      const surface = prepareSkinSurface(image, analysis.face);
      const raw = CONCERNS.map(({ id, measure }) => [id, measure(surface).raw] as const);
      return {
        raw: scoresOf(new Map(raw)),
        scores: scoresOf(
          new Map(
            raw.map(([id, value], i) => [id, value === null ? null : scoreOf(CONCERNS[i]!.scale, value)]),
          ),
        ),
      };
    },
  };
}

function scoresOf(values: ReadonlyMap<ConcernId, number | null>): Scores {
  return Object.fromEntries(CONCERN_IDS.map((id) => [id, values.get(id) ?? null])) as Record<
    ConcernId,
    number | null
  >;
}
