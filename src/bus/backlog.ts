import type { Bus } from './create-bus.ts';
import { CONSUMERS } from './streams.ts';
import type { DurableName } from './types.ts';

/** Messages that the durable consumers have not acknowledged yet, those never delivered included. */
export async function backlog(bus: Bus, durables: readonly DurableName[]): Promise<number> {
  const infos = await Promise.all(
    durables.map((durable) => bus.nats.manager.consumers.info(CONSUMERS[durable].stream, durable)),
  );
  return infos.reduce((sum, info) => sum + info.num_pending + info.num_ack_pending, 0);
}
