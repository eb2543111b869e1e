import { createBus } from '../../../src/bus/create-bus.ts';
import type { FaultKind, FaultScene, FaultWorld } from '../fault-kind.ts';

const MIB = 1024 * 1024;
const STORE_BYTES = 256 * MIB;
const PIECES_BYTES = [MIB, 4096] as const;
const FILLER = 'FILLER';
const HELD_MS = { from: 1000, to: 12_000 } as const;
const GUIDANCE_GAP_MS = 2000;

const SMALL_STORE: FaultScene = {
  name: 'small-store',
  cluster: {
    natsConfig: `accounts { ALL: { jetstream: { max_store: ${STORE_BYTES} }, users: [{ user: any, password: any }] } }
no_auth_user: any
`,
  },
};

/** Fills what JetStream may store with messages that nobody reads, and makes room again after a while. */
async function fillStore(world: FaultWorld): Promise<void> {
  const bus = await createBus({ servers: world.cluster.natsUrl, name: 'fault' });
  const { jetstream, manager } = bus.nats;
  try {
    await manager.streams.add({ name: FILLER, subjects: ['filler'] });
    for (const bytes of PIECES_BYTES) {
      try {
        for (let filled = 0; filled < STORE_BYTES; filled += bytes) {
          await jetstream.publish('filler', new Uint8Array(bytes));
        }
      } catch {
        // Full, to within a piece.
      }
    }
    const heldMs = world.random.between(HELD_MS.from, HELD_MS.to);
    world.say(`JetStream is full for ${heldMs} ms`);
    await world.pause(heldMs);
  } finally {
    await manager.streams.delete(FILLER);
    await bus.close();
  }
}

export const STORE_FAULTS: readonly FaultKind[] = [
  { name: 'full-jetstream', scene: SMALL_STORE, guidanceGapMs: GUIDANCE_GAP_MS, inflict: fillStore },
];
