import { Registry } from 'prom-client';
import { createEdgeMetrics, type EdgeMetrics } from './metrics/edge-metrics.ts';
import { createHttpMetrics, type HttpMetrics } from './metrics/http-metrics.ts';
import { createJobMetrics, type JobMetrics } from './metrics/job-metrics.ts';
import { createPipelineMetrics, type PipelineMetrics } from './metrics/pipeline-metrics.ts';
import { createRetentionMetrics, type RetentionMetrics } from './metrics/retention-metrics.ts';
import { watchProcess } from './metrics/watch-process.ts';

/** The handles that the other parts are given; each sees only the few methods that it declares for itself. */
export interface Metrics {
  readonly edge: EdgeMetrics;
  readonly pipeline: PipelineMetrics;
  readonly http: HttpMetrics;
  readonly jobs: JobMetrics;
  readonly retention: RetentionMetrics;
  readonly contentType: string;
  /** The Prometheus text. */
  text(): Promise<string>;
  close(): void;
}

export interface MetricsOptions {
  readonly node: string;
  readonly version: string;
}

/** A registry of its own: two nodes in one process, or two tests, never share a counter. */
export function createMetrics(options: MetricsOptions): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ node: options.node });
  const edge = createEdgeMetrics(registry);
  const pipeline = createPipelineMetrics(registry);
  const stopWatching = watchProcess(registry, options.version);
  return {
    edge,
    pipeline,
    http: createHttpMetrics(registry),
    jobs: createJobMetrics(registry),
    retention: createRetentionMetrics(registry),
    contentType: registry.contentType,
    text: () => registry.metrics(),
    close() {
      stopWatching();
      registry.clear();
    },
  };
}
