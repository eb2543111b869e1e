import { Validator } from '@seriousme/openapi-schema-validator';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { documentedEndpoints } from '../../src/cli/documented-endpoints.ts';
import { apiEndpoints } from '../../src/cli/roles/api-endpoints.ts';
import { openImageSize } from '../../src/cli/roles/open-image-size.ts';
import { type Endpoint, OPEN_ACCESS, type RequestExample } from '../../src/http/endpoint.ts';
import { openApiDocument } from '../../src/http/openapi.ts';
import { EXAMPLE_EMAIL } from '../../src/http/routes/body/account-shapes.ts';
import { ANALYSIS_EXAMPLE } from '../../src/http/routes/skin/analysis-example.ts';
import type { JobDesk } from '../../src/jobs/types.ts';
import { openTestImageParts, type TestImageParts } from '../support/image-parts.ts';
import { accessAs, openTestAccounts } from '../support/test-accounts.ts';
import { startTestApi, type TestApi } from '../support/test-api.ts';
import { openTestPortal, type TestPortal } from '../support/test-portal.ts';

interface Shown {
  readonly name: string;
  readonly in: string;
  readonly example?: unknown;
}

const endpoints = documentedEndpoints();
const document = openApiDocument(endpoints, { title: 'framegate', version: '0', description: 'test' });

describe('the OpenAPI document', () => {
  test('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(structuredClone(document));
    expect(errors ?? []).toEqual([]);
    expect(valid).toBe(true);
    expect(validator.version).toBe('3.1');
  });

  test('names every operation once', () => {
    const paths = document.paths as Record<string, Record<string, { operationId: string }>>;
    const ids = Object.values(paths).flatMap((path) =>
      Object.values(path).map(({ operationId }) => operationId),
    );
    expect(ids).toHaveLength(endpoints.length);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('shows a request for every operation', () => {
    const unshown = endpoints.filter(({ examples }) => examples.length === 0);
    expect(unshown.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
  });

  test('shows a value of every parameter of a path, and of those queries that a shown request has', () => {
    const paths = document.paths as Record<string, Record<string, { parameters: Shown[] }>>;
    const shown = Object.values(paths)
      .flatMap(Object.values)
      .flatMap(({ parameters }) => parameters);
    expect(shown.filter((one) => one.in === 'path' && one.example === undefined)).toEqual([]);
    const statusOf = paths['/api/v1/frontal/crop/status/{id}']?.get?.parameters;
    expect(statusOf).toMatchObject([
      { name: 'id', example: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      { name: 'done_status', example: 'completed' },
      {},
      {},
      {},
    ]);
  });

  const examples = endpoints.flatMap(({ method, path, responses }) =>
    Object.entries(responses).flatMap(([status, { schema, example }]) =>
      schema === undefined || example === undefined ? [] : [{ method, path, status, schema, example }],
    ),
  );

  test.each(examples)('the example of $method $path fits the schema of its answer $status', (one) => {
    expect(one.schema.safeParse(one.example).error).toBeUndefined();
  });
});

describe('the documented requests', () => {
  let images: TestImageParts;
  let portal: TestPortal;
  let api: TestApi;
  let picture: Uint8Array<ArrayBuffer>;

  beforeAll(async () => {
    const create = { width: 320, height: 400, channels: 3 as const, background: '#c8a080' };
    picture = Uint8Array.from(await sharp({ create }).jpeg().toBuffer());
    images = await openTestImageParts();
    const { config, parts, jobs } = images;
    const people = openTestAccounts();
    portal = await openTestPortal(people.accounts);
    // Of the request that shows what becomes of an account that there is not.
    portal.captures.setConsent('00000000-0000-4000-8000-000000000000', null);
    const { account } = await people.person('admin', EXAMPLE_EMAIL);
    const access = {
      internal: OPEN_ACCESS,
      bearer: OPEN_ACCESS,
      account: accessAs(account),
      signIn: OPEN_ACCESS,
    };
    api = await startTestApi(
      apiEndpoints(config, access, {
        // Whether a face is good is asked elsewhere.
        validate: async () => ({ ok: false, reason: 'NO_FACE_DETECTED', diagnosis: {}, landmarks: null }),
        images: parts,
        contours: { desk: jobs.desk, imageSize: openImageSize(config.api.maxUploadBytes) },
        skin: {
          desk: analysedAtOnce(jobs.desk),
          providers: new Set(['local', 'perfect-corp']),
          checkPicture: () => {},
        },
        accounts: people.accounts,
        captures: {
          captures: portal.captures.desk,
          takeCapture: async () => ({ allowed: true, retryAfterMs: 0 }),
          pictureFormat: openImageSize(config.api.maxUploadBytes),
        },
        portal: portal.portal,
      }),
    );
  });
  afterAll(async () => {
    api?.close();
    await images?.close();
    await portal?.close();
  });

  /** Every job is done with the documented analysis. */
  function analysedAtOnce(desk: JobDesk): JobDesk {
    return {
      ...desk,
      wait: async (jobId) => {
        const status = await desk.status(jobId, null);
        if (status === null) throw new Error('no such job');
        return { ...status, state: 'completed' };
      },
      result: async () => ANALYSIS_EXAMPLE.data,
    };
  }

  function bodyOf({ json, text, files = {}, fields = {} }: RequestExample): RequestInit {
    if (text !== undefined) return { body: text, headers: { 'content-type': 'text/csv' } };
    if (json !== undefined)
      return { body: JSON.stringify(json), headers: { 'content-type': 'application/json' } };
    const form = new FormData();
    for (const name of Object.keys(files)) form.append(name, new Blob([picture]), 'photo.jpg');
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    return { body: form };
  }

  function carriedOut({ method, path, schemas }: Endpoint, example: RequestExample): Promise<Response> {
    const filled = path.replace(/:(\w+)/g, (_, name: string) => example.params?.[name] ?? '');
    const query = new URLSearchParams(example.query).toString();
    return fetch(`${api.url}${filled}${query === '' ? '' : `?${query}`}`, {
      method,
      ...(schemas.body !== null && bodyOf(example)),
    });
  }

  const requests = endpoints.flatMap((one) =>
    one.examples.map((example) => ({ ...one, status: example.status, example, one })),
  );

  test.each(requests)('$method $path is answered with $status, as documented', async ({ one, example }) => {
    const faultsBefore = api.faults.length;
    const response = await carriedOut(one, example);
    const body = await response.text();
    expect(response.status, body).toBe(example.status);
    const documented = one.responses[example.status];
    if (documented === undefined) expect(one.errorStatuses).toContain(example.status);
    const schema = documented === undefined ? one.errors.schema : documented.schema;
    expect(schema?.safeParse(JSON.parse(body)).error).toBeUndefined();
    for (const name of Object.keys(documented?.headers ?? {})) expect(response.headers.has(name)).toBe(true);
    expect(api.faults.slice(faultsBefore)).toEqual([]);
  });
});
