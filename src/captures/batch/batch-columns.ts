import { BODY_METRIC_ALIASES, BODY_METRICS, type BodyMetric } from '../../protocol/body-measurement.ts';

/** What a batch says of a customer beside the measures. */
export const BATCH_TEXT_COLUMNS = ['customer_name', 'reference', 'measured_at', 'notes'] as const;
export type BatchColumn = (typeof BATCH_TEXT_COLUMNS)[number] | BodyMetric;

/** Without these nobody knows whose measures they are. */
export const NEEDED_BATCH_COLUMNS = ['customer_name', 'reference'] as const satisfies readonly BatchColumn[];

const COLUMNS: ReadonlyMap<string, BatchColumn> = new Map<string, BatchColumn>([
  ...BATCH_TEXT_COLUMNS.map((name) => [name, name] as const),
  ...BODY_METRICS.map((name) => [name, name] as const),
  ...Object.entries(BODY_METRIC_ALIASES),
]);

/** The column of this name, or of this short one; capitals and blanks around it do not count. null where it is none. */
export function batchColumn(name: string): BatchColumn | null {
  return COLUMNS.get(name.trim().toLowerCase()) ?? null;
}

export function isMeasure(column: BatchColumn): column is BodyMetric {
  return BODY_METRICS.some((metric) => metric === column);
}
