import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface SourceFile {
  readonly path: string;
  /** Folder that the rules speak of: `vision`, `edge`, `client`, … */
  readonly area: string;
  readonly local: readonly string[];
  readonly packages: readonly string[];
  readonly text: string;
}

/** Which areas an area may import from, besides itself. ARCHITECTURE.md says why. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  protocol: [],
  vision: ['protocol'],
  synthetic: ['protocol', 'vision'],
  guidance: ['protocol', 'vision'],
  edge: ['protocol', 'vision', 'guidance', 'http'],
  analysis: ['protocol', 'vision', 'guidance', 'jobs', 'storage', 'captures'],
  jobs: ['protocol'],
  accounts: ['protocol'],
  captures: ['protocol', 'jobs', 'storage'],
  documents: ['protocol'],
  storage: ['protocol'],
  bus: ['protocol'],
  store: ['protocol'],
  state: ['protocol'],
  auth: ['protocol'],
  http: ['protocol', 'jobs', 'accounts', 'captures'],
  config: ['protocol'],
  observability: ['protocol'],
  client: ['protocol', 'vision', 'guidance', 'synthetic'],
  models: ['protocol', 'vision'],
  cli: ['*'],
  loadtest: ['*'],
};

/** The same inside of `client`, by folder; what a folder may have of `src` besides the protocol stands with it. */
const CLIENT_MAY_IMPORT: Record<string, readonly string[]> = {
  sdk: ['vision', 'guidance'],
  locales: [],
  component: ['sdk', 'locales'],
  page: ['component', 'sdk', 'locales', 'vision', 'synthetic'],
  body: ['page', 'component', 'sdk', 'locales', 'vision', 'synthetic'],
  admin: ['body'],
  build: [],
};
/** And inside of the SDK: sessions know no camera, cameras no session. */
const SDK_MAY_IMPORT: Record<string, readonly string[]> = {
  session: [],
  pump: ['session'],
  camera: [],
  local: ['camera', 'pump'],
};

/** The only areas that know a vendor. */
const VENDOR_AREAS: Record<string, readonly string[]> = {
  'uWebSockets.js': ['edge', 'http'],
  '@nats-io/transport-node': ['bus'],
  '@nats-io/jetstream': ['bus'],
  '@clickhouse/client': ['store'],
  chdb: ['store'],
  redis: ['state'],
  'onnxruntime-node': ['vision'],
  jose: ['auth'],
  pino: ['observability'],
  'prom-client': ['observability'],
  '@fastify/busboy': ['http'],
  'swagger-ui-dist': ['http'],
  standardwebhooks: ['jobs'],
  'ipaddr.js': ['http', 'jobs'],
  '@aws-sdk/client-s3': ['storage'],
  '@aws-sdk/s3-request-presigner': ['storage'],
  '@techstark/opencv-js': ['vision', 'analysis'],
  '@node-rs/argon2': ['auth'],
  pdfkit: ['documents'],
  fontkit: ['documents'],
  'bidi-js': ['documents'],
  'csv-stringify': ['documents'],
  'csv-parse': ['captures'],
  fflate: ['analysis', 'documents'],
  commander: ['cli'],
  vite: ['client'],
  lit: ['client'],
  nanoevents: ['client'],
  'onnxruntime-web': ['client'],
  '@mediapipe/tasks-vision': ['client'],
  '@mediapipe/face_mesh': ['models'],
  '@mediapipe/pose': ['models'],
  flatbuffers: ['models'],
  protobufjs: ['models'],
};

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return filesBelow(path);
    return name.endsWith('.ts') ? [path] : [];
  });
}

function areaOf(path: string): string {
  const parts = relative(root, path).split('/');
  return parts[0] === 'src' ? parts[1]! : parts[0]!;
}

function readSource(path: string): SourceFile {
  const text = readFileSync(path, 'utf8');
  const specifiers = [
    ...text.matchAll(/(?:^|\n)\s*(?:import|export)\b[^'";]*?from\s+'([^']+)'|import\(\s*'([^']+)'/g),
  ].map((match) => match[1] ?? match[2]!);
  return {
    path,
    area: areaOf(path),
    text,
    local: specifiers.filter((name) => name.startsWith('.')).map((name) => resolve(dirname(path), name)),
    packages: specifiers.filter((name) => !name.startsWith('.')),
  };
}

const sources = ['src', 'client', 'models/importer', 'loadtest']
  .flatMap((folder) => filesBelow(join(root, folder)))
  .map(readSource);
const byPath = new Map(sources.map((source) => [source.path, source]));

/** Files of an area that a browser loads too. */
function runsInBrowsers({ path, area }: SourceFile): boolean {
  return area === 'protocol' || area === 'guidance' || area === 'synthetic' || path.includes('/client/sdk/');
}

describe('who may import whom', () => {
  test('there are sources to look at, and each is in a known area', () => {
    expect(sources.length).toBeGreaterThan(80);
    expect(sources.filter(({ area }) => !(area in MAY_IMPORT)).map(({ path }) => path)).toEqual([]);
  });

  test('an area imports only the areas below it', () => {
    const broken = sources.flatMap(({ path, area, local }) => {
      const allowed = MAY_IMPORT[area] ?? [];
      const wrong = local.filter((target) => {
        const to = areaOf(target);
        return (
          to !== area && !allowed.includes('*') && !allowed.includes(to) && !target.endsWith('package.json')
        );
      });
      return wrong.map((target) => `${relative(root, path)} imports ${relative(root, target)}`);
    });
    expect(broken).toEqual([]);
  });

  test('so does a folder of the client, and one of the SDK', () => {
    const broken = sources
      .filter(({ area }) => area === 'client')
      .flatMap(({ path, local }) => {
        const [, folder = '', inner = ''] = relative(root, path).split('/');
        return local
          .filter((target) => {
            const [top, to = '', toInner = ''] = relative(root, target).split('/');
            if (top === 'src') return to !== 'protocol' && !CLIENT_MAY_IMPORT[folder]?.includes(to);
            if (folder !== to) return folder in CLIENT_MAY_IMPORT && !CLIENT_MAY_IMPORT[folder]?.includes(to);
            const isSdk = folder === 'sdk' && inner in SDK_MAY_IMPORT && toInner in SDK_MAY_IMPORT;
            return isSdk && inner !== toInner && !SDK_MAY_IMPORT[inner]?.includes(toInner);
          })
          .map((target) => `${relative(root, path)} imports ${relative(root, target)}`);
      });
    expect(broken).toEqual([]);
  });

  test('nothing but the load tests imports the command line', () => {
    const broken = sources.filter(
      ({ area, local }) =>
        area !== 'cli' && area !== 'loadtest' && local.some((target) => areaOf(target) === 'cli'),
    );
    expect(broken.map(({ path }) => relative(root, path))).toEqual([]);
  });

  test('each vendor is known in its one place', () => {
    const broken = sources.flatMap(({ path, area, packages }) =>
      packages
        .filter((name) =>
          Object.keys(VENDOR_AREAS).some((vendor) => name === vendor || name.startsWith(`${vendor}/`)),
        )
        .filter((name) => {
          const vendor = Object.keys(VENDOR_AREAS).find(
            (known) => name === known || name.startsWith(`${known}/`),
          )!;
          return (
            !VENDOR_AREAS[vendor]!.includes(area) && area !== 'loadtest' && !path.includes('/cli/doctor')
          );
        })
        .map((name) => `${relative(root, path)} imports ${name}`),
    );
    expect(broken).toEqual([]);
  });

  test('the environment is read in config only', () => {
    // libuv takes the size of its pool from nowhere else, so that one process sets it for itself.
    const broken = sources.filter(
      ({ area, text }) => area !== 'config' && /process\.env\b(?!\.UV_THREADPOOL_SIZE \?\?=)/.test(text),
    );
    expect(broken.map(({ path }) => relative(root, path))).toEqual([]);
  });

  test('what browsers load needs nothing of Node', () => {
    const broken = sources
      .filter(runsInBrowsers)
      .flatMap(({ path, packages, text }) => [
        ...packages
          .filter((name) => name.startsWith('node:'))
          .map((name) => `${relative(root, path)} imports ${name}`),
        ...(/\b(process|Buffer)\./.test(text) ? [`${relative(root, path)} uses a global of Node`] : []),
      ]);
    expect(broken).toEqual([]);
  });

  test('there are no import cycles', () => {
    const state = new Map<string, 'open' | 'done'>();
    const cycles: string[] = [];
    const visit = (path: string, trail: readonly string[]): void => {
      if (state.get(path) === 'done') return;
      if (state.get(path) === 'open') {
        cycles.push(
          [...trail.slice(trail.indexOf(path)), path].map((file) => relative(root, file)).join(' → '),
        );
        return;
      }
      state.set(path, 'open');
      for (const target of byPath.get(path)?.local ?? []) visit(target, [...trail, path]);
      state.set(path, 'done');
    };
    for (const { path } of sources) visit(path, []);
    expect(cycles).toEqual([]);
  });
});
