import { createSettableClock, type SettableClock } from '../../../test/support/set-clock.ts';
import type { FaultKind, FaultScene } from '../fault-kind.ts';

const HOUR_MS = 3_600_000;
const JUMPS_MS = [HOUR_MS, -HOUR_MS, -24 * HOUR_MS] as const;
const HELD_MS = { from: 1000, to: 4000 } as const;
const GUIDANCE_GAP_MS = 2000;

/** Sets the wall clock of every role. Servers of others keep the machine's time. */
function createClockJump(): FaultKind {
  const clock: SettableClock = createSettableClock();
  const scene: FaultScene = {
    name: 'clocks',
    cluster: { settings: clock.settings },
    prepare: async ({ edgeUrls }) => ({ edgeUrls, close: () => clock.close() }),
  };
  return {
    name: 'clock-jump',
    scene,
    guidanceGapMs: GUIDANCE_GAP_MS,
    async inflict(world) {
      const aheadMs = world.random.pick(JUMPS_MS);
      const heldMs = world.random.between(HELD_MS.from, HELD_MS.to);
      world.say(`the clock of every role is ${aheadMs / HOUR_MS} h off for ${heldMs} ms`);
      await clock.jumpTo(aheadMs);
      try {
        await world.pause(heldMs);
      } finally {
        await clock.jumpTo(0);
      }
    },
  };
}

export const CLOCK_FAULTS: readonly FaultKind[] = [createClockJump()];
