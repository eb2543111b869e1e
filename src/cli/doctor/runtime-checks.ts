import type { Config } from '../../config/parse-config.ts';
import type { DoctorDeps } from './doctor-deps.ts';
import { type Finding, fail, ok, reasonOf, warn } from './finding.ts';

/** Runs TypeScript as it is. */
const LEAST_NODE = [22, 18] as const;

export function checkNode(deps: Pick<DoctorDeps, 'nodeVersion'>): Finding {
  const [major = 0, minor = 0] = deps.nodeVersion.replace(/^v/, '').split('.').map(Number);
  const isEnough = major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1]);
  if (!isEnough) {
    return fail(
      'node',
      `${deps.nodeVersion}; ${LEAST_NODE.join('.')} or later is needed`,
      'start with `npx framegate` or an npm script: npm ci brings the right Node along',
    );
  }
  // The WebSocket server's binaries are built for single major versions.
  if (major !== LEAST_NODE[0]) {
    return warn('node', `${deps.nodeVersion}; tried with ${LEAST_NODE[0]}`, 'run it by `npx framegate`');
  }
  return ok('node', deps.nodeVersion);
}

const PACKAGES = [
  { name: 'uWebSockets.js', what: 'the WebSocket server' },
  { name: 'sharp', what: 'image decoding' },
  { name: 'onnxruntime-node', what: 'inference' },
  { name: 'chdb', what: 'the embedded ClickHouse' },
] as const;

/** Whether the packages' native parts load on this machine. */
export function checkPackages(config: Config, deps: Pick<DoctorDeps, 'loadPackage'>): Promise<Finding[]> {
  return Promise.all(
    PACKAGES.map(async ({ name, what }) => {
      const problem = await deps.loadPackage(name);
      if (problem === null) return ok(name, `${what} loads`);
      if (name === 'chdb' && config.store.url !== null) {
        return ok(name, 'not there, and not needed: FRAMEGATE_CLICKHOUSE_URL is set');
      }
      const otherwise = name === 'chdb' ? ', or set FRAMEGATE_CLICKHOUSE_URL' : '';
      return fail(name, `${what} does not load: ${problem}`, `run \`npm ci\` on this machine${otherwise}`);
    }),
  );
}

/** Live guidance needs no page, so that none is no fault. */
export async function checkClient(config: Config, deps: Pick<DoctorDeps, 'client'>): Promise<Finding> {
  const folder = config.folders.client;
  const { state, builtAtStart } = await deps.client(folder);
  if (state === 'current') return ok('client', `built, ${folder}`);
  const what = state === 'missing' ? 'not built' : 'older than its sources';
  if (builtAtStart) return ok('client', `${what}; the next start of an edge builds it`);
  return warn(
    'client',
    `${what}: ${folder}`,
    'run `npm ci` and `npm run client`, or set FRAMEGATE_CLIENT_FOLDER',
  );
}

export async function checkModels(config: Config, deps: Pick<DoctorDeps, 'models'>): Promise<Finding[]> {
  try {
    const models = await deps.models(config);
    return models.map(({ name, version, problem }) =>
      problem === null
        ? ok(`model ${name}`, `${version}, as in the manifest`)
        : fail(`model ${name}`, problem, 'run `npm run models`'),
    );
  } catch (thrown) {
    return [fail('models', reasonOf(thrown), 'run `npm run models`, or set FRAMEGATE_MODELS_FOLDER')];
  }
}
