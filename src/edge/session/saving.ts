import { pushSave } from './ending.ts';
import type { Live } from './state.ts';
import type { Turn } from './turn.ts';

/** After something that must not be lost. */
export function saveNow(live: Live, turn: Turn): Live {
  pushSave(live, turn, false);
  return { ...live, savedAtMs: turn.atMs };
}

/** After what may be a second old when another node takes over. */
export function saveWhenStale(live: Live, turn: Turn): Live {
  return turn.atMs - live.savedAtMs < turn.settings.timing.saveIntervalMs ? live : saveNow(live, turn);
}
