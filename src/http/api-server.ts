import { App } from 'uWebSockets.js';
import type { BodyLimits } from './bodies/read-body.ts';
import type { Endpoint } from './endpoint.ts';
import { listenExclusively } from './listen-exclusively.ts';
import { onlyOnThisDevice } from './only-on-this-device.ts';
import { openApiDocument } from './openapi.ts';
import type { HttpReply, Route } from './route.ts';
import { mountRoutes, type RouterLogger, type RouterOptions } from './router.ts';
import { apiDocumentRoutes } from './routes/api-documents.ts';
import { type HealthDeps, healthRoutes } from './routes/health.ts';
import { type MetricsSource, metricsRoute } from './routes/metrics.ts';

export interface ApiServerDeps {
  readonly endpoints: readonly Endpoint[];
  /** Routes that are no part of the documented interface. */
  readonly routes?: readonly Route[];
  readonly health: Omit<HealthDeps, 'draining'>;
  readonly metrics: MetricsSource;
  readonly version: string;
  readonly bodies: BodyLimits;
  readonly allowedOrigins: readonly string[];
  /** Whether callers need no token: then only this machine's own programs and pages are answered. */
  readonly anonymous: boolean;
  readonly onAnswer: NonNullable<RouterOptions['onAnswer']>;
  readonly logger: RouterLogger;
}

export interface ApiServer {
  listen(host: string, port: number): Promise<{ port: number }>;
  /** From now on pages of these origins may call too. */
  allowOrigins(origins: readonly string[]): void;
  /** From now on /readyz says draining. Resolves when the requests in hand are answered, or after `timeoutMs`. */
  drain(timeoutMs: number): Promise<void>;
  close(): void;
}

export const API_TITLE = 'framegate';
export const API_DESCRIPTION =
  'Backends’ and pages’ interface: face validation, skin analysis, image processing, facial contours, accounts and body measurements.';

/** The documented endpoints, their documents, health and metrics on one port. */
export function createApiServer(deps: ApiServerDeps): ApiServer {
  let draining = false;
  let inHand = 0;
  let onIdle: () => void = () => {};
  const document = openApiDocument(deps.endpoints, {
    title: API_TITLE,
    version: deps.version,
    description: API_DESCRIPTION,
  });
  const answered = () => {
    inHand -= 1;
    if (inHand === 0) onIdle();
  };
  /** What comes in chunks is in hand until the last of them. */
  async function* untilSent<T>(chunks: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
    inHand += 1;
    try {
      yield* chunks;
    } finally {
      answered();
    }
  }
  const begun = (reply: HttpReply): HttpReply =>
    typeof reply.body === 'object' && Symbol.asyncIterator in reply.body
      ? { ...reply, body: untilSent(reply.body) }
      : reply;
  const counted = deps.endpoints.map(
    (one): Route => ({
      ...one,
      handle: (request) => {
        inHand += 1;
        try {
          const reply = one.handle(request);
          if (reply instanceof Promise) return reply.then(begun).finally(answered);
          answered();
          return begun(reply);
        } catch (thrown) {
          answered();
          throw thrown;
        }
      },
    }),
  );
  const app = App();
  const origins = new Set(deps.allowedOrigins.map((origin) => origin.toLowerCase()));
  const routes = [
    ...healthRoutes({ ...deps.health, draining: () => draining }),
    metricsRoute(deps.metrics),
    ...apiDocumentRoutes(document),
    ...counted,
    ...(deps.routes ?? []),
  ].map((route) => (deps.anonymous ? onlyOnThisDevice(route, deps.allowedOrigins) : route));
  mountRoutes(app, routes, deps.logger, {
    bodies: deps.bodies,
    crossOrigin: crossOriginOf(origins),
    onAnswer: deps.onAnswer,
  });
  return {
    listen: (host, port) => listenExclusively(app, host, port),
    allowOrigins: (more) => {
      for (const origin of more) origins.add(origin.toLowerCase());
    },
    drain: async (timeoutMs) => {
      draining = true;
      if (inHand === 0) return;
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        onIdle = resolve;
        timer = setTimeout(resolve, timeoutMs);
      });
      clearTimeout(timer);
    },
    close: () => app.close(),
  };
}

function crossOriginOf(origins: ReadonlySet<string>): NonNullable<RouterOptions['crossOrigin']> {
  return (origin) =>
    origins.has(origin.toLowerCase())
      ? {
          'access-control-allow-origin': origin,
          'access-control-allow-credentials': 'true',
          'access-control-expose-headers':
            'x-request-id, x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset, retry-after',
          vary: 'origin',
        }
      : null;
}
