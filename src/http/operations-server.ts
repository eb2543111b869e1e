import { App } from 'uWebSockets.js';
import { listenExclusively } from './listen-exclusively.ts';
import { mountRoutes, type RouterLogger } from './router.ts';
import { type HealthDeps, healthRoutes } from './routes/health.ts';
import { type MetricsSource, metricsRoute } from './routes/metrics.ts';

export interface OperationsServer {
  readonly port: number;
  close(): void;
}

export interface OperationsServerDeps {
  readonly health: HealthDeps;
  readonly metrics: MetricsSource;
  readonly logger: RouterLogger;
}

/** /livez, /readyz and /metrics for a role that has no other port. Port 0 takes a free one. Rejects with port-in-use. */
export async function startOperationsServer(
  deps: OperationsServerDeps,
  host: string,
  port: number,
): Promise<OperationsServer> {
  const app = App();
  mountRoutes(app, [...healthRoutes(deps.health), metricsRoute(deps.metrics)], deps.logger);
  const listening = await listenExclusively(app, host, port);
  return { port: listening.port, close: () => app.close() };
}
