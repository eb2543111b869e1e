export interface CommandWindowDeps {
  /** Commands that the server may owe an answer to; more wait here. */
  readonly maxInFlight: number;
  /** How long the server may say nothing at all while it owes answers. */
  readonly timeoutMs: number;
  readonly setTimer: (delayMs: number, fire: () => void) => void;
}

export interface CommandWindow {
  /** Gives what `send` gives, or rejects with `overdue()` once the server has fallen silent. */
  run<T>(send: () => Promise<T>, overdue: () => Error): Promise<T>;
}

/** A timeout is told from a server's silence to this part of it. */
const SWEEPS_PER_TIMEOUT = 4;

interface Waiting {
  readonly start: () => void;
  readonly giveUp: () => void;
}

/**
 * Bounds what a server that hangs can hold of this process, and what ten thousand sessions that end together put on
 * one connection. The server is judged by its silence, not by the age of a command: one that is slow and has a long
 * queue still gets through it. Silence is counted in sweeps, not by the clock: a busy event loop holds up the sweeps as
 * it holds up the answers, so that its own delay is not taken for the server's.
 */
export function createCommandWindow({ maxInFlight, timeoutMs, setTimer }: CommandWindowDeps): CommandWindow {
  /** What to call for those under way. One that was given up stays until its answer comes: the client still holds it. */
  const sent = new Set<() => void>();
  const waiting: Waiting[] = [];
  let quietSweeps = 0;
  let isSweeping = false;
  /** Until the server answers again, nothing more is sent. */
  let isSilent = false;

  function sweep(): void {
    isSweeping = false;
    quietSweeps += 1;
    isSilent = sent.size > 0 && quietSweeps > SWEEPS_PER_TIMEOUT;
    if (isSilent) {
      for (const giveUp of sent) giveUp();
      for (const { giveUp } of waiting.splice(0)) giveUp();
    }
    sweepLater();
  }

  function sweepLater(): void {
    if (isSweeping || isSilent || sent.size === 0) return;
    isSweeping = true;
    setTimer(timeoutMs / SWEEPS_PER_TIMEOUT, sweep);
  }

  function answered(giveUp: () => void): void {
    sent.delete(giveUp);
    isSilent = false;
    quietSweeps = 0;
    while (sent.size < maxInFlight && waiting.length > 0) waiting.shift()?.start();
    sweepLater();
  }

  return {
    run: (send, overdue) =>
      new Promise((resolve, reject) => {
        const giveUp = () => reject(overdue());
        if (isSilent) return giveUp();
        const start = () => {
          if (sent.size === 0) quietSweeps = 0;
          sent.add(giveUp);
          sweepLater();
          const settle = () => answered(giveUp);
          const sending = send();
          sending.then(resolve, reject);
          sending.then(settle, settle);
        };
        if (sent.size < maxInFlight) start();
        else waiting.push({ start, giveUp });
      }),
  };
}
