import type { Measurement } from '../../../protocol/records.ts';
import type { SkinResult } from './skin-result.ts';

/**
 * Rows for ClickHouse: `skin.overall.score`, `skin.age`, and of each concern `skin.<concern>.score` for the face and by region, and
 * `skin.<concern>.raw`. What could not be assessed is null.
 */
export function skinMeasurements(result: SkinResult): Measurement[] {
  const confidences = result.concerns
    .filter(({ score }) => score !== null)
    .map(({ confidence }) => confidence);
  const mean = confidences.reduce((sum, value) => sum + value, 0) / Math.max(1, confidences.length);
  const rows: Measurement[] = [
    { metric: 'skin.overall.score', value: result.overallScore, unit: 'score', confidence: mean },
  ];
  if (result.skinAge !== null) {
    const { years, confidence } = result.skinAge;
    rows.push({ metric: 'skin.age', value: years, unit: 'years', confidence });
  }
  for (const { id, score, raw, confidence, regions } of result.concerns) {
    rows.push({ metric: `skin.${id}.score`, value: score, unit: 'score', confidence });
    if (raw !== null) rows.push({ metric: `skin.${id}.raw`, value: raw.value, unit: raw.unit, confidence });
    for (const region of regions) {
      rows.push({
        metric: `skin.${id}.score`,
        region: region.name,
        value: region.score,
        unit: 'score',
        confidence: region.confidence,
      });
    }
  }
  return rows;
}
