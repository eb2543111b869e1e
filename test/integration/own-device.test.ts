import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { endpoint, OPEN_ACCESS } from '../../src/http/endpoint.ts';
import { fastApiErrors } from '../../src/http/errors/fastapi-errors.ts';
import { jsonReply } from '../../src/http/route.ts';
import { startTestApi, type TestApi } from '../support/test-api.ts';

describe('an api without tokens', () => {
  let api: TestApi;
  let taken = 0;
  beforeAll(async () => {
    const take = endpoint({
      method: 'POST',
      path: '/things',
      summary: 'Take a thing',
      tag: 'things',
      body: { type: 'json', schema: z.unknown(), maxBytes: 1000 },
      responses: { 200: { description: 'Taken' } },
      errors: fastApiErrors,
      access: OPEN_ACCESS,
      handle() {
        taken += 1;
        return jsonReply(200, {});
      },
    });
    api = await startTestApi([take], [], true);
  });
  afterAll(() => api.close());

  /** fetch lets nobody choose Host. */
  function post(headers: Record<string, string>): Promise<{ status: number; body: string }> {
    return new Promise((resolve, reject) => {
      const sent = request(
        `${api.url}/things`,
        { method: 'POST', headers: { 'content-type': 'application/json', ...headers } },
        (response) => {
          let body = '';
          response.on('data', (chunk: Buffer) => {
            body += chunk.toString();
          });
          response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
        },
      );
      sent.on('error', reject);
      sent.end('{}');
    });
  }

  test.each([
    ['of a program', {}],
    ['of a page of this machine', { origin: 'http://localhost:3000' }],
    ['of a page of a listed origin', { origin: 'https://app.example.org' }],
  ])('takes a call %s', async (_whose, headers) => {
    expect((await post(headers)).status).toBe(200);
  });

  test.each([
    ['of a page of elsewhere', { origin: 'https://evil.example' }],
    ['of a page that hides where it is from', { origin: 'null' }],
    ['by a name that somebody else has given it', { host: 'evil.example' }],
  ])('refuses a call %s, and does nothing', async (_whose, headers) => {
    const before = taken;
    const { status, body } = await post(headers);
    expect(status).toBe(403);
    expect(JSON.parse(body)).toMatchObject({ code: 'origin-refused' });
    expect(taken).toBe(before);
  });
});
