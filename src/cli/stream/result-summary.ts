import { type BodyViewResult, bodyViewResultSchema } from '../../analysis/analyzers/body/body-view-result.ts';
import {
  type FaceContoursResult,
  faceContoursResultSchema,
} from '../../analysis/analyzers/face-contours/face-contours-result.ts';
import {
  type FaceQualityResult,
  faceQualityResultSchema,
} from '../../analysis/analyzers/face-quality/face-quality-result.ts';
import { type SkinResult, skinResultSchema } from '../../analysis/analyzers/skin/skin-result.ts';
import type { Result } from '../../protocol/messages.ts';

const FIELDS_SHOWN = 4;
const CONCERNS_SHOWN = 3;

/** What a person wants to know of a result, in one line. All of it comes with `--json`, and is in ClickHouse. */
export function resultSummary({ status, result }: Pick<Result, 'status' | 'result'>): string {
  if (status === 'failed') return `failed: ${result.message ?? result.code}`;
  const faceQuality = faceQualityResultSchema.safeParse(result);
  if (faceQuality.success) return faceQualitySummary(faceQuality.data);
  const skin = skinResultSchema.safeParse(result);
  if (skin.success) return skinSummary(skin.data);
  const view = bodyViewResultSchema.safeParse(result);
  if (view.success) return bodyViewSummary(view.data);
  const contours = faceContoursResultSchema.safeParse(result);
  return contours.success ? faceContoursSummary(contours.data) : plainFields(result);
}

function faceQualitySummary({ overallScore, verdict, features, skinTone, face }: FaceQualityResult): string {
  const weakest = features
    .filter((feature) => feature.counts && feature.score !== null)
    .sort((one, other) => one.score! - other.score!)[0];
  const parts = [
    `score ${Math.round(overallScore)} of 100, ${verdict}`,
    ...(weakest === undefined ? [] : [`weakest: ${weakest.id} ${Math.round(weakest.score!)}`]),
    skinTone === null
      ? 'too little skin for a tone'
      : `skin: Monk ${skinTone.monk.tone}, ITA ${Math.round(skinTone.itaDeg)}° (${skinTone.itaCategory})`,
    `at ${Math.round(face.distanceCm)} cm`,
  ];
  return parts.join('; ');
}

function skinSummary({ overallScore, concerns, skinType }: SkinResult): string {
  const read = concerns.flatMap(({ id, score }) => (score === null ? [] : [{ id, score }]));
  const weakest = read.sort((one, other) => one.score - other.score).slice(0, CONCERNS_SHOWN);
  const parts = [
    overallScore === null ? 'could not be assessed' : `score ${Math.round(overallScore)} of 100`,
    `${read.length} of ${concerns.length} concerns read`,
    ...(weakest.length === 0
      ? []
      : [`weakest: ${weakest.map(({ id, score }) => `${id} ${Math.round(score)}`).join(', ')}`]),
    `${skinType.name}${skinType.sensitive ? ', sensitive' : ''}`,
  ];
  return parts.join('; ');
}

function faceContoursSummary({ regions, rotationDeg, crop }: FaceContoursResult): string {
  return `${regions.length} regions; turned by ${rotationDeg.toFixed(1)}°; drawn on ${crop.width} × ${crop.height} px`;
}

function bodyViewSummary({ view, problems, cardFound, collected, complete, jobId }: BodyViewResult): string {
  const parts = [
    `view ${view}`,
    cardFound ? 'with a card' : 'no card',
    ...problems.map(({ message }) => message),
    ...(collected ? ['collected'] : []),
    ...(complete ? [`the last view: job ${jobId} measures`] : []),
  ];
  return parts.join('; ');
}

/** The first few numbers and words of a result that only its analyzer knows. */
function plainFields(result: Record<string, unknown>): string {
  return Object.entries(result)
    .filter(([name, value]) => name !== 'schema' && (typeof value === 'number' || typeof value === 'string'))
    .slice(0, FIELDS_SHOWN)
    .map(([name, value]) => `${name} ${typeof value === 'number' ? Math.round(value * 100) / 100 : value}`)
    .join(', ');
}
