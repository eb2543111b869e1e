import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBus } from '../../src/bus/create-bus.ts';
import { ensureProgram } from '../../src/cli/local-servers/ensure-program.ts';
import { findFreePort } from '../../src/cli/local-servers/free-port.ts';
import { createClusterProcess } from './cluster-process.ts';
import { endCluster } from './end-cluster.ts';
import { launchRole, type RoleKind } from './launch-role.ts';
import { launchClickHouse, launchNats, launchRedis } from './launch-servers.ts';
import { createReaper } from './reaper.ts';
import type { Cluster, ClusterOptions, ClusterProcess, ProcessKind } from './types.ts';

/**
 * Starts real servers and real roles, each in a process of its own on a fixed port of loopback. Nothing is brought
 * back by itself: the test decides what ends and what starts again. Nothing outlives this process either.
 */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const say = options.say ?? (() => {});
  const folder = await mkdtemp(join(tmpdir(), 'framegate-cluster-'));
  const reaper = createReaper(folder);
  const processes: ClusterProcess[] = [];
  const install = { install: true, say };

  /** Registered before it starts, so that a start that fails half-way leaves nothing behind. */
  async function add(
    name: string,
    kind: ProcessKind,
    url: string,
    launch: Parameters<typeof createClusterProcess>[0]['launch'],
  ): Promise<ClusterProcess> {
    const added = createClusterProcess({ name, kind, url, launch, reaper });
    processes.push(added);
    say(`starting ${name}`);
    await added.start();
    return added;
  }

  async function addNats(): Promise<string> {
    const program = await ensureProgram('nats-server', install);
    const servers = await Promise.all(
      Array.from({ length: options.natsServers }, async (_, index) => ({
        name: options.natsServers === 1 ? 'nats' : `nats-${index + 1}`,
        port: await findFreePort(),
        routePort: await findFreePort(),
      })),
    );
    const routes = servers.map(({ routePort }) => `"nats://127.0.0.1:${routePort}"`).join(', ');
    const started = await Promise.all(
      servers.map(async ({ name, port, routePort }) => {
        const clustered =
          servers.length === 1
            ? ''
            : `cluster { name: "test", listen: "127.0.0.1:${routePort}", routes: [${routes}] }\n`;
        const home = await ownFolder(folder, name);
        const config = `${clustered}${options.natsConfig ?? ''}`;
        const launch = () => launchNats({ folder: home, port, name, program, config, say });
        return add(name, 'nats', `nats://127.0.0.1:${port}`, launch);
      }),
    );
    return started.map(({ url }) => url).join(',');
  }

  async function addRedis(): Promise<string> {
    const [program, port] = [await ensureProgram('redis-server', install), await findFreePort()];
    const launch = () => launchRedis({ folder, port, program, say });
    return (await add('redis', 'redis', `redis://127.0.0.1:${port}`, launch)).url;
  }

  async function addClickHouse(): Promise<string | null> {
    if (!options.clickHouse) return null;
    const port = await findFreePort();
    const launch = () => launchClickHouse({ folder, port, say });
    return (await add('clickhouse', 'clickhouse', `http://127.0.0.1:${port}`, launch)).url;
  }

  async function addRole(role: RoleKind, index: number, urls: Record<string, string>) {
    const name = `${role}-${index + 1}`;
    const port = await findFreePort();
    const launch = () =>
      launchRole({
        role,
        nodeArguments: options.nodeArguments?.[name] ?? options.nodeArguments?.[role] ?? [],
        logFile: join(folder, 'logs', `${name}.log`),
        settings: {
          ...urls,
          FRAMEGATE_NODE_NAME: name,
          [PORT_SETTING[role]]: String(port),
          ...(options.natsServers > 1 && { FRAMEGATE_NATS_REPLICAS: String(options.natsServers) }),
          ...options.settings,
        },
      });
    return add(name, role, `http://127.0.0.1:${port}`, launch);
  }

  const close = () => endCluster({ processes, folder, reaper });
  try {
    const [natsUrl, redisUrl, clickHouseUrl] = await allStarted([addNats(), addRedis(), addClickHouse()]);
    await jetStreamAnswers(natsUrl);
    const through = options.through ?? ((_, url: string) => Promise.resolve(url));
    const urls = {
      FRAMEGATE_NATS_URL: await through('nats', natsUrl),
      FRAMEGATE_REDIS_URL: await through('redis', redisUrl),
      ...(clickHouseUrl !== null && { FRAMEGATE_CLICKHOUSE_URL: await through('clickhouse', clickHouseUrl) }),
    };
    const counts = {
      sink: clickHouseUrl === null ? 0 : options.sinks,
      worker: options.workers,
      edge: options.edges,
      api: options.apis ?? 0,
    } as const;
    await allStarted(
      (['sink', 'worker', 'edge', 'api'] as const).flatMap((role) =>
        Array.from({ length: counts[role] }, (_, index) => addRole(role, index, urls)),
      ),
    );
    processes.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
    const of = (kind: ProcessKind) => processes.filter((one) => one.kind === kind);
    return {
      processes,
      of,
      edgeUrls: of('edge').map(({ url }) => url),
      apiUrls: of('api').map(({ url }) => url),
      natsUrl,
      redisUrl,
      clickHouseUrl,
      folder,
      close,
    };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

/** What a role listens on: an edge and an api serve others, the rest only their operators. */
const PORT_SETTING: Readonly<Record<RoleKind, string>> = {
  edge: 'FRAMEGATE_PORT',
  api: 'FRAMEGATE_API_PORT',
  worker: 'FRAMEGATE_OPERATIONS_PORT',
  sink: 'FRAMEGATE_OPERATIONS_PORT',
};

async function ownFolder(folder: string, name: string): Promise<string> {
  const own = name === 'nats' ? folder : join(folder, name);
  await mkdir(own, { recursive: true });
  return own;
}

/** As Promise.all, but a failure waits for the others: what they start has to be there to be ended. */
async function allStarted<T extends readonly Promise<unknown>[]>(
  starting: readonly [...T],
): Promise<{ -readonly [I in keyof T]: Awaited<T[I]> }> {
  await Promise.allSettled(starting);
  return Promise.all(starting) as Promise<{ -readonly [I in keyof T]: Awaited<T[I]> }>;
}

/** The servers of a cluster listen before they have agreed on who leads. */
async function jetStreamAnswers(natsUrl: string): Promise<void> {
  const bus = await createBus({ servers: natsUrl, name: 'cluster-start', requestTimeoutMs: 1000 });
  const deadlineMs = performance.now() + 20_000;
  try {
    for (;;) {
      try {
        await bus.ping();
        return;
      } catch (thrown) {
        if (performance.now() > deadlineMs) throw thrown;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  } finally {
    await bus.close();
  }
}
