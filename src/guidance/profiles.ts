import {
  MEASURE_IDS,
  type MeasureId,
  PROFILE_LEVELS,
  PROFILE_NAMES,
  PROFILE_SUBJECTS,
  type ProfileLevel,
  type ProfileName,
  type Threshold,
  type Thresholds,
} from '../protocol/checks.ts';
import { FramegateError } from '../protocol/framegate-error.ts';
import { GUIDED_SUBJECTS } from './guided-subject.ts';
import { PRESETS, PROFILE_DWELL_MS } from './presets.ts';
import type { Profile } from './types.ts';

const DEFAULT_LEVEL: ProfileLevel = 'moderate';

function isOneOf<T extends string>(list: readonly T[], value: string): value is T {
  return (list as readonly string[]).includes(value);
}

/**
 * Reads a profile as clients name it: `face-skin` or `face-skin:strict`; without a level it is moderate.
 * Throws FramegateError `profile-unknown`.
 */
export function parseProfileName(text: string): { name: ProfileName; level: ProfileLevel } {
  const [name = '', level = DEFAULT_LEVEL, ...rest] = text.split(':');
  if (!isOneOf(PROFILE_NAMES, name) || !isOneOf(PROFILE_LEVELS, level) || rest.length > 0) {
    throw new FramegateError('profile-unknown', `no profile is called ${JSON.stringify(text.slice(0, 64))}`, {
      details: { profiles: PROFILE_NAMES, levels: PROFILE_LEVELS },
    });
  }
  return { name, level };
}

function presetThresholds(name: ProfileName, level: ProfileLevel): Thresholds {
  const thresholds: Partial<Record<MeasureId, Threshold>> = {};
  for (const id of MEASURE_IDS) {
    const threshold = PRESETS[name][id]?.[level];
    if (threshold !== undefined) thresholds[id] = threshold;
  }
  return thresholds;
}

/** What is wrong with one end or key of an override, for the error's details. */
interface OverrideProblem {
  readonly measure: string;
  readonly problem:
    | 'unknown-measure'
    | 'other-subject'
    | 'unknown-key'
    | 'not-a-number'
    | 'looser-than-relaxed'
    | 'inverted';
  readonly key?: string;
  readonly limit?: number;
}

function problemsOf(id: MeasureId, override: object, relaxed: Threshold): OverrideProblem[] {
  const problems: OverrideProblem[] = [];
  for (const [key, value] of Object.entries(override)) {
    if (value === undefined) continue;
    if (key !== 'min' && key !== 'max') {
      problems.push({ measure: id, problem: 'unknown-key', key });
      continue;
    }
    const limit = relaxed[key];
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      problems.push({ measure: id, problem: 'not-a-number', key });
    } else if (limit !== undefined && (key === 'min' ? value < limit : value > limit)) {
      problems.push({ measure: id, problem: 'looser-than-relaxed', key, limit });
    }
  }
  return problems;
}

function overridden(base: Threshold, override: Threshold): Threshold {
  const min = override.min ?? base.min;
  const max = override.max ?? base.max;
  return { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
}

/**
 * The profile of a session. An override replaces the ends of the band that it names, may be looser than its level but not
 * than the relaxed preset, and may add a measure of the profile's subject that the profile leaves out.
 * `name` may carry the level (`face-skin:strict`), which an explicit `level` outweighs.
 * Throws FramegateError `profile-unknown`, or `thresholds-invalid` with every problem in `details.problems`.
 */
export function resolveProfile(name: string, level?: string, overrides: Thresholds = {}): Profile {
  const parsed = parseProfileName(level === undefined ? name : `${name.split(':')[0]}:${level}`);
  const thresholds: Partial<Record<MeasureId, Threshold>> = presetThresholds(parsed.name, parsed.level);
  const relaxed = presetThresholds(parsed.name, 'relaxed');
  const measured = GUIDED_SUBJECTS[PROFILE_SUBJECTS[parsed.name]].measures.map(({ id }) => id);
  const problems: OverrideProblem[] = [];
  for (const [id, override] of Object.entries(overrides)) {
    if (override === undefined) continue;
    if (!isOneOf(MEASURE_IDS, id)) {
      problems.push({ measure: id.slice(0, 64), problem: 'unknown-measure' });
      continue;
    }
    if (!measured.includes(id)) {
      problems.push({ measure: id, problem: 'other-subject' });
      continue;
    }
    const found = problemsOf(id, override, relaxed[id] ?? {});
    const threshold = overridden(thresholds[id] ?? {}, override);
    if (found.length === 0 && (threshold.min ?? -Infinity) > (threshold.max ?? Infinity)) {
      found.push({ measure: id, problem: 'inverted' });
    }
    problems.push(...found);
    thresholds[id] = threshold;
  }
  if (problems.length > 0) {
    const said = problems.map(({ measure, key, problem }) => `${measure}${key ? `.${key}` : ''} ${problem}`);
    throw new FramegateError('thresholds-invalid', `thresholds refused: ${said.join(', ')}`, {
      details: { problems },
    });
  }
  return { name: parsed.name, level: parsed.level, thresholds, dwellMs: PROFILE_DWELL_MS[parsed.name] };
}
