import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type InlineConfig, loadConfigFromFile, mergeConfig, type UserConfig } from 'vite';

const PAGES = fileURLToPath(new URL('../browser/pages', import.meta.url));
const CLIENT_CONFIG = fileURLToPath(new URL('../../client/vite.config.ts', import.meta.url));

export interface ServeOptions {
  /** More files, by the path under which they are served: `{ '/models': '/…/models' }`. */
  readonly folders?: Readonly<Record<string, string>>;
  /** Answers before any file is looked for; returns whether it has. */
  readonly handle?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

export interface ServedPages {
  readonly origin: string;
  /** The same files at another origin (another port), for embedding tests. */
  readonly otherOrigin: string;
  /**
   * The address of test/browser/pages/<name>. Served as production is: strict policy, cross-origin isolated. `plain`:
   * without either.
   */
  url(name: string, options?: { plain?: boolean; query?: Readonly<Record<string, string>> }): string;
  close(): Promise<void>;
}

/**
 * Builds the named pages out of test/browser/pages with the client's own Vite configuration and serves them on free ports
 * of 127.0.0.1, which browsers hold to be secure. A page is <name>.ts; <name>.html is made up where there is none.
 * Builds, rather than Vite's dev server: what is shipped is tested, and nothing reloads in the middle of a test.
 */
export async function servePages(names: readonly string[], options: ServeOptions = {}): Promise<ServedPages> {
  const folder = await mkdtemp(join(tmpdir(), 'framegate-pages-'));
  const outFolder = join(folder, 'built');
  try {
    if (names.length > 0) await buildPages(names, folder, outFolder);
  } catch (thrown) {
    await rm(folder, { recursive: true, force: true });
    throw thrown;
  }

  const folders = Object.entries(options.folders ?? {});
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const path = normalize(decodeURIComponent(pathname));
    for (const [name, value] of Object.entries(SHARED_HEADERS)) response.setHeader(name, value);
    if (extname(path) === '.html' && !searchParams.has('plain')) {
      for (const [name, value] of Object.entries(strictHeaders(otherOrigin))) response.setHeader(name, value);
    }
    if (options.handle?.(request, response) === true) return;
    const mount = folders.find(([prefix]) => path.startsWith(`${prefix}/`));
    const file = mount === undefined ? join(outFolder, path) : join(mount[1], path.slice(mount[0].length));
    const bytes = await readFile(file).catch(() => null);
    if (bytes === null) {
      response.writeHead(404).end();
      return;
    }
    response
      .writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' })
      .end(bytes);
  };
  const listen = async (): Promise<{ server: Server; origin: string }> => {
    const server = createServer((request, response) => {
      serve(request, response).catch((error: unknown) => response.destroy(error as Error));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  };
  const other = await listen();
  const otherOrigin = other.origin;
  const own = await listen();

  return {
    origin: own.origin,
    otherOrigin,
    url(name, { plain = false, query = {} } = {}) {
      const search = new URLSearchParams({ ...query, ...(plain && { plain: '' }) }).toString();
      return `${own.origin}/${name}.html${search === '' ? '' : `?${search}`}`;
    },
    async close() {
      for (const { server } of [own, other]) {
        server.closeAllConnections();
        server.close();
      }
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function buildPages(names: readonly string[], folder: string, outFolder: string): Promise<void> {
  const sources = join(folder, 'pages');
  await mkdir(sources);
  const input: Record<string, string> = {};
  for (const name of names) {
    const own = join(PAGES, `${name}.html`);
    const html = existsSync(own) ? await readFile(own, 'utf8') : htmlOf(name);
    input[name] = join(sources, `${name}.html`);
    // Beside a link to the source: the page names its script `./<name>.ts` either way.
    await writeFile(input[name], html.replaceAll(`./${name}.ts`, join(PAGES, `${name}.ts`)));
  }
  const loaded = await loadConfigFromFile({ command: 'build', mode: 'production' }, CLIENT_CONFIG);
  const client: UserConfig = loaded?.config ?? {};
  // Of the client's build all but what it builds and where to.
  const { rolldownOptions: _inputs, ...clientBuild } = client.build ?? {};
  const own: InlineConfig = {
    configFile: false,
    root: sources,
    publicDir: false,
    logLevel: 'error',
    build: {
      outDir: outFolder,
      emptyOutDir: true,
      minify: false,
      reportCompressedSize: false,
      modulePreload: { polyfill: false },
      rolldownOptions: { input },
    },
  };
  await build(mergeConfig({ ...client, build: clientBuild }, own) as InlineConfig);
}

function htmlOf(name: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>${name}</title>
    <link rel="icon" href="data:," />
  </head>
  <body>
    <script type="module" src="./${name}.ts"></script>
  </body>
</html>
`;
}

const SHARED_HEADERS = {
  'cross-origin-resource-policy': 'cross-origin',
  'access-control-allow-origin': '*',
  'cache-control': 'no-store',
  // A worker's script has a policy of its own to meet: without this one it is not started by an isolated page.
  'cross-origin-embedder-policy': 'require-corp',
};

function strictHeaders(otherOrigin: string): Record<string, string> {
  return {
    'content-security-policy': [
      "default-src 'none'",
      `script-src 'self' 'wasm-unsafe-eval' ${otherOrigin}`,
      "worker-src 'self' blob:",
      "style-src 'self'",
      "img-src 'self' blob: data:",
      "media-src 'self' blob: mediastream:",
      'connect-src http: https: ws: wss: blob: data:',
      "base-uri 'none'",
      "form-action 'none'",
    ].join('; '),
    'cross-origin-opener-policy': 'same-origin',
  };
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
};
