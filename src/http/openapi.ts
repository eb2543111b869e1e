/** OpenAPI 3.1 of the endpoints, from the schemas that they are parsed by, so that it cannot drift from the code. */
import { z } from 'zod';
import {
  alternativesOf,
  type Endpoint,
  type EndpointBody,
  type EndpointForm,
  type EndpointJson,
  type EndpointText,
  type RequestExample,
} from './endpoint.ts';

type JsonObject = Record<string, unknown>;

export interface OpenApiInfo {
  readonly title: string;
  readonly version: string;
  readonly description: string;
}

const SECURITY_SCHEMES = {
  bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
  internal: { type: 'apiKey', in: 'header', name: 'X-Internal-Secret' },
} as const;

const CORRELATION_HEADERS = ['X-Request-Id', 'X-Analysis-Session', 'X-Frame-Seq'] as const;
/** What every endpoint may answer. */
const COMMON_STATUSES: readonly number[] = [503];

const STATUS_TEXT: Readonly<Record<number, string>> = {
  400: 'The request is not valid',
  401: 'Token or secret is missing or wrong',
  403: 'The client address, or the role of the account, does not allow this',
  404: 'There is nothing of this id for this caller',
  408: 'The body came too slowly, or the work takes longer than the caller waits',
  409: 'What is there already, or its state, does not allow this',
  413: 'The body is too large',
  415: 'The body is of a type that is not taken here',
  422: 'The request is not valid',
  429: 'Too many requests; see Retry-After',
  500: 'An error of the server',
  503: 'A server that this needs does not answer now; see Retry-After',
  504: 'The work takes longer than the caller waits',
};

export function openApiDocument(endpoints: readonly Endpoint[], info: OpenApiInfo): JsonObject {
  const paths: Record<string, JsonObject> = {};
  const errorSchemas: JsonObject = {};
  for (const one of endpoints) {
    const path = one.path.replace(/:([A-Za-z]\w*)/g, '{$1}');
    errorSchemas[one.errors.name] ??= schemaOf(one.errors.schema, 'output');
    paths[path] = { ...paths[path], [one.method.toLowerCase()]: operationOf(one) };
  }
  return {
    openapi: '3.1.0',
    info: { ...info, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: '/' }],
    paths,
    components: { securitySchemes: SECURITY_SCHEMES, schemas: errorSchemas },
    tags: [...new Set(endpoints.map(({ tag }) => tag))].map((name) => ({ name })),
  };
}

function operationOf(one: Endpoint): JsonObject {
  const { schemas, access } = one;
  return {
    operationId: operationId(one),
    summary: one.summary,
    ...(one.description !== null && { description: one.description }),
    tags: [one.tag],
    ...(access.scheme !== 'none' && { security: [{ [access.scheme]: [] }] }),
    parameters: [
      ...parametersOf(
        schemas.params,
        'path',
        one.examples.map(({ params }) => params),
      ),
      ...parametersOf(
        schemas.query,
        'query',
        one.examples.map(({ query }) => query),
      ),
      ...CORRELATION_HEADERS.map((name) => ({
        name,
        in: 'header',
        required: false,
        schema: { type: 'string', maxLength: 128 },
      })),
    ],
    ...(schemas.body !== null && { requestBody: requestBodyOf(schemas.body, one) }),
    responses: responsesOf(one),
  };
}

function operationId({ method, path }: Endpoint): string {
  const words = path.split('/').flatMap((part) => part.replace(':', 'by-').split(/[^A-Za-z0-9]+/));
  return [method.toLowerCase(), ...words.filter((word) => word !== '')].join('-');
}

function parametersOf(
  schema: z.ZodObject | null,
  place: 'path' | 'query',
  examples: readonly RequestExample['query'][],
): JsonObject[] {
  if (schema === null) return [];
  const shown = new Map(examples.flatMap((one) => Object.entries(one ?? {})));
  const { properties = {}, required = [] } = schemaOf(schema, 'output') as {
    properties?: Record<string, JsonObject>;
    required?: string[];
  };
  // A default makes a value always there, which is not the same as having to give it.
  const given = (schemaOf(schema, 'input') as { required?: string[] }).required ?? [];
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || (required.includes(name) && given.includes(name)),
    schema: property,
    ...(shown.has(name) && { example: exampleOf(property, shown.get(name) ?? '') }),
  }));
}

/** As its schema has it: in an address a number is text. */
function exampleOf({ type }: JsonObject, text: string): string | number {
  return type === 'integer' || type === 'number' ? Number(text) : text;
}

function requestBodyOf(body: EndpointBody<unknown>, { examples }: Endpoint): JsonObject {
  return {
    required: true,
    content: Object.assign(
      {},
      ...alternativesOf(body).map((one) => {
        if (one.type === 'form') return formContentOf(one);
        return one.type === 'json' ? jsonContentOf(one, examples) : textContentOf(one, examples);
      }),
    ) as JsonObject,
  };
}

function textContentOf(
  { mediaType, schema }: EndpointText<unknown>,
  examples: readonly RequestExample[],
): JsonObject {
  const [example] = examples.flatMap(({ text }) => (text === undefined ? [] : [text]));
  return { [mediaType]: { schema: schemaOf(schema, 'input'), ...(example !== undefined && { example }) } };
}

function jsonContentOf({ schema }: EndpointJson<unknown>, examples: readonly RequestExample[]): JsonObject {
  const [example] = examples.flatMap(({ json }) => (json === undefined ? [] : [json]));
  return {
    'application/json': {
      schema: schemaOf(schema, 'input'),
      ...(example !== undefined && { example }),
    },
  };
}

function formContentOf(body: EndpointForm<unknown>): JsonObject {
  const fields = schemaOf(body.fields, 'input') as { properties?: JsonObject; required?: string[] };
  const files = Object.entries(body.files).map(([name, { description, maxBytes, maxCount = 1 }]) => {
    const binary = {
      type: 'string',
      format: 'binary',
      description: `${description}; at most ${maxBytes} bytes`,
    };
    return [name, maxCount === 1 ? binary : { type: 'array', items: binary, maxItems: maxCount }] as const;
  });
  return {
    'multipart/form-data': {
      schema: {
        type: 'object',
        properties: { ...Object.fromEntries(files), ...fields.properties },
        required: [
          ...Object.entries(body.files).flatMap(([name, { required }]) => (required ? [name] : [])),
          ...(fields.required ?? []),
        ],
      },
    },
  };
}

function responsesOf(one: Endpoint): JsonObject {
  const responses: JsonObject = {};
  for (const [
    status,
    { description, schema, example, contentType = 'application/json', headers },
  ] of Object.entries(one.responses)) {
    responses[status] = {
      description,
      ...(headers && {
        headers: Object.fromEntries(
          Object.entries(headers).map(([name, text]) => [
            name,
            { description: text, schema: { type: 'string' } },
          ]),
        ),
      }),
      ...((schema !== undefined || contentType !== 'application/json') && {
        content: {
          [contentType]: {
            schema: schema === undefined ? { type: 'string', format: 'binary' } : schemaOf(schema, 'output'),
            ...(example !== undefined && { example }),
          },
        },
      }),
    };
  }
  for (const status of [...new Set([...one.errorStatuses, ...COMMON_STATUSES])].sort((a, b) => a - b)) {
    responses[status] ??= {
      description: STATUS_TEXT[status] ?? 'Refused',
      content: { 'application/json': { schema: { $ref: `#/components/schemas/${one.errors.name}` } } },
    };
  }
  return responses;
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonObject {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}
