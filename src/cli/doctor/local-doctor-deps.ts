import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BODY_REGRESSORS_NAME } from '../../analysis/body/regressors/load-body-regressors.ts';
import { createBus } from '../../bus/create-bus.ts';
import type { Config } from '../../config/parse-config.ts';
import { FramegateError } from '../../protocol/framegate-error.ts';
import { createRedisState } from '../../state/create-redis-state.ts';
import { createStore } from '../../store/client.ts';
import { readMigrations } from '../../store/migration-files.ts';
import { openModels } from '../../vision/model-registry.ts';
import { clientState, isBuiltAtStart } from '../client/ensure-client.ts';
import { busOptions, storeSettings } from '../connection-settings.ts';
import { configuredPoseModels } from '../import-configured-models.ts';
import { findProgram } from '../local-servers/find-program.ts';
import { isPortFree } from '../local-servers/free-port.ts';
import { findRunning } from '../run-file.ts';
import type { ClickHouseProbe, DoctorDeps, ModelState, NatsProbe } from './doctor-deps.ts';
import { reasonOf } from './finding.ts';

const PROBE_TIMEOUT_MS = 3000;
/** ClickHouse's codes for a table and a database that are not there. */
const NOTHING_THERE = [60, 81];

/** This machine and the servers of the configuration. */
export function localDoctorDeps(): DoctorDeps {
  return {
    nodeVersion: process.version,
    findProgram: (name) => findProgram(name),
    loadPackage,
    models,
    async client(folder) {
      const builtAtStart = isBuiltAtStart(folder);
      return { state: await clientState(folder), builtAtStart };
    },
    isPortFree,
    folder,
    findRunning,
    async probeNats(config, url): Promise<NatsProbe> {
      const bus = await createBus({ ...busOptions(config, url), connectTimeoutMs: PROBE_TIMEOUT_MS });
      try {
        const jetStreamProblem = await bus.ping().then(() => null, reasonOf);
        return {
          version: bus.status().serverVersion,
          maxPayloadBytes: bus.maxPayloadBytes,
          jetStreamProblem,
        };
      } finally {
        await bus.close();
      }
    },
    async probeRedis(url) {
      const state = await createRedisState({ url, firstConnectMs: PROBE_TIMEOUT_MS });
      try {
        await state.ping();
      } finally {
        state.close();
      }
    },
    async probeClickHouse(config, url): Promise<ClickHouseProbe> {
      const settings = { ...storeSettings(config, url), requestTimeoutMs: PROBE_TIMEOUT_MS };
      const server = createStore({ ...settings, database: 'default' });
      const store = createStore(settings);
      try {
        const [row] = await server.query<{ version: string }>('SELECT version() AS version');
        const known = await readMigrations();
        const applied = await store
          .query<{ id: number }>('SELECT DISTINCT id FROM schema_migrations')
          .catch((thrown: unknown) => {
            const code = thrown instanceof FramegateError ? Number(thrown.details?.clickhouseCode) : 0;
            if (NOTHING_THERE.includes(code)) return [];
            throw thrown;
          });
        const done = new Set(applied.map(({ id }) => id));
        return {
          version: row?.version ?? 'unknown',
          pendingMigrations: known.filter(({ id }) => !done.has(id)).length,
        };
      } finally {
        await Promise.all([server.close(), store.close()]);
      }
    },
  };
}

/** In a process of its own: a native part for another processor or C library may end the process that loads it. */
function loadPackage(name: string): Promise<string | null> {
  const code = `await import(${JSON.stringify(name)})`;
  const cwd = fileURLToPath(new URL('../../..', import.meta.url));
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--input-type=module', '--eval', code],
      { cwd, timeout: 20_000 },
      (error, _stdout, stderr) => {
        if (error === null) return resolve(null);
        const line = stderr.split('\n').find((text) => /error/i.test(text));
        resolve(line?.trim() ?? `the process ended with ${error.signal ?? error.code}`);
      },
    );
  });
}

async function models(config: Config): Promise<ModelState[]> {
  const registry = await openModels(config.folders.models);
  const configured = [...configuredPoseModels(config), BODY_REGRESSORS_NAME];
  const wanted = registry.names
    .map((name) => registry.describe(name))
    .filter(({ identity, entry }) => !entry.onDemand || configured.includes(identity.name));
  return Promise.all(
    wanted.map(async ({ identity: { name, version } }) => {
      const problem = await registry.loadModel(name).then(() => null, reasonOf);
      return { name, version, problem };
    }),
  );
}

async function folder(path: string): Promise<{ freeBytes: number; problem: string | null }> {
  let existing = path;
  while (!(await isThere(existing)) && dirname(existing) !== existing) existing = dirname(existing);
  const { bavail, bsize } = await statfs(existing);
  const isFolder = (await stat(existing)).isDirectory();
  const problem = isFolder
    ? await access(existing, constants.W_OK).then(() => null, reasonOf)
    : 'is not a folder';
  return { freeBytes: bavail * bsize, problem };
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
