/** Sets how long rows are kept; the tables' TTLs follow the configuration, not the migrations. */
import type { Retention, Store } from './types.ts';

export interface RetentionChange {
  readonly table: string;
  /** 0: for ever. */
  readonly days: number;
}

const RULES: readonly { table: string; time: string; days: (retention: Retention) => number }[] = [
  { table: 'frames_stored', time: 'toDateTime(received_at)', days: (keep) => keep.frameDays },
  { table: 'frame_minutes', time: 'minute', days: (keep) => keep.resultDays },
  { table: 'latency_minutes', time: 'minute', days: (keep) => keep.resultDays },
  { table: 'sessions_stored', time: 'seen_at', days: (keep) => keep.resultDays },
  { table: 'captures_stored', time: 'toDateTime(accepted_at)', days: (keep) => keep.resultDays },
  { table: 'results_stored', time: 'toDateTime(finished_at)', days: (keep) => keep.resultDays },
  { table: 'measurements_stored', time: 'toDateTime(measured_at)', days: (keep) => keep.resultDays },
  { table: 'adjustments_stored', time: 'toDateTime(adjusted_at)', days: (keep) => keep.resultDays },
  { table: 'events_stored', time: 'toDateTime(at)', days: (keep) => keep.eventDays },
  { table: 'audit_logs_stored', time: 'toDateTime(timestamp)', days: (keep) => keep.auditDays ?? 0 },
  { table: 'erasures_stored', time: 'toDateTime(finished_at)', days: (keep) => keep.auditDays ?? 0 },
  { table: 'body_captures_stored', time: 'toDateTime(updated_at)', days: (keep) => keep.bodyDays ?? 0 },
  { table: 'capture_metrics_stored', time: 'toDateTime(inserted_at)', days: (keep) => keep.bodyDays ?? 0 },
  { table: 'artifacts_stored', time: 'toDateTime(created_at)', days: (keep) => keep.bodyDays ?? 0 },
  { table: 'labels_stored', time: 'toDateTime(created_at)', days: (keep) => keep.bodyDays ?? 0 },
  { table: 'user_adjustments_stored', time: 'toDateTime(created_at)', days: (keep) => keep.bodyDays ?? 0 },
];

/** Changes the tables whose TTL differs, and says which. `dry-run` only says. Tables that are not there are left out. */
export async function applyRetention(
  store: Pick<Store, 'database' | 'query' | 'command'>,
  retention: Retention,
  cluster?: string,
  mode: 'apply' | 'dry-run' = 'apply',
): Promise<RetentionChange[]> {
  const present = await store.query<{ name: string; engine_full: string }>(
    'SELECT name, engine_full FROM system.tables WHERE database = {database:String}',
    { database: store.database },
  );
  const engines = new Map(present.map((row) => [row.name, row.engine_full]));
  const onCluster = cluster === undefined ? '' : `ON CLUSTER \`${cluster}\``;
  const changes: RetentionChange[] = [];
  for (const rule of RULES) {
    const engine = engines.get(rule.table);
    const days = rule.days(retention);
    if (engine === undefined || ttlDays(engine) === days) continue;
    changes.push({ table: rule.table, days });
    if (mode === 'dry-run') continue;
    const ttl = days === 0 ? 'REMOVE TTL' : `MODIFY TTL ${rule.time} + toIntervalDay(${days})`;
    await store.command(`ALTER TABLE ${rule.table} ${onCluster} ${ttl}`);
  }
  return changes;
}

function ttlDays(engine: string): number {
  const found = /\bTTL .*toIntervalDay\((\d+)\)/.exec(engine);
  return found === null ? 0 : Number(found[1]);
}
