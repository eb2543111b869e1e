import { createBus } from '../../../src/bus/create-bus.ts';
import type { ClusterProcess } from '../../cluster/types.ts';
import type { FaultKind, FaultScene, FaultWorld } from '../fault-kind.ts';
import { killForAWhile, pickProcess, stopForAWhile } from './process-faults.ts';

const NATS_CLUSTER: FaultScene = { name: 'nats-cluster', cluster: { natsServers: 3 } };
/** Guidance needs no NATS; room is for three servers more on a busy machine. */
const GUIDANCE_GAP_MS = 2500;

/** The server that leads CAPTURES: what is published stands still until there is another one. */
async function captureLeader(world: FaultWorld): Promise<ClusterProcess> {
  const bus = await createBus({ servers: world.cluster.natsUrl, name: 'fault', requestTimeoutMs: 2000 });
  try {
    const { cluster } = await bus.nats.manager.streams.info('CAPTURES');
    const servers = world.cluster.of('nats');
    return servers.find(({ name }) => name === cluster?.leader) ?? pickProcess(world, 'nats');
  } catch {
    // While they elect, any will do.
    return pickProcess(world, 'nats');
  } finally {
    await bus.close();
  }
}

/** Longer than an election, which takes 4 to 9 seconds, half of the time. */
async function stopPastElection(world: FaultWorld, target: ClusterProcess): Promise<void> {
  if (world.random.chance(0.5)) return stopForAWhile(world, target);
  const stoppedMs = world.random.between(9000, 15_000);
  world.say(`SIGSTOP ${target.name} for ${stoppedMs} ms`);
  target.signal('SIGSTOP');
  try {
    await world.pause(stoppedMs);
  } finally {
    target.signal('SIGCONT');
  }
}

const faultOf = (
  name: string,
  pick: (world: FaultWorld) => ClusterProcess | Promise<ClusterProcess>,
  fault: (world: FaultWorld, target: ClusterProcess) => Promise<void>,
): FaultKind => ({
  name,
  scene: NATS_CLUSTER,
  guidanceGapMs: GUIDANCE_GAP_MS,
  inflict: async (world) => fault(world, await pick(world)),
});

const anyServer = (world: FaultWorld): ClusterProcess => pickProcess(world, 'nats');

export const NATS_CLUSTER_FAULTS: readonly FaultKind[] = [
  faultOf('nats-leader-killed', captureLeader, killForAWhile),
  faultOf('nats-leader-stopped', captureLeader, stopPastElection),
  faultOf('nats-member-killed', anyServer, killForAWhile),
  faultOf('nats-member-stopped', anyServer, stopPastElection),
];
