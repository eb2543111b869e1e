import { Counter, Gauge, type Registry } from 'prom-client';

/** Whether what has to go goes. */
export interface RetentionMetrics {
  swept(run: {
    readonly atMs: number;
    readonly removed: number;
    readonly kept: number;
    readonly erasuresFinished: number;
    readonly erasuresFailed: number;
  }): void;
}

export function createRetentionMetrics(registry: Registry): RetentionMetrics {
  const registers = [registry];
  const lastRun = new Gauge({
    name: 'framegate_retention_last_run_timestamp_seconds',
    help: 'When the last retention sweep of this process ended, seconds since 1970; 0 before the first',
    registers,
  });
  const removed = new Counter({
    name: 'framegate_retention_removed_files_total',
    help: 'Files removed because their time was over',
    registers,
  });
  const kept = new Gauge({
    name: 'framegate_retention_overdue_files',
    help: 'Files that the last sweep could not remove although their time was over',
    registers,
  });
  const erasures = new Counter({
    name: 'framegate_retention_erasures_total',
    help: 'Erasures that had broken off and were taken up by a sweep, by outcome',
    labelNames: ['outcome'],
    registers,
  });
  return {
    swept(run) {
      lastRun.set(run.atMs / 1000);
      removed.inc(run.removed);
      kept.set(run.kept);
      erasures.inc({ outcome: 'finished' }, run.erasuresFinished);
      erasures.inc({ outcome: 'failed' }, run.erasuresFailed);
    },
  };
}
