import { type Link, type ShapingProxy, startShapingProxy } from '../../../test/support/shaping-proxy.ts';
import type { Cluster } from '../../cluster/types.ts';
import type { FaultKind, FaultScene, FaultWorld } from '../fault-kind.ts';

const GOOD: Link = { up: way(12_500_000, 1), down: way(12_500_000, 1) };
const LOSSY: Link = {
  up: { ...way(2_500_000, 30), jitterMs: 100, lossShare: 0.05 },
  down: { ...way(2_500_000, 30), jitterMs: 100, lossShare: 0.05 },
};
const SLOW: Link = { up: way(200_000, 150), down: way(200_000, 150) };
const HELD_MS = { from: 3000, to: 8000 } as const;
/** Resending over a line with 60 ms and more there and back, several times in a row. */
const BAD_LINK_GAP_MS = 4000;
const CUT_GAP_MS = 3000;

function way(bytesPerSecond: number, delayMs: number) {
  return { bytesPerSecond, delayMs };
}

/** Clients are given proxies in place of the edges, which live as long as the scene's cluster. */
function createLinkFaults(): readonly FaultKind[] {
  const proxiesOf = new WeakMap<Cluster, readonly ShapingProxy[]>();
  const proxies = ({ cluster }: FaultWorld) => proxiesOf.get(cluster) ?? [];
  const scene: FaultScene = {
    name: 'links',
    async prepare(cluster) {
      const started = await Promise.all(cluster.edgeUrls.map((url) => startShapingProxy(url, GOOD)));
      proxiesOf.set(cluster, started);
      return {
        edgeUrls: started.map(({ url }) => url),
        async close() {
          await Promise.all(started.map((proxy) => proxy.close()));
        },
      };
    },
  };

  const badLink = (name: string, link: Link, what: string): FaultKind => ({
    name,
    scene,
    guidanceGapMs: BAD_LINK_GAP_MS,
    async inflict(world) {
      const heldMs = world.random.between(HELD_MS.from, HELD_MS.to);
      world.say(`all links ${what} for ${heldMs} ms`);
      for (const proxy of proxies(world)) proxy.shape(link);
      try {
        await world.pause(heldMs);
      } finally {
        for (const proxy of proxies(world)) proxy.shape(GOOD);
      }
    },
  });

  return [
    badLink('lossy-link', LOSSY, 'lose 5 % and tremble by 100 ms'),
    badLink('slow-link', SLOW, 'are slow and far away'),
    {
      name: 'cut-link',
      scene,
      guidanceGapMs: CUT_GAP_MS,
      async inflict(world) {
        world.say('every connection of one edge is cut');
        world.random.pick(proxies(world)).cut();
      },
    },
  ];
}

export const LINK_FAULTS: readonly FaultKind[] = createLinkFaults();
