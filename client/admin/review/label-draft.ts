import type { BodyMetrics } from '../../../src/protocol/body-measurement.ts';
import { BODY_METRIC_RANGES, BODY_METRICS, type BodyMetric } from '../../../src/protocol/body-vocabulary.ts';

/** What is typed into the form of a label, as it is typed. */
export interface LabelDraft {
  readonly values: Readonly<Partial<Record<BodyMetric, string>>>;
  readonly notes: string;
}

export const EMPTY_DRAFT: LabelDraft = { values: {}, notes: '' };
export const MAX_NOTES = 500;

export interface CheckedDraft {
  readonly measurements: Partial<BodyMetrics>;
  /** What to mend, by field. */
  readonly wrong: Readonly<Partial<Record<BodyMetric | 'notes', string>>>;
  /** No number at all. */
  readonly isEmpty: boolean;
}

/** Centimetres by measure, and what is wrong with them. Pure. */
export function checkDraft({ values, notes }: LabelDraft): CheckedDraft {
  const measurements: Partial<BodyMetrics> = {};
  const wrong: Partial<Record<BodyMetric | 'notes', string>> = {};
  for (const metric of BODY_METRICS) {
    const text = values[metric]?.trim() ?? '';
    if (text === '') continue;
    const cm = Number(text.replace(',', '.'));
    const { min, max } = BODY_METRIC_RANGES[metric];
    if (!/^\d+([.,]\d+)?$/.test(text)) wrong[metric] = 'Centimetres, as in 75.5';
    else if (cm < min || cm > max) wrong[metric] = `Humans have ${min} to ${max} cm`;
    else measurements[metric] = Math.round(cm * 10) / 10;
  }
  if (notes.trim().length > MAX_NOTES) wrong.notes = `At most ${MAX_NOTES} characters`;
  return {
    measurements,
    wrong,
    isEmpty: BODY_METRICS.every((metric) => (values[metric] ?? '').trim() === ''),
  };
}
