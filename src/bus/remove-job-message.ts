import type { StoredMsg } from '@nats-io/jetstream';
import type { Bus } from './create-bus.ts';
import { isMessageGone, natsError } from './nats-errors.ts';
import { removeByPlace } from './remove-by-place.ts';

/** Removes one message of JOBS, by its place: see remove-by-place.ts. Rejects with bus errors. */
export async function removeJobMessage(bus: Bus, streamSeq: number, subject: string): Promise<void> {
  try {
    await removeByPlace(bus.nats.manager, 'JOBS', [{ streamSeq, subject }]);
  } catch (thrown) {
    throw natsError(thrown, 'removing a job');
  }
}

/** null where there is none. */
export async function findJobMessage(bus: Bus, subject: string): Promise<StoredMsg | null> {
  try {
    return await bus.nats.manager.streams.getMessage('JOBS', { last_by_subj: subject });
  } catch (thrown) {
    if (isMessageGone(thrown)) return null;
    throw natsError(thrown, 'looking for a job');
  }
}
