import { randomUUID } from 'node:crypto';
import type { EventRecord } from '../protocol/records.ts';
import type { JobClock, JobEvents } from './job-ports.ts';

/** What happens to jobs as records of the audit trail. */
export function createJobEvents(
  log: { record(event: EventRecord): void },
  { node, clock }: { readonly node: string; readonly clock: JobClock },
): JobEvents {
  return {
    record: (event, { jobId, kind, owner, attempts, error, correlation }) =>
      log.record({
        eventId: randomUUID(),
        entity: 'job',
        entityId: jobId,
        event,
        atMs: clock.nowMs(),
        node,
        actor: event === 'submitted' || event === 'cancelled' ? (owner ?? 'anonymous') : 'system',
        details: { kind, attempts, ...correlation, ...(error !== null && { errorCode: error.code }) },
      }),
  };
}
