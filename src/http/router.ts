import type { TemplatedApp, HttpRequest as UwsRequest, HttpResponse as UwsResponse } from 'uWebSockets.js';
import { FramegateError, toFramegateError } from '../protocol/framegate-error.ts';
import { errorReply } from './error-reply.ts';
import { type HttpReply, type HttpRequest, READ_HEADERS, type RequestHeaders, type Route } from './route.ts';
import { writeReply } from './write-reply.ts';

export interface RouterLogger {
  error(fields: Record<string, unknown>, message: string): void;
}

/** Throws a FramegateError for a request that is not to be served, before anything of it is looked at. */
export type Admit = (response: UwsResponse, request: UwsRequest) => void;

/** Puts the routes on the app, HEAD beside each GET, and answers all else with 404 or 405. */
export function mountRoutes(
  app: TemplatedApp,
  routes: readonly Route[],
  logger: RouterLogger,
  admit: Admit = () => {},
): void {
  for (const route of routes) {
    const names = [...route.path.matchAll(/:([A-Za-z]\w*)/g)].map((match) => match[1] as string);
    const serve = (response: UwsResponse, request: UwsRequest) => {
      if (turnsAway(admit, response, request)) return;
      answer(route, requestOf(request, names), response, logger);
    };
    app.get(route.path, serve);
    app.head(route.path, serve);
  }
  app.any('/*', (response, request) => {
    if (turnsAway(admit, response, request)) return;
    const path = request.getUrl();
    const withBody = request.getMethod() !== 'head';
    const known = routes.some((route) => matches(route.path, path));
    const reply = known
      ? errorReply(new FramegateError('method-not-allowed', 'this address takes GET and HEAD only'), {
          allow: 'GET, HEAD',
        })
      : errorReply(new FramegateError('not-found', 'nothing is at this address'));
    // Whatever body the request has is of no use: the connection ends with the answer.
    writeReply(response, reply, { withBody, closeConnection: true });
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
  request: HttpRequest | null,
  response: UwsResponse,
  logger: RouterLogger,
): void {
  let aborted = false;
  response.onAborted(() => {
    aborted = true;
  });
  const write = (reply: HttpReply) => {
    if (aborted) return;
    response.cork(() => writeReply(response, reply, { withBody: request?.method !== 'HEAD' }));
  };
  const fail = (thrown: unknown) => {
    const error = toFramegateError(thrown);
    if (error.code === 'internal') logger.error({ err: error, path: route.path }, 'request failed');
    write(errorReply(error));
  };
  if (request === null) {
    fail(new FramegateError('not-found', 'the address is not percent-encoded text'));
    return;
  }
  try {
    const reply = route.handle(request);
    if (reply instanceof Promise) reply.then(write, fail);
    else write(reply);
  } catch (thrown) {
    fail(thrown);
  }
}

/** null when a parameter is not valid percent-encoding. */
function requestOf(request: UwsRequest, names: readonly string[]): HttpRequest | null {
  const params: Record<string, string> = {};
  for (const [index, name] of names.entries()) {
    try {
      params[name] = decodeURIComponent(request.getParameter(index) ?? '');
    } catch {
      return null;
    }
  }
  return {
    method: request.getCaseSensitiveMethod().toUpperCase(),
    path: request.getUrl(),
    query: request.getQuery() ?? '',
    params,
    headers: Object.fromEntries(
      READ_HEADERS.map((name) => [name, request.getHeader(name)]),
    ) as unknown as RequestHeaders,
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
  return wanted.every((segment, index) => segment.startsWith(':') || segment === given[index]);
}
