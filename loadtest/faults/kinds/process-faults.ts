import type { ClusterProcess, ProcessKind } from '../../cluster/types.ts';
import type { FaultKind, FaultWorld } from '../fault-kind.ts';

/** Sessions of an edge that has gone come back elsewhere after the client's first pauses; models are warm there. */
const EDGE_GONE_GAP_MS = 3000;
/** Nothing but edges answers frames: whatever else goes, guidance must not notice. Room is for a busy machine. */
const SERVER_GONE_GAP_MS = 2000;

const SERVERS = ['worker', 'sink', 'nats', 'redis', 'clickhouse'] as const;
const DOWN_MS = { from: 0, to: 2500 } as const;
const STOPPED_MS = { from: 1000, to: 4000 } as const;

/** One process of a kind, drawn by lot. */
export function pickProcess({ cluster, random }: FaultWorld, kind: ProcessKind): ClusterProcess {
  return random.pick(cluster.of(kind));
}

/** SIGKILL, and back after a while. */
export async function killForAWhile(world: FaultWorld, target: ClusterProcess): Promise<void> {
  const downMs = world.random.between(DOWN_MS.from, DOWN_MS.to);
  world.say(`SIGKILL ${target.name}, back after ${downMs} ms`);
  await target.kill();
  await world.pause(downMs);
  await target.start();
}

/** SIGSTOP: its connections stay and nothing is answered; SIGCONT after a while. */
export async function stopForAWhile(world: FaultWorld, target: ClusterProcess): Promise<void> {
  const stoppedMs = world.random.between(STOPPED_MS.from, STOPPED_MS.to);
  world.say(`SIGSTOP ${target.name} for ${stoppedMs} ms`);
  target.signal('SIGSTOP');
  try {
    await world.pause(stoppedMs);
  } finally {
    target.signal('SIGCONT');
  }
}

async function terminateEdge(world: FaultWorld): Promise<void> {
  const target = pickProcess(world, 'edge');
  const downMs = world.random.between(DOWN_MS.from, DOWN_MS.to);
  world.say(`SIGTERM ${target.name}, back after ${downMs} ms`);
  const exitCode = await target.terminate();
  if (exitCode !== 0) throw new Error(`${target.name} ended with ${exitCode} after SIGTERM`);
  await world.pause(downMs);
  await target.start();
}

/** Two at once, a moment apart, each killed or stopped. */
async function pairOf(world: FaultWorld, kinds: readonly [ProcessKind, ProcessKind]): Promise<void> {
  const { random } = world;
  const targets = kinds.map((kind) => ({
    target: pickProcess(world, kind),
    apartMs: random.between(0, 300),
    fault: random.chance(0.6) ? killForAWhile : stopForAWhile,
  }));
  await Promise.all(
    targets.map(async ({ target, apartMs, fault }) => {
      await world.pause(apartMs);
      await fault(world, target);
    }),
  );
}

export const PROCESS_FAULTS: readonly FaultKind[] = [
  ...SERVERS.map((kind) => ({
    name: `kill-${kind}`,
    guidanceGapMs: SERVER_GONE_GAP_MS,
    inflict: (world: FaultWorld) => killForAWhile(world, pickProcess(world, kind)),
  })),
  {
    name: 'kill-edge',
    guidanceGapMs: EDGE_GONE_GAP_MS,
    inflict: (world) => killForAWhile(world, pickProcess(world, 'edge')),
  },
  { name: 'terminate-edge', guidanceGapMs: EDGE_GONE_GAP_MS, inflict: terminateEdge },
  ...SERVERS.map((kind) => ({
    name: `stop-${kind}`,
    guidanceGapMs: SERVER_GONE_GAP_MS,
    inflict: (world: FaultWorld) => stopForAWhile(world, pickProcess(world, kind)),
  })),
  {
    name: 'stop-edge',
    // Nobody can tell a node that stands still for so short from a slow one.
    guidanceGapMs: STOPPED_MS.to + EDGE_GONE_GAP_MS,
    inflict: (world) => stopForAWhile(world, pickProcess(world, 'edge')),
  },
  {
    name: 'pair-of-servers',
    guidanceGapMs: SERVER_GONE_GAP_MS,
    inflict: (world) => {
      const first = world.random.pick(SERVERS);
      return pairOf(world, [first, world.random.pick(SERVERS.filter((kind) => kind !== first))]);
    },
  },
  {
    // What consumers had in hand is known to nobody but the server then, and to its disk.
    name: 'kill-nats-and-consumers',
    guidanceGapMs: SERVER_GONE_GAP_MS,
    inflict: async (world) => {
      const { cluster, random } = world;
      await Promise.all(
        [...cluster.of('nats'), ...cluster.of('worker'), ...cluster.of('sink')].map(async (target) => {
          await world.pause(random.between(0, 60));
          await killForAWhile(world, target);
        }),
      );
    },
  },
  {
    name: 'edge-and-server',
    // Without Redis a session cannot be resumed: what it is away, and the client's longest pause.
    guidanceGapMs: STOPPED_MS.to + 8000,
    inflict: (world) => pairOf(world, ['edge', world.random.pick(SERVERS)]),
  },
];
