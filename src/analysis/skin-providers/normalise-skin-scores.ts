import { FramegateError } from '../../protocol/framegate-error.ts';
import { CONCERN_IDS, type ConcernId } from '../analyzers/skin/skin-result.ts';
import type { SkinCondition, SkinScores, SkinSeverity } from './types.ts';

type JsonObject = Readonly<Record<string, unknown>>;

const VENDOR_NAMES: Readonly<Record<string, ConcernId>> = { dark_circle_v2: 'dark_circle' };
const WHOLE = 'whole';

/**
 * The 14 conditions out of a vendor's score_info.json: names with and without `hd_`, flat or by region. Reads raw_score,
 * as ui_score flatters. Throws provider-malformed for what holds no condition at all, or a score outside of 0..100.
 */
export function normaliseSkinScores(scoreInfo: unknown): SkinScores {
  if (!isObject(scoreInfo)) throw malformed('is no object');
  const conditions: Partial<Record<ConcernId, SkinCondition>> = {};
  for (const [key, value] of Object.entries(scoreInfo)) {
    const id = concernOf(key);
    if (id === null || !isObject(value)) continue;
    const condition = conditionOf(key, value);
    if (condition === null) continue;
    if (conditions[id] !== undefined) throw malformed(`has ${id} twice`);
    conditions[id] = condition;
  }
  if (Object.keys(conditions).length === 0) throw malformed('has no scores');
  const { acne, wrinkle } = conditions;
  const skinType = scoreInfo.skin_type;
  const skinAge = scoreInfo.skin_age;
  const overall = isObject(scoreInfo.all) ? scoreInfo.all.score : undefined;
  return {
    conditions,
    ...(acne && wrinkle && { programCode: programCodeOf(acne.decile, wrinkle.decile) }),
    ...(typeof skinType === 'string' && { skinType }),
    ...(typeof skinAge === 'number' && Number.isFinite(skinAge) && { skinAge }),
    ...(isGiven(overall) && { overallScore: scoreOf('all', overall) }),
  };
}

/** A score with what follows from it. */
export function gradesOf(score: number): Pick<SkinCondition, 'score' | 'severity' | 'decile'> {
  return { score, severity: severityOf(score), decile: decileOf(score) };
}

export function severityOf(score: number): SkinSeverity {
  if (score >= 95) return 'none';
  if (score >= 80) return 'mild';
  return score >= 60 ? 'moderate' : 'severe';
}

export function decileOf(score: number): number {
  return Math.min(10, Math.max(1, Math.ceil(score / 10)));
}

/** 1..100. */
export function programCodeOf(acneDecile: number, wrinkleDecile: number): number {
  return acneDecile - 1 + (wrinkleDecile - 1) * 10 + 1;
}

function concernOf(key: string): ConcernId | null {
  const plain = key.startsWith('hd_') ? key.slice('hd_'.length) : key;
  const id = Object.hasOwn(VENDOR_NAMES, plain) ? VENDOR_NAMES[plain] : plain;
  return CONCERN_IDS.find((known) => known === id) ?? null;
}

/** null where neither the face nor its whole has a score: a mean of regions would be a guess. */
function conditionOf(key: string, value: JsonObject): SkinCondition | null {
  const regions: Record<string, number> = {};
  for (const [name, part] of Object.entries(value)) {
    if (name !== WHOLE && isObject(part) && isGiven(part.raw_score)) {
      regions[name] = scoreOf(`${key}.${name}`, part.raw_score);
    }
  }
  const whole = value[WHOLE];
  const raw = value.raw_score ?? (isObject(whole) ? whole.raw_score : undefined);
  if (!isGiven(raw)) return null;
  const score = scoreOf(key, raw);
  return {
    ...gradesOf(score),
    ...(Object.keys(regions).length > 0 && { regions }),
  };
}

function scoreOf(place: string, value: unknown): number {
  if (typeof value === 'number' && value >= 0 && value <= 100) return value;
  throw malformed(`has a score of ${place} that is none`);
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function malformed(what: string): FramegateError {
  return new FramegateError('provider-malformed', `the provider's score file ${what}`);
}
