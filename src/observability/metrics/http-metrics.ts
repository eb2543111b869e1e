import { Histogram, type Registry } from 'prom-client';

/** Answers of the HTTP interface. */
export interface HttpMetrics {
  /** `route` is the pattern, so that ids make no series of their own. */
  answered(method: string, route: string, status: number, durationMs: number): void;
}

export function createHttpMetrics(registry: Registry): HttpMetrics {
  const answers = new Histogram({
    name: 'framegate_http_seconds',
    help: 'From a request to its answer, by method, route and status',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60],
    registers: [registry],
  });
  return {
    answered: (method, route, status, durationMs) =>
      answers.observe({ method, route, status: String(status) }, durationMs / 1000),
  };
}
