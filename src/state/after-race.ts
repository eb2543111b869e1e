import { setTimeout } from 'node:timers/promises';

const MAX_PAUSE_MS = 128;

/**
 * Waits before a change is tried again that another one came before: at once after the first time, later for a random
 * while, so that many who came together get through one after the other.
 * @param race 0 after the first try
 */
export async function afterRace(race: number): Promise<void> {
  if (race > 0) await setTimeout(Math.random() * Math.min(MAX_PAUSE_MS, 2 ** (race + 1)));
}
