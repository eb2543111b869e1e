import type { z } from 'zod';
import type { Caller } from '../protocol/accounts.ts';
import { FramegateError } from '../protocol/framegate-error.ts';
import type { Correlation } from '../protocol/jobs.ts';
import type { BodyRule, FileRule, FormRule, JsonRule, TextRule, UploadedFile } from './bodies/body-rule.ts';
import { correlationOf } from './correlation.ts';
import type { ErrorShape } from './errors/error-shape.ts';
import { problemsOf } from './errors/problems-of.ts';
import type { HttpMethod, HttpReply, HttpRequest, RequestHeaders, Route } from './route.ts';
import { searchParametersOf } from './search-parameters.ts';

/** Who may call, and whom the call counts for. */
export interface Access {
  /** How OpenAPI names it. */
  readonly scheme: 'bearer' | 'internal' | 'none';
  /**
   * Gives the subject that the caller's work belongs to; null for nobody in particular; an account where one is needed.
   * Rejects with token-*, access-refused, role-refused, rate-limited, dependency-unavailable or state-unavailable.
   */
  admit(request: Pick<HttpRequest, 'headers' | 'socketAddress'>): Promise<Admitted> | Admitted;
}

export type Admitted = string | Caller | null;

export const OPEN_ACCESS: Access = { scheme: 'none', admit: () => null };

export interface EndpointJson<Body> {
  readonly type: 'json';
  readonly schema: z.ZodType<Body>;
  readonly maxBytes: number;
}

/** Text of another type than JSON, which its schema is given as it is. */
export interface EndpointText<Body> extends TextRule {
  readonly schema: z.ZodType<Body>;
}

export interface EndpointForm<Body> {
  readonly type: 'form';
  readonly files: Readonly<Record<string, FileRule & { readonly description: string }>>;
  /** An object of strings; what they hold beyond that is its own to parse. */
  readonly fields: z.ZodObject & z.ZodType<Body>;
  readonly maxFieldBytes: number;
}

/** `either`, `json-or-text`: as the request's content type says; the two parsed bodies are to be told apart by what they have. */
export type EndpointBody<Body> =
  | EndpointJson<Body>
  | EndpointForm<Body>
  | { readonly type: 'either'; readonly json: EndpointJson<Body>; readonly form: EndpointForm<Body> }
  | { readonly type: 'json-or-text'; readonly json: EndpointJson<Body>; readonly text: EndpointText<Body> };

export interface ResponseDoc {
  readonly description: string;
  /** Absent for bytes and for answers without a body. */
  readonly schema?: z.ZodType;
  readonly example?: unknown;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request that is shown in the documentation, and carried out by a test. */
export interface RequestExample {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  /** A body of text, where the route takes one. */
  readonly text?: string;
  /** Files by form name; the test that carries it out brings the bytes. */
  readonly files?: Readonly<Record<string, string>>;
  readonly fields?: Readonly<Record<string, string>>;
  /** The status that it is answered with. */
  readonly status: number;
}

export interface Call<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly files: Readonly<Record<string, readonly UploadedFile[]>>;
  readonly headers: RequestHeaders;
  readonly correlation: Correlation;
  /** What `access` gave; of an account its userId. */
  readonly subject: string | null;
  /** The account that calls; null where `access` knows none. */
  readonly caller: Caller | null;
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal;
}

export interface EndpointDeclaration<Params, Query, Body> {
  readonly method: HttpMethod;
  /** `/captures/:id` */
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  readonly tag: string;
  readonly params?: z.ZodObject & z.ZodType<Params>;
  readonly query?: z.ZodObject & z.ZodType<Query>;
  readonly body?: EndpointBody<Body>;
  /** By status; those of `errors` are added. */
  readonly responses: Readonly<Record<number, ResponseDoc>>;
  readonly errors: ErrorShape;
  /** The codes that a caller has to expect beside those of the form itself. */
  readonly errorStatuses?: readonly number[];
  readonly access: Access;
  readonly examples?: readonly RequestExample[];
  handle(call: Call<Params, Query, Body>): HttpReply | Promise<HttpReply>;
}

/** What is declared, its types forgotten: for documents and for the router. */
export interface Endpoint extends Route {
  readonly summary: string;
  readonly description: string | null;
  readonly tag: string;
  readonly schemas: {
    readonly params: z.ZodObject | null;
    readonly query: z.ZodObject | null;
    readonly body: EndpointBody<unknown> | null;
  };
  readonly responses: Readonly<Record<number, ResponseDoc>>;
  readonly errors: ErrorShape;
  readonly errorStatuses: readonly number[];
  readonly access: Access;
  readonly examples: readonly RequestExample[];
}

/**
 * Declares one route: its parts are parsed by their schemas before `handle` is called, refused with request-invalid where
 * they do not fit, and documented from the same schemas. Access is decided before the body is read.
 */
export function endpoint<Params = unknown, Query = unknown, Body = unknown>(
  declared: EndpointDeclaration<Params, Query, Body>,
): Endpoint {
  const { access, body = null } = declared;
  /** What admit found, until handle takes it; the request object is the same one. */
  const callers = new WeakMap<object, Admitted>();
  return {
    method: declared.method,
    path: declared.path,
    ...(body !== null && { body: ruleOf(body) }),
    admit(request) {
      const admitted = access.admit(request);
      if (!(admitted instanceof Promise)) {
        callers.set(request, admitted);
        return;
      }
      return admitted.then((one) => {
        callers.set(request, one);
      });
    },
    handle(request) {
      const correlation = correlationOf(request.headers);
      const admitted = callers.get(request) ?? null;
      const caller = typeof admitted === 'string' ? null : admitted;
      const reply = declared.handle({
        params: parsed(declared.params, request.params, 'path') as Params,
        query: parsed(declared.query, () => searchParametersOf(request.query), 'query') as Query,
        body: parsedBody(body, request) as Body,
        files: request.body?.type === 'form' ? request.body.files : {},
        headers: request.headers,
        correlation,
        subject: typeof admitted === 'string' ? admitted : (caller?.userId ?? null),
        caller,
        get signal() {
          return request.signal;
        },
      });
      return reply instanceof Promise
        ? reply.then((one) => withRequestId(one, correlation))
        : withRequestId(reply, correlation);
    },
    errorReply(error, { headers }) {
      const correlation = correlationOf(headers, 'lenient');
      return withRequestId(declared.errors.reply(error, correlation), correlation);
    },
    summary: declared.summary,
    description: declared.description ?? null,
    tag: declared.tag,
    schemas: { params: declared.params ?? null, query: declared.query ?? null, body },
    responses: declared.responses,
    errors: declared.errors,
    errorStatuses: declared.errorStatuses ?? [],
    access,
    examples: declared.examples ?? [],
  };
}

function ruleOf(body: EndpointBody<unknown>): BodyRule {
  if (body.type === 'either') {
    return { type: 'either', json: jsonRuleOf(body.json), form: formRuleOf(body.form) };
  }
  if (body.type === 'json-or-text') {
    const { mediaType, maxBytes } = body.text;
    return { type: 'json-or-text', json: jsonRuleOf(body.json), text: { type: 'text', mediaType, maxBytes } };
  }
  return body.type === 'json' ? jsonRuleOf(body) : formRuleOf(body);
}

function jsonRuleOf({ maxBytes }: EndpointJson<unknown>): JsonRule {
  return { type: 'json', maxBytes };
}

function formRuleOf(body: EndpointForm<unknown>): FormRule {
  const { files, fields, maxFieldBytes } = body;
  return { type: 'form', files, fields: Object.keys(fields.shape), maxFieldBytes };
}

function parsedBody(body: EndpointBody<unknown> | null, request: HttpRequest): unknown {
  const { body: read } = request;
  if (body === null || read === null) return undefined;
  const declared = alternativesOf(body).find(({ type }) => type === read.type);
  if (declared === undefined) return undefined;
  if (declared.type !== 'form')
    return parsed(declared.schema, read.type === 'form' ? undefined : read.value, 'body');
  return parsed(declared.fields, read.type === 'form' ? read.fields : {}, 'form');
}

/** What the request's body may be. */
export function alternativesOf(
  body: EndpointBody<unknown>,
): readonly (EndpointJson<unknown> | EndpointText<unknown> | EndpointForm<unknown>)[] {
  if (body.type === 'either') return [body.json, body.form];
  return body.type === 'json-or-text' ? [body.json, body.text] : [body];
}

function parsed(schema: z.ZodType | undefined, given: unknown, place: string): unknown {
  if (schema === undefined) return {};
  const result = schema.safeParse(typeof given === 'function' ? (given as () => unknown)() : given);
  if (result.success) return result.data;
  const problems = problemsOf(result.error);
  throw new FramegateError('request-invalid', `${place}: ${problems.map(({ text }) => text).join('; ')}`, {
    details: { place, problems },
  });
}

function withRequestId(reply: HttpReply, { requestId }: Correlation): HttpReply {
  return { ...reply, headers: { ...reply.headers, 'x-request-id': requestId } };
}
