import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, test } from 'vitest';
import { documentedEndpoints } from '../../src/cli/documented-endpoints.ts';
import { openApiDocument } from '../../src/http/openapi.ts';

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

  const examples = endpoints.flatMap(({ method, path, responses }) =>
    Object.entries(responses).flatMap(([status, { schema, example }]) =>
      schema === undefined || example === undefined ? [] : [{ method, path, status, schema, example }],
    ),
  );

  test.each(examples)('the example of $method $path fits the schema of its answer $status', (one) => {
    expect(one.schema.safeParse(one.example).error).toBeUndefined();
  });
});
