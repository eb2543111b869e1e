import { createApiServer } from '../../src/http/api-server.ts';
import { createBodyBudget } from '../../src/http/bodies/body-budget.ts';
import type { Endpoint } from '../../src/http/endpoint.ts';
import type { Route } from '../../src/http/route.ts';

export interface TestApi {
  readonly url: string;
  /** Errors that were no answer to a caller's fault. */
  readonly faults: readonly unknown[];
  /** From now on pages of these origins may call. */
  allowOrigins(origins: readonly string[]): void;
  close(): void;
}

/** The api role's server with these endpoints alone, on a free port. */
export async function startTestApi(
  endpoints: readonly Endpoint[],
  routes: readonly Route[] = [],
  anonymous = false,
): Promise<TestApi> {
  const faults: unknown[] = [];
  const server = createApiServer({
    endpoints,
    routes,
    health: { node: 'test', warm: () => true, dependencies: [] },
    metrics: { contentType: 'text/plain', text: async () => '' },
    version: 'test',
    bodies: { idleTimeoutMs: 5000, timeoutMs: 5000, budget: createBodyBudget(64 * 1024 * 1024) },
    allowedOrigins: ['https://app.example.org'],
    anonymous,
    onAnswer: () => {},
    logger: { error: ({ err }) => void faults.push(err) },
  });
  const { port } = await server.listen('127.0.0.1', 0);
  return {
    url: `http://127.0.0.1:${port}`,
    faults,
    allowOrigins: (origins) => server.allowOrigins(origins),
    close: () => server.close(),
  };
}
