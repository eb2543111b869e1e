import {
  type FaceQualityResult,
  faceQualityResultSchema,
} from '../../analysis/analyzers/face-quality/face-quality-result.ts';
import type { Result } from '../../protocol/messages.ts';

const FIELDS_SHOWN = 4;

/** What a person wants to know of a result, in one line. All of it comes with `--json`, and is in ClickHouse. */
export function resultSummary({ status, result }: Pick<Result, 'status' | 'result'>): string {
  if (status === 'failed') return `failed: ${result.message ?? result.code}`;
  const faceQuality = faceQualityResultSchema.safeParse(result);
  return faceQuality.success ? faceQualitySummary(faceQuality.data) : plainFields(result);
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

/** The first few numbers and words of a result that only its analyzer knows. */
function plainFields(result: Record<string, unknown>): string {
  return Object.entries(result)
    .filter(([name, value]) => name !== 'schema' && (typeof value === 'number' || typeof value === 'string'))
    .slice(0, FIELDS_SHOWN)
    .map(([name, value]) => `${name} ${typeof value === 'number' ? Math.round(value * 100) / 100 : value}`)
    .join(', ');
}
