import { randomUUID } from 'node:crypto';
import type { EventRecord } from '../protocol/records.ts';
import type { JobClock, JobEventName, JobEvents } from './job-ports.ts';

/** An image has a trail of its own, in its service's words; its upload and its deletion are told by who takes them. */
const IMAGE_EVENTS: Partial<Record<JobEventName, string>> = {
  started: 'processing_started',
  completed: 'completed',
  failed: 'failed',
};

/** What happens to jobs as records of the audit trail. */
export function createJobEvents(
  log: { record(event: EventRecord): void },
  { node, clock }: { readonly node: string; readonly clock: JobClock },
): JobEvents {
  return {
    record: (event, { jobId, kind, owner, subjectId, attempts, error, correlation }) => {
      const common = {
        atMs: clock.nowMs(),
        node,
        actor: event === 'submitted' || event === 'cancelled' ? (owner ?? 'anonymous') : 'system',
      };
      const errorCode = error !== null && { errorCode: error.code };
      log.record({
        ...common,
        eventId: randomUUID(),
        entity: 'job',
        entityId: jobId,
        event,
        details: { kind, attempts, ...correlation, ...errorCode },
      });
      const imageEvent = IMAGE_EVENTS[event];
      if (kind !== 'image-variants' || subjectId === null || imageEvent === undefined) return;
      log.record({
        ...common,
        eventId: randomUUID(),
        entity: 'image',
        entityId: subjectId,
        event: imageEvent,
        details: { jobId, attempts, ...errorCode },
      });
    },
  };
}
