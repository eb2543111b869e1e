import type { Bus } from './create-bus.ts';
import { isNoRoom, jetStreamCode, natsError } from './nats-errors.ts';
import type { StreamName } from './types.ts';

const GIB = 1024 ** 3;
const LARGEST_ROOM_BYTES = 8 * GIB;
const LEAST_ROOM_BYTES = 1024 * 1024;
/** Of the room. Frames come by the thousand, and anybody who may connect can cause events; the rest is for captures and results. */
const SHARES: readonly (readonly [StreamName, number])[] = [
  ['METRICS', 1 / 2],
  ['EVENTS', 1 / 8],
];
const UNLIMITED = -1;

/**
 * A store is shared by all streams, and one that is full takes no captures either: so what is many and matters least must
 * not fill it while its reader is away. The oldest go first then. A server tells nobody how large its store is, but it
 * refuses a limit beyond that: the largest that it takes is the measure. A limit that an operator has set stays.
 */
export async function boundStorage(bus: Bus): Promise<void> {
  try {
    const unbounded = await Promise.all(SHARES.map(([name]) => isUnbounded(bus, name)));
    if (!unbounded.includes(true)) return;
    const roomBytes = await findRoom(bus);
    for (const [index, [name, share]] of SHARES.entries()) {
      if (unbounded[index]) await limit(bus, name, roomBytes === null ? UNLIMITED : roomBytes * share);
    }
  } catch (thrown) {
    throw natsError(thrown, 'bounding streams');
  }
}

async function isUnbounded(bus: Bus, name: StreamName): Promise<boolean> {
  return (await bus.nats.manager.streams.info(name)).config.max_bytes === UNLIMITED;
}

/** Tried on a stream that is to be bounded anyway. */
async function findRoom(bus: Bus): Promise<number | null> {
  const [probe] = SHARES[0]!;
  for (let bytes = LARGEST_ROOM_BYTES; bytes >= LEAST_ROOM_BYTES; bytes /= 2) {
    try {
      await limit(bus, probe, bytes);
      return bytes;
    } catch (thrown) {
      if (!isNoRoom(jetStreamCode(thrown))) throw thrown;
    }
  }
  return null;
}

async function limit(bus: Bus, name: StreamName, maxBytes: number): Promise<void> {
  await bus.nats.manager.streams.update(name, { max_bytes: maxBytes });
}
