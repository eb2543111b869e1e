import { JetStreamApiCodes, type StoredMsg } from '@nats-io/jetstream';
import type { Bus } from './create-bus.ts';
import { jetStreamCode, natsError } from './nats-errors.ts';

/** JetStream's answers for a message that is not there (any more). */
const MESSAGE_GONE: readonly (number | null)[] = [JetStreamApiCodes.NoMessageFound, 10043, 10057];

/**
 * Removes one message of JOBS, by its place. A purge of its subject would do more: nats-server 2.9 moves every consumer
 * behind what was purged, and those that wait there are never delivered. In a cluster, whose servers may number
 * differently after one was killed, the place is looked at first. Rejects with bus errors.
 */
export async function removeJobMessage(bus: Bus, streamSeq: number, subject: string): Promise<void> {
  const { streams } = bus.nats.manager;
  await ignoringGone('removing a job', async () => {
    if (await isReplicated(bus)) {
      const stored = await streams.getMessage('JOBS', { seq: streamSeq });
      if (stored?.subject !== subject) return;
    }
    await streams.deleteMessage('JOBS', streamSeq, false);
  });
}

/** null where there is none. */
export async function findJobMessage(bus: Bus, subject: string): Promise<StoredMsg | null> {
  const found = await ignoringGone('looking for a job', () =>
    bus.nats.manager.streams.getMessage('JOBS', { last_by_subj: subject }),
  );
  return found ?? null;
}

async function isReplicated(bus: Bus): Promise<boolean> {
  return (await bus.nats.manager.streams.info('JOBS')).config.num_replicas > 1;
}

async function ignoringGone<T>(doing: string, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (thrown) {
    if (MESSAGE_GONE.includes(jetStreamCode(thrown))) return undefined;
    throw natsError(thrown, doing);
  }
}
