import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Interval } from './interval.ts';
import type { PictureLibrary } from './pictures.ts';
import type { SessionPlan } from './session-plan.ts';
import type { ThreadCall, ThreadData, ThreadMessage, ThreadOrder } from './thread-messages.ts';

/** Simulated clients on threads of their own, so that measuring disturbs nobody else. */
export interface Generator {
  /** Connects so many a second; resolves when each has been welcomed or is over. */
  open(plans: readonly SessionPlan[], perSecond: number): Promise<void>;
  setFps(fps: number | null): Promise<void>;
  /** Breaks connections, of all sessions or of these; they resume. */
  cut(indices?: readonly number[]): Promise<void>;
  /** Resolves when everything up to now has been handed to `onInterval`. */
  flush(): Promise<void>;
  /** All say bye, and the threads end. */
  close(): Promise<void>;
}

export interface GeneratorOptions {
  readonly threads: number;
  readonly library: PictureLibrary;
  /** Of the run's clock, in milliseconds since the epoch. */
  readonly beganAtMs: number;
  readonly onInterval: (interval: Interval, thread: number) => void;
}

export function startGenerator({ threads, library, beganAtMs, onInterval }: GeneratorOptions): Generator {
  const workers = Array.from({ length: threads }, (_, thread) =>
    startThread({ library, beganAtMs }, (interval) => onInterval(interval, thread)),
  );
  const all = (order: ThreadOrder) => Promise.all(workers.map((worker) => worker.ask(order)));
  return {
    async open(plans, perSecond) {
      await Promise.all(
        workers.map(({ ask }, thread) =>
          ask({
            type: 'open',
            plans: plans.filter((_, index) => index % threads === thread),
            perSecond: perSecond / threads,
          }),
        ),
      );
    },
    async setFps(fps) {
      await all({ type: 'set-fps', fps });
    },
    async cut(indices) {
      await all({ type: 'cut', indices: indices ?? null });
    },
    async flush() {
      await all({ type: 'flush' });
    },
    async close() {
      await all({ type: 'leave' });
      await Promise.all(workers.map(({ end }) => end()));
    },
  };
}

interface LoadThread {
  ask(order: ThreadOrder): Promise<void>;
  end(): Promise<void>;
}

function startThread(data: ThreadData, onInterval: (interval: Interval) => void): LoadThread {
  const worker = new Worker(new URL('./load-thread.ts', import.meta.url), { workerData: data });
  const asked = new Map<number, () => void>();
  let lastId = 0;
  const broken = once(worker, 'error').then(([thrown]) => {
    throw thrown;
  });
  // Heard by whoever asks next.
  broken.catch(() => {});
  worker.on('message', (message: ThreadMessage) => {
    if (message.type === 'interval') onInterval(message.interval);
    else {
      asked.get(message.id)?.();
      asked.delete(message.id);
    }
  });
  return {
    ask(order) {
      const id = ++lastId;
      const done = new Promise<void>((resolve) => asked.set(id, resolve));
      worker.postMessage({ ...order, id } satisfies ThreadCall);
      return Promise.race([done, broken]);
    },
    async end() {
      await worker.terminate();
    },
  };
}
