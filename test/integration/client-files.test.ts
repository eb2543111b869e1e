import { App, type TemplatedApp } from 'uWebSockets.js';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importModels } from '../../models/importer/import-models.ts';
import { browserModels } from '../../src/cli/client/browser-models.ts';
import { createKeptFiles, type KeptFiles } from '../../src/http/files/kept-files.ts';
import { listenExclusively } from '../../src/http/listen-exclusively.ts';
import type { Route } from '../../src/http/route.ts';
import { mountRoutes } from '../../src/http/router.ts';
import { clientFileRoutes } from '../../src/http/routes/client-files.ts';
import { modelFileRoutes } from '../../src/http/routes/model-files.ts';
import { poseModelNames } from '../../src/vision/load-pose-models.ts';
import { MODELS_FOLDER } from '../../src/vision/model-registry.ts';
import { until } from '../support/until.ts';

/** Larger than what the kernel takes for both ends of a loopback connection. */
const BIG = randomBytes(24 * 1024 * 1024);
const PAGE = '<!doctype html><title>page</title>';
const SCRIPT = `export const text = '${'a'.repeat(5000)}';`;

let folder: string;
const apps: TemplatedApp[] = [];
const faults: unknown[] = [];

async function serve(routes: readonly Route[]): Promise<number> {
  const app = App();
  apps.push(app);
  mountRoutes(app, routes, { error: (fields) => faults.push(fields.err) });
  return (await listenExclusively(app, '127.0.0.1', 0)).port;
}

async function put(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), content);
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** Neither follows, decodes nor tidies the path. */
function get(port: number, path: string, headers: Record<string, string> = {}, method = 'GET') {
  return new Promise<Answer>((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port, path, headers, method, agent: false });
    call.once('error', reject);
    call.once('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('end', () =>
        resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks) }),
      );
      response.once('error', reject);
    });
    call.end();
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'framegate-client-files-'));
  await put('secret.txt', 'secret');
  await put('client/index.html', PAGE);
  await put('client/example/index.html', PAGE);
  await put('client/.build.json', '{}');
  await put('client/assets/.hidden.js', 'hidden');
  await put('client/framegate-client.js', SCRIPT);
  await put('client/framegate-client.js.br', brotliCompressSync(SCRIPT));
  await put('client/framegate-client.js.gz', gzipSync(SCRIPT));
  await put('client/body/index.html', PAGE);
  await put('client/assets/page-1234.js', SCRIPT);
  await put('client/assets/ort-1234.wasm', BIG);
});

afterAll(async () => {
  for (const app of apps) app.close();
  await rm(folder, { recursive: true, force: true });
  expect(faults).toEqual([]);
});

describe('the client’s files', () => {
  let files: KeptFiles;
  let port: number;
  beforeAll(async () => {
    files = createKeptFiles(join(folder, 'client'), 100 * 1024 * 1024);
    port = await serve(clientFileRoutes(files));
  });

  test('the page comes with its policy, isolated, and is asked about each time', async () => {
    const { status, headers, body } = await get(port, '/');
    expect({ status, body: body.toString() }).toEqual({ status: 200, body: PAGE });
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
    expect(headers['permissions-policy']).toContain('camera=(self)');
    const policy = headers['content-security-policy']!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval';");
    expect(policy).not.toContain('unsafe-inline');
    expect(policy).not.toMatch(/'unsafe-eval'/);
    expect((await get(port, '/example/')).headers['content-security-policy']).toBe(policy);
    expect(await get(port, '/example')).toMatchObject({ status: 308, headers: { location: '/example/' } });
  });

  test('the body page may call the HTTP interface that it is told of, and no other page may', async () => {
    const apiUrl = 'https://api.example:8443/framegate';
    const own = await serve(clientFileRoutes(files, { apiUrl, anonymous: false }));
    const connect = async (onPort: number, path: string) =>
      /connect-src ([^;]*)/.exec(String((await get(onPort, path)).headers['content-security-policy']))?.[1];
    expect(await connect(own, '/body/')).toBe("'self' ws: wss: https://api.example:8443");
    expect(await connect(own, '/')).toBe("'self' ws: wss:");
    expect(await connect(port, '/body/')).toBe("'self' ws: wss:");
    const settings = await get(own, '/client-settings.json');
    expect(JSON.parse(settings.body.toString())).toEqual({ apiUrl, anonymous: false });
    expect(settings.headers['cache-control']).toBe('no-store');
    expect(JSON.parse((await get(port, '/client-settings.json')).body.toString()).apiUrl).toBeNull();
    expect(await get(own, '/body')).toMatchObject({ status: 308, headers: { location: '/body/' } });
  });

  test('what has a hash in its name is kept for ever, and any page may embed it', async () => {
    const { headers } = await get(port, '/assets/page-1234.js');
    expect(headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
      'cross-origin-embedder-policy': 'require-corp',
      vary: 'accept-encoding',
    });
    expect((await get(port, '/framegate-client.js')).headers['cache-control']).toBe('no-cache');
  });

  test('each encoding is told apart by its tag, and decodes to the same', async () => {
    const decoders = { br: brotliDecompressSync, gzip: gunzipSync, identity: (body: Buffer) => body };
    const tags = new Set<unknown>();
    for (const [encoding, decode] of Object.entries(decoders)) {
      const { headers, body } = await get(port, '/framegate-client.js', { 'accept-encoding': encoding });
      expect(headers['content-encoding']).toBe(encoding === 'identity' ? undefined : encoding);
      expect(decode(body).toString()).toBe(SCRIPT);
      expect(headers.etag).toMatch(/^"[0-9a-f]+"$/);
      tags.add(headers.etag);
    }
    expect(tags.size).toBe(3);
    // No .br beside this one.
    const plain = await get(port, '/assets/page-1234.js', { 'accept-encoding': 'br' });
    expect(plain.headers['content-encoding']).toBeUndefined();
  });

  test('what the client has is not sent again', async () => {
    const first = await get(port, '/framegate-client.js', { 'accept-encoding': 'br' });
    const again = await get(port, '/framegate-client.js', {
      'accept-encoding': 'br',
      'if-none-match': `"other", W/${first.headers.etag}`,
    });
    expect(again).toMatchObject({
      status: 304,
      headers: { etag: first.headers.etag, vary: 'accept-encoding' },
    });
    expect(again.body).toHaveLength(0);
    expect(again.headers['content-type']).toBeUndefined();
    const other = await get(port, '/framegate-client.js', { 'if-none-match': first.headers.etag! });
    expect(other.status).toBe(200);
  });

  test('HEAD tells the length only', async () => {
    const { status, headers, body } = await get(port, '/assets/ort-1234.wasm', {}, 'HEAD');
    expect(status).toBe(200);
    expect(headers['content-length']).toBe(String(BIG.byteLength));
    expect(headers['content-type']).toBe('application/wasm');
    expect(body).toHaveLength(0);
  });

  test.each([
    '/assets/../../secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/assets/%2e%2e/%2e%2e/secret.txt',
    '/assets/..\\..\\secret.txt',
    '/assets/%00',
    '/assets/%ff',
    '/assets/.hidden.js',
    '/assets/%2ehidden.js',
    '/assets/',
    '/assets',
    '/assets/none.js',
    '/.build.json',
    '/index.html',
    '/../secret.txt',
    '/framegate-client.js/',
    '/framegate-client.js.br',
    `/assets/${'a'.repeat(1000)}.js`,
  ])('nothing is at %s', async (path) => {
    const { status, headers, body } = await get(port, path);
    expect(status).toBe(404);
    expect(headers['content-type']).toContain('application/json');
    expect(JSON.parse(body.toString())).toMatchObject({ error: { code: 'not-found' } });
  });

  test('a large file arrives whole at a reader that takes its time, and costs the node no copies', async () => {
    await get(port, '/assets/ort-1234.wasm', {}, 'HEAD');
    global.gc?.();
    const before = process.memoryUsage();
    const readers = await Promise.all(Array.from({ length: 8 }, () => slowReader(port)));
    // All of them stand still with an answer under way.
    await Promise.all(readers.map((reader) => once(reader, 'readable')));
    expect((await get(port, '/framegate-client.js')).status).toBe(200);
    const after = process.memoryUsage();
    const grownBytes = after.arrayBuffers + after.rss - before.arrayBuffers - before.rss;
    expect(grownBytes).toBeLessThan(4 * BIG.byteLength);
    const [first, ...others] = readers;
    for (const reader of others) reader.destroy();
    expect((await wholeBody(first!)).equals(BIG)).toBe(true);
    expect(files.keptBytes).toBeLessThan(2 * BIG.byteLength);
  });

  test('readers that leave in the middle are forgotten, and the next is served', async () => {
    const readers = await Promise.all(Array.from({ length: 5 }, () => slowReader(port)));
    await Promise.all(readers.map((reader) => once(reader, 'readable')));
    for (const reader of readers) reader.destroy();
    const { status, body } = await get(port, '/assets/ort-1234.wasm');
    expect(status).toBe(200);
    expect(body.equals(BIG)).toBe(true);
  });

  test('a client that leaves before its file is read is no fault', async () => {
    const cold = await serve(clientFileRoutes(createKeptFiles(join(folder, 'client'), BIG.byteLength * 2)));
    const socket = connect(cold, '127.0.0.1');
    socket.write('GET /assets/ort-1234.wasm HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(socket, 'ready');
    socket.destroy();
    expect((await get(cold, '/')).status).toBe(200);
  });
});

/** Asks for the large file and reads nothing of it. */
async function slowReader(port: number) {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.pause();
  socket.write('GET /assets/ort-1234.wasm HTTP/1.1\r\nHost: x\r\n\r\n');
  return socket;
}

async function wholeBody(socket: Awaited<ReturnType<typeof slowReader>>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let received = 0;
  let headBytes = -1;
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    received += chunk.length;
    if (headBytes < 0) headBytes = Buffer.concat(chunks).indexOf('\r\n\r\n') + 4;
  });
  await until(() => received >= BIG.byteLength + headBytes, 20_000);
  socket.destroy();
  return Buffer.concat(chunks).subarray(headBytes);
}

test('without a build the page says how to make one, and other addresses are not found', async () => {
  const port = await serve(clientFileRoutes(createKeptFiles(join(folder, 'none'), 1000)));
  const page = await get(port, '/');
  expect(page.status).toBe(503);
  expect(page.headers['content-type']).toContain('text/plain');
  expect(page.body.toString()).toContain('npm run client');
  expect((await get(port, '/framegate-client.js')).status).toBe(404);
});

describe('the models for browsers', () => {
  test('those with the right hash are listed and can be loaded; the bundle only where it is', async () => {
    const models = join(folder, 'models');
    const poseNames = poseModelNames('lite');
    await importModels({ names: poseNames });
    for (const name of ['face-detector', 'face-mesh', 'canonical-face', ...poseNames, 'manifest.json'])
      await cp(join(MODELS_FOLDER, name), join(models, name), { recursive: true });
    await writeFile(join(models, 'face-detector', '1.0.0', 'model.onnx'), 'not the model');
    const port = await serve(modelFileRoutes(browserModels(models)));
    const manifest = async () => {
      const { headers, body } = await get(port, '/models/manifest.json');
      expect(headers).toMatchObject({ 'access-control-allow-origin': '*', 'cache-control': 'no-cache' });
      return JSON.parse(body.toString());
    };
    const listed = await manifest();
    expect(listed.models.map(({ name }: { name: string }) => name)).toEqual([
      'face-mesh',
      'canonical-face',
      ...poseNames,
    ]);
    expect(listed.faceLandmarker).toBeNull();
    for (const { url, bytes, sha256 } of listed.models) {
      const { pathname, search } = new URL(url, 'http://node/models/manifest.json');
      const { status, headers, body } = await get(port, pathname + search);
      expect({ status, bytes: body.byteLength }).toEqual({ status: 200, bytes });
      expect(headers).toMatchObject({
        'cache-control': 'public, max-age=31536000, immutable',
        'cross-origin-resource-policy': 'cross-origin',
        etag: `"${sha256.slice(0, 32)}"`,
      });
    }
    for (const path of [
      'face-detector/1.0.0/model.onnx',
      'manifest.json/',
      '../secret.txt',
      'face_landmarker.task',
    ])
      expect((await get(port, `/models/${path}`)).status, path).toBe(404);

    // It was listed with another content, and that is what its address means.
    await writeFile(join(models, 'face-mesh', '1.0.0', 'model.onnx'), 'another model');
    expect((await get(port, '/models/face-mesh/1.0.0/model.onnx')).status).toBe(404);

    await writeFile(join(models, 'face_landmarker.task'), 'bundle');
    const { faceLandmarker } = await manifest();
    expect(faceLandmarker).toMatchObject({ url: expect.stringMatching(/^face_landmarker\.task/), bytes: 6 });
    const bundle = await get(port, `/models/${faceLandmarker.url}`);
    expect(bundle.body.toString()).toBe('bundle');
    expect(bundle.headers['cache-control']).toBe('no-cache');
  });
});
