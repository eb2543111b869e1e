import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformWithOxc } from 'vite';
import { PATHS } from './face-landmarker-calls.ts';

export interface ServedFaceLandmarker {
  readonly pageUrl: string;
  readonly pictureUrls: readonly string[];
  close(): Promise<void>;
}

const PAGE = `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8" /><title>FaceLandmarker</title><link rel="icon" href="data:," /></head>
  <body><script type="module" src="${PATHS.script}"></script></body>
</html>
`;

const HEADERS = {
  // Isolated: the browser's clock is fine only then.
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  // Nothing but this server: tasks-vision would report its use to Google.
  'content-security-policy':
    "default-src 'none'; script-src 'self' 'unsafe-eval'; connect-src 'self'; img-src 'self' data: blob:",
  'cache-control': 'no-store',
};

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.wasm': 'application/wasm',
  '.jpg': 'image/jpeg',
};

/** The page, the runtime out of node_modules, the model and the pictures, on a free port of the loopback. */
export async function serveFaceLandmarker(
  taskFile: string,
  pictures: readonly Uint8Array[],
): Promise<ServedFaceLandmarker> {
  const packageFolder = dirname(createRequire(import.meta.url).resolve('@mediapipe/tasks-vision'));

  async function bytesOf(path: string): Promise<Uint8Array | string | null> {
    if (path === '/') return PAGE;
    if (path === PATHS.task) return readFile(taskFile);
    if (path === PATHS.script) {
      const source = fileURLToPath(new URL('./page/face-landmarker-page.ts', import.meta.url));
      return (await transformWithOxc(await readFile(source, 'utf8'), source)).code;
    }
    if (path.startsWith(PATHS.pictures))
      return pictures[Number.parseInt(path.slice(PATHS.pictures.length), 10)] ?? null;
    if (path.startsWith(PATHS.package))
      return readFile(join(packageFolder, path.slice(PATHS.package.length)));
    return null;
  }

  async function answer(path: string, response: ServerResponse): Promise<void> {
    const bytes = await bytesOf(path).catch(() => null);
    if (bytes === null) response.writeHead(404).end();
    else {
      const type = TYPES[extname(path)] ?? (path === '/' ? 'text/html' : 'application/octet-stream');
      response.writeHead(200, { ...HEADERS, 'content-type': type }).end(bytes);
    }
  }

  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    answer(normalize(decodeURIComponent(pathname)), response).catch((error: unknown) =>
      response.destroy(error as Error),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    pageUrl: `${origin}/`,
    pictureUrls: pictures.map((_, index) => `${PATHS.pictures}${index}.jpg`),
    async close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
