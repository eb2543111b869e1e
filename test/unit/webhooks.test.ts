import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentedEndpoints } from '../../src/cli/documented-endpoints.ts';
import { postWebhook, type WebhookPost } from '../../src/jobs/webhooks/post-webhook.ts';
import { isPublic, webhookTarget } from '../../src/jobs/webhooks/webhook-address.ts';
import { createWebhookJobHandler, submitWebhook } from '../../src/jobs/webhooks/webhook-job-handler.ts';
import type { JobStatus } from '../../src/protocol/jobs.ts';
import { createFakeJobDesk } from '../support/fake-job-desk.ts';
import { jobRequest, jobStatus } from '../support/job-records.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const PUBLIC = '203.0.114.5';
const REFUSED = { code: 'webhook-refused' };
const CONTEXT = { attempt: 1, signal: new AbortController().signal, progress: () => {} };

const rules = (addresses: readonly string[] = [PUBLIC], allowedHosts: readonly string[] = []) => ({
  allowedHosts,
  resolve: async () => addresses,
});

describe('where a webhook may go', () => {
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.100.100.200',
    '168.63.129.16',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '192.0.2.1',
    '198.18.0.1',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:a9fe:a9fe',
    '::7f00:1',
    'fe80::1',
    'fc00::1',
    'fd00:ec2::254',
    '64:ff9b::a00:1',
    '2002:a00:1::',
    '2001::1',
    '2001:db8::1',
    'ff02::1',
    'not an address',
  ])('not to %s', async (address) => {
    expect(isPublic(address)).toBe(false);
    await expect(webhookTarget('https://hooks.example.org/', rules([address]))).rejects.toMatchObject(
      REFUSED,
    );
  });

  it.each([PUBLIC, '8.8.8.8', '2606:4700::1111', '::ffff:8.8.8.8'])('to %s', async (address) => {
    expect(isPublic(address)).toBe(true);
    expect(await webhookTarget('https://hooks.example.org/a?b', rules([address]))).toMatchObject({ address });
  });

  it.each([
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://0177.0.0.1/',
    'https://127.1/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::127.0.0.1]/',
    'https://①②⑦.0.0.1/',
    'http://hooks.example.org/',
    'ftp://hooks.example.org/',
    'file:///etc/passwd',
    'https://user:password@hooks.example.org/',
    'hooks.example.org',
    '',
    `https://hooks.example.org/${'x'.repeat(3000)}`,
  ])('not by %s', async (url) => {
    await expect(webhookTarget(url, rules())).rejects.toMatchObject(REFUSED);
  });

  it('not where one of several addresses is private, or where there is none', async () => {
    const url = 'https://hooks.example.org/';
    await expect(webhookTarget(url, rules([PUBLIC, '10.0.0.1']))).rejects.toMatchObject(REFUSED);
    await expect(webhookTarget(url, rules([]))).rejects.toMatchObject({ ...REFUSED, retryable: true });
  });

  it('to a host that is listed, over http and into a private network too, and to no other port of it', async () => {
    const listed = rules(['10.0.0.1'], ['hooks.internal', '127.0.0.1:9000']);
    expect(await webhookTarget('http://hooks.internal:8080/', listed)).toMatchObject({ address: '10.0.0.1' });
    expect(await webhookTarget('http://127.0.0.1:9000/', listed)).toMatchObject({ address: '127.0.0.1' });
    await expect(webhookTarget('http://127.0.0.1:9001/', listed)).rejects.toMatchObject(REFUSED);
    await expect(webhookTarget('https://hooks.internal.evil.org/', listed)).rejects.toMatchObject(REFUSED);
  });
});

describe('a webhook', () => {
  const status = jobStatus('job-1', {
    state: 'completed',
    attempts: 1,
    finishedAtMs: 1_760_000_005_000,
    webhookUrl: 'https://hooks.example.org/',
  });
  const request = jobRequest('hook-1', { kind: 'webhook', params: { url: status.webhookUrl, status } });
  const handlerWith = (post: (post: WebhookPost) => Promise<number>, addresses?: readonly string[]) =>
    createWebhookJobHandler({ ...rules(addresses), secret: SECRET, clock: { nowMs: Date.now }, post });

  it('is signed by the rules of Standard Webhooks, with the same id at every try', async () => {
    const posts: WebhookPost[] = [];
    const handler = handlerWith(async (post) => posts.push(post) && 204);
    await handler.run(request, new Map(), CONTEXT);
    await handler.run(request, new Map(), { ...CONTEXT, attempt: 2 });
    for (const { body, headers, target } of posts) {
      expect(target.address).toBe(PUBLIC);
      expect(headers['webhook-id']).toBe('hook-1');
      expect(new Webhook(SECRET).verify(body, { ...headers })).toEqual({
        type: 'job.completed',
        timestamp: new Date(1_760_000_005_000).toISOString(),
        data: {
          job_id: 'job-1',
          kind: 'skin',
          status: 'completed',
          attempts: 1,
          error: null,
          request_id: 'request-1',
        },
      });
    }
    expect(posts).toHaveLength(2);
  });

  it.each<[Partial<JobStatus>, unknown]>([
    [
      { kind: 'image-variants' },
      { status: '/api/v1/images/jobs/job-1', result: '/api/v1/images/jobs/job-1/result' },
    ],
    [
      { kind: 'face-contours' },
      { status: '/api/v1/frontal/crop/status/job-1', result: '/api/v1/frontal/contours/job-1' },
    ],
    [{ kind: 'image-variants', state: 'failed' }, { status: '/api/v1/images/jobs/job-1' }],
    [{ kind: 'face-contours', state: 'cancelled' }, { status: '/api/v1/frontal/crop/status/job-1' }],
    // By the capture that it measures.
    [
      { kind: 'body', subjectId: 'capture-1' },
      { status: '/api/v1/capture/capture-1/status', result: '/api/v1/capture/capture-1/results' },
    ],
  ])('of %j links to %j', async (overrides, links) => {
    const posts: WebhookPost[] = [];
    const handler = handlerWith(async (post) => posts.push(post) && 204);
    const told = { ...status, ...overrides };
    await handler.run({ ...request, params: { url: told.webhookUrl, status: told } }, new Map(), CONTEXT);
    expect(JSON.parse(posts[0]?.body ?? '')).toMatchObject({ data: { links } });
    const answered = documentedEndpoints().filter(({ method }) => method === 'GET');
    for (const link of Object.values(links as Record<string, string>)) {
      const pattern = link.replace(/(job|capture)-1/, ':id');
      expect(answered.map(({ path }) => path.replace(/:\w+/, ':id'))).toContain(pattern);
    }
  });

  it.each([
    [301, true],
    [404, true],
    [500, true],
    [0, true],
    [410, false],
  ])('that is answered %i is tried again: %s', async (answer, retryable) => {
    const handler = handlerWith(async () => answer);
    await expect(handler.run(request, new Map(), CONTEXT)).rejects.toMatchObject({ ...REFUSED, retryable });
  });

  it('is not sent where its name leads into a private network by now', async () => {
    const posts: unknown[] = [];
    const handler = handlerWith(async (post) => posts.push(post) && 204, ['127.0.0.1']);
    await expect(handler.run(request, new Map(), CONTEXT)).rejects.toMatchObject({
      ...REFUSED,
      retryable: false,
    });
    expect(posts).toEqual([]);
  });

  it('needs a secret, and one that is none is told at the start', async () => {
    const deps = { ...rules(), clock: { nowMs: Date.now } };
    const handler = createWebhookJobHandler({ ...deps, secret: null });
    await expect(handler.run(request, new Map(), CONTEXT)).rejects.toMatchObject(REFUSED);
    expect(() => createWebhookJobHandler({ ...deps, secret: 'whsec_not base64!' })).toThrow(/base64/);
  });

  it('is handed in once for each end, and only where somebody wants to be told', async () => {
    const { desk, submitted } = await createFakeJobDesk();
    const ended: JobStatus = { ...status, owner: 'ann' };
    await submitWebhook(desk, ended);
    await submitWebhook(desk, ended);
    await submitWebhook(desk, { ...ended, jobId: 'job-2', webhookUrl: null });
    expect(submitted).toMatchObject([
      { kind: 'webhook', owner: 'ann', webhookUrl: null, params: { url: status.webhookUrl } },
    ]);
  });
});

describe('the post of a webhook', () => {
  let answer = (_request: IncomingMessage, response: ServerResponse) => void response.end();
  const server = createServer((request, response) => answer(request, response));
  let port = 0;
  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const post = (overrides: Partial<WebhookPost> = {}) =>
    postWebhook({
      // No resolver knows this name: it is the address that counts.
      target: { url: new URL(`http://hooks.invalid:${port}/hook?x=1`), address: '127.0.0.1' },
      headers: { 'webhook-id': 'hook-1' },
      body: '{"ü":1}',
      timeoutMs: 5000,
      signal: new AbortController().signal,
      ...overrides,
    });

  it('goes to the address that was checked, under the name that was given', async () => {
    const got = Promise.withResolvers<unknown>();
    answer = (request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      request.on('end', () => {
        got.resolve([request.method, request.url, request.headers.host, request.headers['webhook-id'], body]);
        response.writeHead(202).end('taken');
      });
    };
    expect(await post()).toBe(202);
    expect(await got.promise).toEqual(['POST', '/hook?x=1', `hooks.invalid:${port}`, 'hook-1', '{"ü":1}']);
  });

  it('follows no redirect', async () => {
    let requests = 0;
    answer = (_request, response) => {
      requests++;
      response.writeHead(302, { location: `http://127.0.0.1:${port}/elsewhere` }).end();
    };
    expect(await post()).toBe(302);
    expect(requests).toBe(1);
  });

  it('does not read an answer without end', async () => {
    const closed = Promise.withResolvers<void>();
    answer = (_request, response) => {
      response.writeHead(200);
      const more = () => {
        if (!response.destroyed) response.write('x'.repeat(65_536), more);
      };
      more();
      response.on('close', () => closed.resolve());
    };
    expect(await post({ timeoutMs: 3_600_000 })).toBe(200);
    await closed.promise;
  });

  it('gives up on an address that does not answer, and at a refused connection', async () => {
    answer = () => {};
    await expect(post({ timeoutMs: 20 })).rejects.toMatchObject({ ...REFUSED, retryable: true });
    await expect(post({ signal: AbortSignal.abort() })).rejects.toMatchObject({
      ...REFUSED,
      retryable: true,
    });
    const target = { url: new URL('http://hooks.invalid:1/'), address: '127.0.0.1' };
    await expect(post({ target })).rejects.toMatchObject({ ...REFUSED, retryable: true });
  });
});
