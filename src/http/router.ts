import type { TemplatedApp, HttpRequest as UwsRequest, HttpResponse as UwsResponse } from 'uWebSockets.js';
import { FramegateError, toFramegateError } from '../protocol/framegate-error.ts';
import { createBodyBudget } from './bodies/body-budget.ts';
import type { BodyRule, ReadBody } from './bodies/body-rule.ts';
import { type BodyLimits, type BodyReading, startReading } from './bodies/read-body.ts';
import { errorReply } from './error-reply.ts';
import {
  type HttpMethod,
  type HttpReply,
  type HttpRequest,
  READ_HEADERS,
  type RequestHeaders,
  type Route,
} from './route.ts';
import { writeReply } from './write-reply.ts';

export interface RouterLogger {
  error(fields: Record<string, unknown>, message: string): void;
}

/** Throws a FramegateError for a request that is not to be served, before anything of it is looked at. */
export type Admit = (response: UwsResponse, request: UwsRequest) => void;

export interface RouterOptions {
  readonly admit?: Admit;
  readonly bodies?: BodyLimits;
  /** Headers for every answer to a page of this origin, and the answer to its preflight; null where it may not call. */
  readonly crossOrigin?: (origin: string) => Readonly<Record<string, string>> | null;
  /** Every answer of a route, with the time from the request's headers to the answer. */
  readonly onAnswer?: (route: Pick<Route, 'method' | 'path'>, status: number, durationMs: number) => void;
}

const DEFAULT_BODY_BUDGET_BYTES = 256 * 1024 * 1024;

function defaultBodies(): BodyLimits {
  return { idleTimeoutMs: 5000, timeoutMs: 30_000, budget: createBodyBudget(DEFAULT_BODY_BUDGET_BYTES) };
}

type Register = (pattern: string, serve: (response: UwsResponse, request: UwsRequest) => void) => unknown;

/** Puts the routes on the app, HEAD beside each GET, and answers all else with 404 or 405. */
export function mountRoutes(
  app: TemplatedApp,
  routes: readonly Route[],
  logger: RouterLogger,
  options: RouterOptions = {},
): void {
  const { admit = () => {}, crossOrigin, bodies = defaultBodies() } = options;
  const registers: Readonly<Record<HttpMethod, Register>> = {
    GET: (pattern, serve) => app.get(pattern, serve),
    POST: (pattern, serve) => app.post(pattern, serve),
    PUT: (pattern, serve) => app.put(pattern, serve),
    PATCH: (pattern, serve) => app.patch(pattern, serve),
    DELETE: (pattern, serve) => app.del(pattern, serve),
  };
  for (const route of routes) {
    const names = [...route.path.matchAll(/:([A-Za-z]\w*)/g)].map((match) => match[1] as string);
    const serve = (response: UwsResponse, request: UwsRequest) => {
      if (turnsAway(admit, response, request)) return;
      answer(route, names, request, response, logger, { ...options, bodies });
    };
    registers[route.method](route.path, serve);
    if (route.method === 'GET') app.head(route.path, serve);
  }
  app.any('/*', (response, request) => {
    if (turnsAway(admit, response, request)) return;
    const path = request.getUrl();
    const method = request.getMethod();
    const methods = new Set(routes.filter((route) => matches(route.path, path)).map((route) => route.method));
    const crossHeaders = crossOrigin?.(request.getHeader('origin')) ?? null;
    if (method === 'options' && crossHeaders !== null && methods.size > 0) {
      writeReply(response, preflightReply(methods, crossHeaders), { withBody: true });
      return;
    }
    const allowed = [...methods].flatMap((one) => (one === 'GET' ? ['GET', 'HEAD'] : [one]));
    const reply =
      allowed.length > 0
        ? errorReply(
            new FramegateError('method-not-allowed', `this address takes ${allowed.join(' and ')} only`),
            {
              allow: allowed.join(', '),
            },
          )
        : errorReply(new FramegateError('not-found', 'nothing is at this address'));
    // Whatever body the request has is of no use: the connection ends with the answer.
    writeReply(response, reply, { withBody: method !== 'head', closeConnection: true });
  });
}

/** Answers a request that is not admitted, and ends its connection. */
function turnsAway(admit: Admit, response: UwsResponse, request: UwsRequest): boolean {
  try {
    admit(response, request);
    return false;
  } catch (thrown) {
    // Only an answer with a body can end its connection.
    if (request.getMethod() === 'head') response.close();
    else
      writeReply(response, errorReply(toFramegateError(thrown)), { withBody: true, closeConnection: true });
    return true;
  }
}

function answer(
  route: Route,
  names: readonly string[],
  uwsRequest: UwsRequest,
  response: UwsResponse,
  logger: RouterLogger,
  options: RouterOptions & { readonly bodies: BodyLimits },
): void {
  const startMs = performance.now();
  const onAbort: (() => void)[] = [];
  let reading: BodyReading | null = null;
  let isBodyRead = route.body === undefined;
  let isOver = false;
  response.onAborted(() => {
    isOver = true;
    reading?.abandon();
    reading?.release();
    for (const tell of onAbort) tell();
  });

  const headers = headersOf(uwsRequest);
  const withBody = uwsRequest.getMethod() !== 'head';
  const write = (reply: HttpReply) => {
    if (isOver) return;
    isOver = true;
    reading?.abandon();
    reading?.release();
    const crossHeaders = headers.origin === '' ? null : (options.crossOrigin?.(headers.origin) ?? null);
    const whole =
      crossHeaders === null ? reply : { ...reply, headers: { ...reply.headers, ...crossHeaders } };
    // What is left of a body that was refused would be taken for the next request.
    response.cork(() =>
      writeReply(response, whole, {
        withBody,
        closeConnection: !isBodyRead,
        onAborted: (tell) => void onAbort.push(tell),
        onFailure: (err) => logger.error({ err, path: route.path }, 'an answer was cut off'),
      }),
    );
    options.onAnswer?.(route, reply.status, performance.now() - startMs);
  };
  const fail = (thrown: unknown) => {
    const error = toFramegateError(thrown);
    if (error.code === 'internal') logger.error({ err: error, path: route.path }, 'request failed');
    write(route.errorReply?.(error, { headers }) ?? errorReply(error));
  };

  const params = paramsOf(uwsRequest, names);
  if (params === null) {
    fail(new FramegateError('not-found', 'the address is not percent-encoded text'));
    return;
  }
  let signal: AbortSignal | null = null;
  const request = {
    method: uwsRequest.getCaseSensitiveMethod().toUpperCase(),
    path: uwsRequest.getUrl(),
    query: uwsRequest.getQuery() ?? '',
    params,
    headers,
    socketAddress: Buffer.from(response.getRemoteAddressAsText()).toString(),
    get signal() {
      signal ??= signalOf(onAbort, () => isOver);
      return signal;
    },
  };
  const read = async (rule: BodyRule): Promise<ReadBody> => {
    reading = startReading(response, rule, headers, options.bodies);
    return reading.read;
  };
  const handle = (body: ReadBody | null) => {
    isBodyRead = true;
    return route.handle(Object.assign(request, { body }) satisfies HttpRequest);
  };
  try {
    const admitted = route.admit?.(request);
    if (route.body === undefined && !(admitted instanceof Promise)) {
      const reply = handle(null);
      if (reply instanceof Promise) reply.then(write, fail);
      else write(reply);
      return;
    }
    // Before anything is awaited: what arrives until somebody reads is lost.
    const body = route.body === undefined ? Promise.resolve(null) : read(route.body);
    // Whoever may not call is told so, not what is wrong with the body.
    body.catch(() => {});
    Promise.resolve(admitted)
      .then(() => body)
      .then((whole) => (isOver ? null : handle(whole)))
      .then((reply) => {
        if (reply !== null) write(reply);
      }, fail);
  } catch (thrown) {
    fail(thrown);
  }
}

function signalOf(onAbort: (() => void)[], isOver: () => boolean): AbortSignal {
  const controller = new AbortController();
  if (isOver()) controller.abort();
  else onAbort.push(() => controller.abort());
  return controller.signal;
}

/** null when a parameter is not valid percent-encoding. */
function paramsOf(request: UwsRequest, names: readonly string[]): Record<string, string> | null {
  const params: Record<string, string> = {};
  for (const [index, name] of names.entries()) {
    try {
      params[name] = decodeURIComponent(request.getParameter(index) ?? '');
    } catch {
      return null;
    }
  }
  return params;
}

function headersOf(request: UwsRequest): RequestHeaders {
  const headers: Partial<Record<(typeof READ_HEADERS)[number], string>> = {};
  for (const name of READ_HEADERS) headers[name] = request.getHeader(name);
  return headers as RequestHeaders;
}

function preflightReply(methods: ReadonlySet<string>, headers: Readonly<Record<string, string>>): HttpReply {
  return {
    status: 204,
    contentType: 'text/plain',
    body: '',
    headers: {
      ...headers,
      'access-control-allow-methods': [...methods].join(', '),
      'access-control-allow-headers':
        'authorization, content-type, idempotency-key, prefer, x-analysis-session, x-frame-seq, x-internal-secret, x-request-id',
      'access-control-max-age': '600',
    },
  };
}

function matches(pattern: string, path: string): boolean {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.at(-1) === '*')
    return given.length >= wanted.length && segmentsAgree(wanted.slice(0, -1), given);
  return wanted.length === given.length && segmentsAgree(wanted, given);
}

function segmentsAgree(wanted: readonly string[], given: readonly string[]): boolean {
  return wanted.every((segment, index) =>
    // The app itself takes no empty segment for a name.
    segment.startsWith(':') ? given[index] !== '' : segment === given[index],
  );
}
