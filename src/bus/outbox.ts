import { type FramegateError, toFramegateError } from '../protocol/framegate-error.ts';
import { pause } from './pause.ts';

export interface OutboxOptions {
  /** A flush starts with this many items … */
  readonly flushItems: number;
  /** … or this many bytes; no send gets more of either (but at least one item) … */
  readonly flushBytes: number;
  /** … or when the first item has waited this long. */
  readonly flushMs: number;
  /** Most bytes that wait; beyond, the oldest items are dropped and counted. */
  readonly maxBytes: number;
  /** Resolves when the items are safe. Called with one batch at a time; a rejection is tried again for ever. */
  send(items: readonly string[], batchNumber: number): Promise<void>;
  readonly onDropped?: (items: number) => void;
  /** A failed send, before its pause. */
  readonly onRetry?: (error: FramegateError, delayMs: number) => void;
}

export interface OutboxStats {
  readonly waiting: number;
  readonly waitingBytes: number;
  readonly dropped: number;
}

/** Serialised records on their way out: bounded memory while the bus is away, order kept, losses counted. */
export interface Outbox {
  /** Never waits and never throws. */
  add(item: string): void;
  stats(): OutboxStats;
  /** Sends what waits until it is empty or the time is over; the rest counts as dropped. */
  close(timeoutMs: number): Promise<void>;
}

const RETRY_MS = [250, 500, 1000, 2000, 5000] as const;

export function createOutbox(options: OutboxOptions): Outbox {
  const waiting: { item: string; bytes: number }[] = [];
  let waitingBytes = 0;
  let dropped = 0;
  let batchNumber = 0;
  let sending: Promise<void> | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;
  const closing = new AbortController();
  const closed = new AbortController();

  function drop(count: number): void {
    if (count === 0) return;
    for (const { bytes } of waiting.splice(0, count)) waitingBytes -= bytes;
    dropped += count;
    options.onDropped?.(count);
  }

  function enforceLimit(): void {
    let over = waitingBytes - options.maxBytes;
    let count = 0;
    while (over > 0 && count < waiting.length) {
      over -= waiting[count]?.bytes ?? 0;
      count++;
    }
    drop(count);
  }

  function takeBatch(): string[] {
    let bytes = 0;
    let count = 0;
    for (const next of waiting) {
      if (count >= options.flushItems || (count > 0 && bytes + next.bytes > options.flushBytes)) break;
      bytes += next.bytes;
      count++;
    }
    waitingBytes -= bytes;
    return waiting.splice(0, count).map(({ item }) => item);
  }

  function isDue(): boolean {
    return (
      waiting.length >= options.flushItems || waitingBytes >= options.flushBytes || closing.signal.aborted
    );
  }

  function flush(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (sending !== null || waiting.length === 0 || closed.signal.aborted) return;
    sending = sendUntilSafe(takeBatch(), ++batchNumber).finally(() => {
      sending = null;
      schedule();
    });
  }

  function schedule(): void {
    if (waiting.length === 0 || sending !== null) return;
    if (isDue()) flush();
    else timer ??= setTimeout(flush, options.flushMs);
  }

  async function sendUntilSafe(batch: readonly string[], number: number): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await options.send(batch, number);
        return;
      } catch (thrown) {
        const error = toFramegateError(thrown);
        // A message that can never be sent must not hold up the rest.
        if (!error.retryable || closed.signal.aborted) {
          dropped += batch.length;
          options.onDropped?.(batch.length);
          return;
        }
        const delayMs = RETRY_MS[Math.min(attempt, RETRY_MS.length) - 1] ?? 5000;
        options.onRetry?.(error, delayMs);
        await pause(delayMs, closed.signal);
      }
    }
  }

  return {
    add: (item) => {
      const bytes = Buffer.byteLength(item);
      if (closing.signal.aborted) {
        dropped++;
        options.onDropped?.(1);
        return;
      }
      waiting.push({ item, bytes });
      waitingBytes += bytes;
      enforceLimit();
      schedule();
    },
    stats: () => ({ waiting: waiting.length, waitingBytes, dropped }),
    close: async (timeoutMs) => {
      closing.abort();
      const deadline = setTimeout(() => closed.abort(), timeoutMs);
      schedule();
      while (sending !== null) await sending;
      clearTimeout(deadline);
      closed.abort();
      if (timer !== null) clearTimeout(timer);
      drop(waiting.length);
    },
  };
}
