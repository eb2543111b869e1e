import { createAuthenticator } from '../../auth/authenticator.ts';
import { isLoopback } from '../../auth/is-loopback.ts';
import type { Config } from '../../config/parse-config.ts';
import type { DoctorDeps, RunningNode } from './doctor-deps.ts';
import { type Finding, fail, ok, reasonOf, warn } from './finding.ts';

const MIB = 1024 * 1024;
const LEAST_FREE_BYTES = 256 * MIB;
const COMFORTABLE_FREE_BYTES = 2048 * MIB;

export function checkAccess(config: Config): Finding {
  try {
    const { anonymous } = createAuthenticator({ ...config.auth, host: config.edge.host });
    const { jwksUrl } = config.auth;
    if (jwksUrl?.startsWith('http:') && !isLoopback(new URL(jwksUrl).hostname)) {
      return warn(
        'access',
        'the keys of the token issuer come over plain HTTP',
        'use https in FRAMEGATE_AUTH_JWKS_URL',
      );
    }
    const who = anonymous ? 'clients of this machine need no token' : 'a token is required';
    return ok('access', `${config.edge.host}: ${who}`);
  } catch (thrown) {
    return fail('access', reasonOf(thrown), 'docs/configuration.md, section auth');
  }
}

export async function checkPort(
  config: Config,
  deps: Pick<DoctorDeps, 'isPortFree'>,
  running: RunningNode | null,
): Promise<Finding> {
  const { host, port } = config.edge;
  if (running !== null) return ok('port', `framegate runs here: ${running.url} (process ${running.pid})`);
  if (port === 0) return ok('port', 'any free one');
  if (await deps.isPortFree(port, host)) return ok('port', `${port} of ${host} is free`);
  return fail('port', `${port} of ${host} is in use`, 'stop the other program, or set FRAMEGATE_PORT');
}

export async function checkDataFolder(config: Config, deps: Pick<DoctorDeps, 'folder'>): Promise<Finding[]> {
  const path = config.folders.data;
  const { freeBytes, problem } = await deps.folder(path);
  const writable =
    problem === null
      ? ok('data folder', path)
      : fail('data folder', `${path}: ${problem}`, 'make it writable, or set FRAMEGATE_DATA_FOLDER');
  const free = `${Math.round(freeBytes / MIB)} MiB free`;
  const fix = 'free some space, or set FRAMEGATE_DATA_FOLDER to a larger disk';
  if (freeBytes < LEAST_FREE_BYTES) return [writable, fail('disk', free, fix)];
  if (freeBytes < COMFORTABLE_FREE_BYTES) return [writable, warn('disk', free, fix)];
  return [writable, ok('disk', free)];
}
