import { Counter, Histogram, type Registry } from 'prom-client';

const WORK_SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** Counters and timings of what happens behind the edge: bus, analysis, store. */
export interface PipelineMetrics {
  /** `outcome`: `acknowledged`, `duplicate` or `failed`. */
  published(stream: string, outcome: string, durationMs: number): void;
  /** `outcome`: `acked`, `retried` or `dead`. */
  consumed(consumer: string, outcome: string): void;
  analysed(kind: string, status: string, durationMs: number): void;
  inserted(table: string, rows: number, durationMs: number): void;
}

export function createPipelineMetrics(registry: Registry): PipelineMetrics {
  const registers = [registry];
  const published = new Histogram({
    name: 'framegate_publish_seconds',
    help: 'From publishing to JetStream to its answer, by stream and outcome',
    labelNames: ['stream', 'outcome'],
    buckets: WORK_SECONDS,
    registers,
  });
  const consumed = new Counter({
    name: 'framegate_consumed_total',
    help: 'Messages taken from JetStream, by consumer and outcome',
    labelNames: ['consumer', 'outcome'],
    registers,
  });
  const analysed = new Histogram({
    name: 'framegate_analysis_seconds',
    help: 'Analyses of captures, by kind and status',
    labelNames: ['kind', 'status'],
    buckets: WORK_SECONDS,
    registers,
  });
  const rows = new Counter({
    name: 'framegate_inserted_rows_total',
    help: 'Rows inserted into ClickHouse, by table',
    labelNames: ['table'],
    registers,
  });
  const inserts = new Histogram({
    name: 'framegate_insert_seconds',
    help: 'Inserts into ClickHouse, by table',
    labelNames: ['table'],
    buckets: WORK_SECONDS,
    registers,
  });
  return {
    published: (stream, outcome, durationMs) => published.observe({ stream, outcome }, durationMs / 1000),
    consumed: (consumer, outcome) => consumed.inc({ consumer, outcome }),
    analysed: (kind, status, durationMs) => analysed.observe({ kind, status }, durationMs / 1000),
    inserted(table, count, durationMs) {
      rows.inc({ table }, count);
      inserts.observe({ table }, durationMs / 1000);
    },
  };
}
