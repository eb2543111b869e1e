import { createJobDesk } from '../../src/jobs/create-job-desk.ts';
import { createJobWorker } from '../../src/jobs/create-job-worker.ts';
import type { JobDelivery, JobEventName, JobQueue, JobSource } from '../../src/jobs/job-ports.ts';
import type { JobStore } from '../../src/jobs/job-store.ts';
import type { JobDesk, JobHandler } from '../../src/jobs/types.ts';
import type { JobRequest, JobStatus } from '../../src/protocol/jobs.ts';
import type { ResultRecord } from '../../src/protocol/records.ts';
import { createMemoryJobStore } from './memory-job-store.ts';

export interface FakeJobDesk {
  readonly desk: JobDesk;
  readonly store: JobStore;
  /** What was submitted, in order. */
  readonly submitted: readonly JobRequest[];
  readonly results: readonly ResultRecord[];
  readonly events: readonly (readonly [JobEventName, JobStatus])[];
  /** Works on what has been submitted, and on what that submits, until nothing waits; without it jobs stay pending. */
  work(): Promise<void>;
}

interface Message {
  readonly request: JobRequest;
  readonly parts: readonly Uint8Array[];
}

const MAX_DELIVERIES = 5;

/** The real desk and the real worker in one process: a store in memory, a queue without waits, and the test's handlers. */
export async function createFakeJobDesk(handlers: readonly JobHandler[] = []): Promise<FakeJobDesk> {
  const store = createMemoryJobStore();
  const clock = { nowMs: Date.now };
  const waiting: Message[] = [];
  const submitted: JobRequest[] = [];
  const results: ResultRecord[] = [];
  const recorded: [JobEventName, JobStatus][] = [];
  const taking = new Map<string, Parameters<JobSource['consume']>[2]>();
  const events = {
    record: (event: JobEventName, status: JobStatus) => void recorded.push([event, status]),
  };
  const queue: JobQueue = {
    publish: async (request, parts) => {
      submitted.push(request);
      waiting.push({ request, parts });
    },
  };
  const desk = createJobDesk({ store, queue, events, clock, checkWebhookUrl: async () => {} });
  for (const handler of handlers) {
    await createJobWorker({
      handler,
      source: {
        consume: async (kind, _concurrency, take) => {
          taking.set(kind, take);
          return { stop: async () => {} };
        },
      },
      store,
      results: { publish: async (result) => results.push(result) },
      events,
      clock,
      concurrency: 1,
      codeVersion: 'test',
    }).start();
  }

  async function deliver({ request, parts }: Message): Promise<void> {
    const take = taking.get(request.kind);
    if (take === undefined) return;
    for (let count = 1; count <= MAX_DELIVERIES; count++) {
      const delivery: JobDelivery = {
        request,
        parts: () => new Map(request.parts.map(({ name }, i) => [name, new Uint8Array(parts[i]!)])),
        lastDelivery: count === MAX_DELIVERIES,
        signal: new AbortController().signal,
      };
      try {
        await take(delivery);
        return;
      } catch {
        // Delivered again, at once.
      }
    }
  }

  return {
    desk,
    store,
    submitted,
    results,
    events: recorded,
    work: async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await deliver(next);
    },
  };
}
