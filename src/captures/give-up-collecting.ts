import type { ObjectStorage } from '../storage/types.ts';
import { type ChangeDeps, changeCapture } from './change-capture.ts';
import { failed } from './measured-capture.ts';
import { evidencePaths } from './object-paths.ts';

export interface GiveUpDeps extends ChangeDeps {
  readonly storage: Pick<ObjectStorage, 'remove'>;
  readonly nowMs: () => number;
}

/** Nobody stands before a camera longer; a ticket that is found later opens nothing. */
const COLLECTING_MS = 24 * 3_600_000;
const AT_ONCE = 100;

/** Ends live captures whose views have not all come within a day, and removes what came. Gives how many. */
export async function giveUpCollecting(deps: GiveUpDeps): Promise<number> {
  let ended = 0;
  for (;;) {
    const beforeMs = deps.nowMs() - COLLECTING_MS;
    const abandoned = await deps.store.listAll({ status: 'collecting', beforeMs, limit: AT_ONCE });
    for (const { captureId } of abandoned) {
      const error = { code: 'views-missing', message: 'not all pictures came within a day' };
      // First: a capture that has ended is not looked at again.
      await deps.storage.remove(evidencePaths(captureId));
      await changeCapture(deps, captureId, (one) =>
        one.status === 'collecting' ? failed(one, error, deps.nowMs()) : null,
      );
    }
    ended += abandoned.length;
    if (abandoned.length < AT_ONCE) return ended;
  }
}
