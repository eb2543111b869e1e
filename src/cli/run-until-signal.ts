import { setImmediate } from 'node:timers/promises';

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** 128 and the signal's number, as shells have it. */
const EXIT_CODES: Readonly<Record<EndSignal, number>> = {
  SIGTERM: 143,
  SIGINT: 130,
  SIGHUP: 129,
  disconnect: 129,
};

/**
 * A terminal's Ctrl-C goes to every process of the command, and npm and our own launcher pass theirs on: what comes
 * this soon is the same wish again, not impatience.
 */
const SAME_WISH_MS = 1000;

/** `disconnect`: the process that started this one with an IPC channel has gone. */
export type EndSignal = (typeof SIGNALS)[number] | 'disconnect';

export interface SignalSource {
  on(signal: EndSignal, handler: () => void): unknown;
  /** The IPC channel to whoever started this process, if there is one. */
  readonly channel?: { unref(): void } | null | undefined;
}

export interface UntilSignalOptions {
  readonly write: (text: string) => unknown;
  readonly source?: SignalSource;
  readonly nowMs?: () => number;
  readonly exit?: (exitCode: number) => void;
}

/** Resolves at the first wish to end; another one, a second later or more, ends the process at once. */
export function untilSignal(options: UntilSignalOptions): Promise<EndSignal> {
  const { write, source = process, nowMs = () => performance.now(), exit = process.exit } = options;
  return new Promise((resolve) => {
    let askedAtMs: number | null = null;
    const asked = (signal: EndSignal) => {
      if (askedAtMs !== null) {
        if (signal !== 'disconnect' && nowMs() - askedAtMs >= SAME_WISH_MS) exit(exitCodeOf(signal));
        return;
      }
      askedAtMs = nowMs();
      const why = signal === 'disconnect' ? 'the process that started this one has gone' : signal;
      write(`${why}: finishing what is in hand; once more ends at once\n`);
      resolve(signal);
    };
    for (const signal of [...SIGNALS, 'disconnect'] as const) source.on(signal, () => asked(signal));
    // Listening for its end holds the process up otherwise.
    source.channel?.unref();
  });
}

/** The exit code of a command that a signal has cut short. */
export function exitCodeOf(signal: EndSignal): number {
  return EXIT_CODES[signal];
}

/** Ends the process, also where a library has left a handle open; output that was written is flushed before. */
export async function endProcess(exitCode: number): Promise<never> {
  await setImmediate();
  process.exit(exitCode);
}
