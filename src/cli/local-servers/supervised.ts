import { FramegateError, toFramegateError } from '../../protocol/framegate-error.ts';

/** A child server, whatever it is. */
export interface SupervisedServer {
  readonly url: string;
  readonly port: number;
  /** Resolves when it has ended, asked to or not. */
  readonly ended: Promise<unknown>;
  close(): Promise<void>;
}

export interface SuperviseOptions {
  readonly name: string;
  /** Starts it on the port, or on any where that is undefined. */
  start(port: number | undefined): Promise<SupervisedServer>;
  readonly onRestart: (name: string) => void;
  /** It could not be brought back: what depends on it waits for ever. */
  readonly onLost: (name: string, error: FramegateError) => void;
}

const RESTART_PAUSES_MS = [100, 500, 2000, 5000] as const;

/** Keeps a server up: one that ends by itself is started again where it was, so that its clients find it. */
export async function supervise(
  options: SuperviseOptions,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  let current = await options.start(undefined);
  const { url, port } = current;
  let closing = false;
  let restarting: Promise<void> = Promise.resolve();

  async function restart(): Promise<void> {
    for (const [attempt, pauseMs] of RESTART_PAUSES_MS.entries()) {
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      if (closing) return;
      try {
        const next = await options.start(port);
        if (next.port !== port) {
          await next.close();
          throw new FramegateError('port-in-use', `another program has taken port ${port}`);
        }
        current = next;
        watch();
        options.onRestart(options.name);
        return;
      } catch (thrown) {
        if (attempt === RESTART_PAUSES_MS.length - 1) options.onLost(options.name, toFramegateError(thrown));
      }
    }
  }

  function watch(): void {
    void current.ended.then(() => {
      if (!closing) restarting = restart();
    });
  }

  watch();
  return {
    url,
    async close() {
      closing = true;
      await restarting;
      await current.close();
    },
  };
}
