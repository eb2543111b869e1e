import type { JetStreamManager } from '@nats-io/jetstream';
import { isMessageGone } from './nats-errors.ts';
import type { StreamName } from './types.ts';

export interface Place {
  readonly streamSeq: number;
  readonly subject: string;
}

/**
 * Removes messages one by one. A purge of their subjects would do more: nats-server 2.9 moves every consumer behind what
 * was purged, and those that wait there are never delivered. In a cluster, whose servers may number differently after one
 * was killed, each place is looked at first. Gives how many there were; throws the client's own errors.
 */
export async function removeByPlace(
  manager: JetStreamManager,
  stream: StreamName,
  places: readonly Place[],
): Promise<number> {
  if (places.length === 0) return 0;
  const isReplicated = (await manager.streams.info(stream)).config.num_replicas > 1;
  let removed = 0;
  for (const { streamSeq, subject } of places) {
    try {
      if (isReplicated && (await manager.streams.getMessage(stream, { seq: streamSeq }))?.subject !== subject)
        continue;
      if (await manager.streams.deleteMessage(stream, streamSeq, false)) removed++;
    } catch (thrown) {
      if (!isMessageGone(thrown)) throw thrown;
    }
  }
  return removed;
}
