import type { Bus } from '../../bus/create-bus.ts';
import { createEventLog } from '../../bus/event-log.ts';
import { type BusJobQueue, createJobQueue } from '../../bus/job-queue.ts';
import { applyChange } from '../../jobs/apply-change.ts';
import { createJobDesk } from '../../jobs/create-job-desk.ts';
import { createJobEvents } from '../../jobs/job-events.ts';
import type { JobEvents } from '../../jobs/job-ports.ts';
import type { JobStore } from '../../jobs/job-store.ts';
import type { JobDesk } from '../../jobs/types.ts';
import { webhookTarget } from '../../jobs/webhooks/webhook-address.ts';
import { FramegateError } from '../../protocol/framegate-error.ts';
import type { EventRecord } from '../../protocol/records.ts';
import type { RedisState } from '../../state/create-redis-state.ts';
import { consumeLogger } from './consume-logger.ts';
import type { RoleContext } from './role.ts';

export interface OpenJobs {
  readonly desk: JobDesk;
  readonly store: JobStore;
  readonly queue: BusJobQueue;
  readonly events: JobEvents;
  /** The audit trail itself, for what else is to be told there. */
  readonly log: { record(event: EventRecord): void };
  /** Rejects with webhook-refused for an address that may not be told. */
  readonly checkWebhookUrl: (url: string) => Promise<void>;
  close(): Promise<void>;
}

const HOUR_MS = 3_600_000;

/** The job engine over NATS and Redis, for the roles that submit and that work. */
export function openJobs(
  { config, logger, metrics }: RoleContext,
  { bus, redis }: { bus: Bus; redis: RedisState },
): OpenJobs {
  const clock = { nowMs: Date.now };
  const log = createEventLog(bus, {
    onDropped: (records) => logger.error({ records }, 'events were dropped: NATS is away for too long'),
  });
  const events = createJobEvents(log, { node: config.node.name, clock });
  const store = redis.openJobStore({ ttlMs: config.jobs.ttlHours * HOUR_MS, applyChange });
  const queue = createJobQueue(bus, { onEvent: consumeLogger(logger, metrics) });
  const { webhookSecret, webhookAllowedHosts } = config.jobs;
  const checkWebhookUrl = async (url: string) => {
    if (webhookSecret === null) {
      throw new FramegateError(
        'webhook-refused',
        'this installation sends no webhooks: FRAMEGATE_WEBHOOK_SECRET is not set',
      );
    }
    await webhookTarget(url, { allowedHosts: webhookAllowedHosts });
  };
  const desk = createJobDesk({ store, queue, events, clock, checkWebhookUrl });
  return {
    desk: {
      ...desk,
      submit: async (job) => {
        const submitted = await desk.submit(job);
        if (!submitted.isRepeat) metrics.jobs.submitted(job.kind);
        return submitted;
      },
    },
    store,
    queue,
    events,
    log,
    checkWebhookUrl,
    close: () => log.close(),
  };
}
