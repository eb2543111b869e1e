/** Where ClickHouse knows people: every column that an erasure has to look at. */

/** What an erased id stands for. Jobs count as captures: their results are filed in the same columns. */
export const ERASED_KINDS = ['user', 'capture', 'session'] as const;
export type ErasedKind = (typeof ERASED_KINDS)[number];

export interface ErasureTarget {
  readonly table: string;
  /** Rows with an erased id in one of these columns go. */
  readonly rowsGo: Readonly<Partial<Record<ErasedKind, readonly string[]>>>;
  /**
   * Rows that stay because they tell of somebody else, or that something was done: an erased account's id in one of these
   * columns becomes its pseudonym.
   */
  readonly nameless?: readonly string[];
  /** Of rows that stay with an erased id in one of these columns (any kind), this column is emptied. */
  readonly emptied?: { readonly column: string; readonly where: readonly string[]; readonly to: string };
}

/**
 * In this order, those last from which the others' ids are found, so that an erasure that broke off finds them again.
 * Not among them: latency_minutes, which knows nobody, and schema_*.
 */
export const ERASURE_TARGETS: readonly ErasureTarget[] = [
  { table: 'frames_stored', rowsGo: { session: ['session_id'] } },
  { table: 'frame_minutes', rowsGo: { session: ['session_id'] } },
  { table: 'measurements_stored', rowsGo: { capture: ['capture_id'], session: ['session_id'] } },
  {
    table: 'results_stored',
    rowsGo: { capture: ['capture_id', 'job_id'], session: ['session_id'] },
  },
  { table: 'adjustments_stored', rowsGo: { capture: ['capture_id'], user: ['actor'] } },
  {
    table: 'events_stored',
    rowsGo: { capture: ['entity_id'], session: ['entity_id'], user: ['entity_id', 'actor'] },
  },
  { table: 'capture_metrics_stored', rowsGo: { capture: ['capture_id'], user: ['user_id'] } },
  { table: 'artifacts_stored', rowsGo: { capture: ['capture_id'] } },
  { table: 'labels_stored', rowsGo: { capture: ['capture_id'] }, nameless: ['labeler_id'] },
  {
    table: 'user_adjustments_stored',
    rowsGo: { capture: ['capture_id'] },
    nameless: ['user_id', 'approver_id'],
  },
  {
    table: 'audit_logs_stored',
    rowsGo: {},
    nameless: ['actor_id', 'resource_id'],
    emptied: { column: 'metadata', where: ['actor_id', 'resource_id'], to: '{}' },
  },
  { table: 'users_stored', rowsGo: { user: ['id'] } },
  { table: 'body_captures_stored', rowsGo: { capture: ['id'], user: ['user_id'] } },
  {
    table: 'captures_stored',
    rowsGo: { capture: ['capture_id'], session: ['session_id'], user: ['subject'] },
  },
  { table: 'sessions_stored', rowsGo: { session: ['session_id'], user: ['actor'] } },
];

/** Ids by what they stand for. */
export type ErasableIds = Readonly<Record<ErasedKind, Set<string>>>;

export function noIds(): ErasableIds {
  return { user: new Set(), capture: new Set(), session: new Set() };
}

interface IdColumn {
  readonly kind: ErasedKind;
  readonly column: string;
}

const ID_COLUMNS: ReadonlyMap<string, readonly IdColumn[]> = new Map(
  ERASURE_TARGETS.map(({ table, rowsGo, nameless = [], emptied }) => [
    table,
    [
      ...ERASED_KINDS.flatMap((kind) => (rowsGo[kind] ?? []).map((column) => ({ kind, column }))),
      ...nameless.map((column) => ({ kind: 'user' as const, column })),
      ...(emptied?.where ?? []).map((column) => ({ kind: 'capture' as const, column })),
    ],
  ]),
);

/** Adds the ids that an erasure would find in this row. */
export function collectIds(ids: ErasableIds, table: string, row: object): void {
  for (const { kind, column } of ID_COLUMNS.get(table) ?? []) {
    const value = idIn(row, column);
    if (typeof value === 'string' && value !== '') ids[kind].add(value);
  }
}

/** Frames are written from their record, whose names are not those of the columns. */
function idIn(row: object, column: string): unknown {
  const values = row as Record<string, unknown>;
  return values[column] ?? (column === 'session_id' ? values.sessionId : undefined);
}
