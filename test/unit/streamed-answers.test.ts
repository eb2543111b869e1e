import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createApiServer } from '../../src/http/api-server.ts';
import { createBodyBudget } from '../../src/http/bodies/body-budget.ts';
import { endpoint, OPEN_ACCESS } from '../../src/http/endpoint.ts';
import { detailedErrors } from '../../src/http/errors/detailed-errors.ts';
import type { HttpReply, Route } from '../../src/http/route.ts';
import { startTestApi, type TestApi } from '../support/test-api.ts';
import { until } from '../support/until.ts';

let api: TestApi;
afterEach(() => api?.close());

async function serve(body: () => HttpReply['body']): Promise<void> {
  const route: Route = {
    method: 'GET',
    path: '/chunks',
    handle: () => ({ status: 200, contentType: 'text/plain', body: body() }),
  };
  api = await startTestApi([], [route]);
}

const get = () => fetch(`${api.url}/chunks`);

it('an answer in chunks is waited for by a server that drains', async () => {
  const { promise: rest, resolve: goOn } = Promise.withResolvers<void>();
  const server = createApiServer({
    endpoints: [
      endpoint({
        method: 'GET',
        path: '/chunks',
        summary: 'x',
        tag: 'x',
        responses: {},
        errors: detailedErrors,
        access: OPEN_ACCESS,
        handle: () => ({
          status: 200,
          contentType: 'text/plain',
          body: (async function* () {
            yield 'half ';
            await rest;
            yield 'whole';
          })(),
        }),
      }),
    ],
    health: { node: 'test', warm: () => true, dependencies: [] },
    metrics: { contentType: 'text/plain', text: async () => '' },
    version: 'test',
    bodies: { idleTimeoutMs: 5000, timeoutMs: 5000, budget: createBodyBudget(1024) },
    allowedOrigins: [],
    anonymous: false,
    onAnswer: () => {},
    logger: { error: () => {} },
  });
  const { port } = await server.listen('127.0.0.1', 0);
  const response = await fetch(`http://127.0.0.1:${port}/chunks`);
  let isDrained = false;
  const drained = server.drain(5000).then(() => {
    isDrained = true;
  });
  await new Promise(setImmediate);
  expect(isDrained).toBe(false);
  goOn();
  expect(await response.text()).toBe('half whole');
  await drained;
  server.close();
});

describe('an answer in chunks', () => {
  it('is whole, empty chunks and none at all included', async () => {
    await serve(async function* () {
      yield 'one ';
      yield '';
      yield new TextEncoder().encode('two ');
      await new Promise(setImmediate);
      yield 'ünd drei';
    });
    const response = await get();
    expect(response.headers.get('transfer-encoding')).toBe('chunked');
    expect(await response.text()).toBe('one two ünd drei');
    api.close();
    await serve(async function* () {});
    expect(await (await get()).text()).toBe('');
  });

  it('is made no faster than its reader takes it, and arrives whole', async () => {
    let made = 0;
    const chunk = new Uint8Array(256 * 1024).fill(65);
    await serve(async function* () {
      for (; made < 400; made++) yield chunk;
    });
    const { port, hostname } = new URL(api.url);
    const socket = connect(Number(port), hostname);
    socket.write('GET /chunks HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    // Reads nothing as long as nobody listens. The system's buffers hold some of it, and not 100 MiB.
    let before = -1;
    await until(() => {
      const stands = made === before;
      before = made;
      return stands && made > 0;
    }, 5000);
    expect(made).toBeLessThan(200);
    let bytes = 0;
    socket.on('data', (data: Buffer) => {
      bytes += data.length;
      if (data.subarray(-5).toString() === '0\r\n\r\n') socket.end();
    });
    await once(socket, 'close');
    expect(made).toBe(400);
    expect(bytes).toBeGreaterThan(400 * chunk.byteLength);
  });

  it('ends being made when its reader is gone', async () => {
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    await serve(async function* () {
      try {
        for (;;) {
          yield new Uint8Array(64 * 1024);
          await new Promise(setImmediate);
        }
      } finally {
        end();
      }
    });
    const { port, hostname } = new URL(api.url);
    const socket = connect(Number(port), hostname);
    socket.write('GET /chunks HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(socket, 'readable');
    socket.destroy();
    await ended;
    expect(api.faults).toEqual([]);
  });

  it('is cut off where it breaks', async () => {
    await serve(async function* () {
      yield 'half';
      throw new Error('broken');
    });
    await expect(get().then((response) => response.text())).rejects.toThrow();
    expect(api.faults).toMatchObject([{ message: 'broken' }]);
  });
});
