import type { Route } from '../route.ts';

export interface MetricsSource {
  readonly contentType: string;
  text(): Promise<string>;
}

/** /metrics in Prometheus's text format. Requests that come together get one text: writing it takes milliseconds. */
export function metricsRoute(metrics: MetricsSource): Route {
  let underWay: Promise<string> | null = null;

  function text(): Promise<string> {
    underWay ??= metrics.text().finally(() => {
      underWay = null;
    });
    return underWay;
  }

  return {
    method: 'GET',
    path: '/metrics',
    handle: async () => ({ status: 200, contentType: metrics.contentType, body: await text() }),
  };
}
