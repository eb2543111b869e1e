import type { Logger } from '../observability/logger.ts';

/** What has been opened and is to be closed again, last opened first. */
export interface StopList {
  add(name: string, stop: () => unknown): void;
  /** Adds the thing's stop once it is open, and gives the thing. */
  opened<T>(name: string, opening: Promise<T>, stop: (open: T) => unknown): Promise<T>;
  /** Stops everything, also where one stop fails; a second call waits for the first. */
  stopAll(): Promise<void>;
}

export function createStopList(logger: Pick<Logger, 'debug' | 'error'>): StopList {
  const stops: { name: string; stop: () => unknown }[] = [];
  const pending = new Set<Promise<unknown>>();
  let stopping: Promise<void> | null = null;

  async function stopEverything(): Promise<void> {
    // What is still being opened would be forgotten otherwise.
    await Promise.allSettled(pending);
    for (const { name, stop } of stops.splice(0).reverse()) {
      try {
        await stop();
        logger.debug({ part: name }, 'stopped');
      } catch (thrown) {
        logger.error({ part: name, err: thrown }, 'could not be stopped cleanly');
      }
    }
  }

  return {
    add: (name, stop) => {
      stops.push({ name, stop });
    },
    async opened(name, opening, stop) {
      pending.add(opening);
      try {
        const open = await opening;
        stops.push({ name, stop: () => stop(open) });
        return open;
      } finally {
        pending.delete(opening);
      }
    },
    stopAll() {
      stopping ??= stopEverything();
      return stopping;
    },
  };
}
