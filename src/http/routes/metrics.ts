import type { Route } from '../route.ts';

export interface MetricsSource {
  readonly contentType: string;
  text(): Promise<string>;
}

/** /metrics in Prometheus's text format. */
export function metricsRoute(metrics: MetricsSource): Route {
  return {
    method: 'GET',
    path: '/metrics',
    handle: async () => ({ status: 200, contentType: metrics.contentType, body: await metrics.text() }),
  };
}
