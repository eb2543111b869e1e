import { DeliverPolicy } from '@nats-io/jetstream';
import { BUS_HEADERS } from '../protocol/bus-messages.ts';
import { JOB_KINDS, type JobKind } from '../protocol/jobs.ts';
import type { Bus } from './create-bus.ts';
import { natsError } from './nats-errors.ts';
import { publishWithAck } from './publish-with-ack.ts';
import { findJobMessage, removeJobMessage } from './remove-job-message.ts';
import { jobSubject, parseSubject, subjectToken } from './subjects.ts';

/** JOBS seen from beside its consumers, for what they have no knowledge of. Everything rejects with bus errors. */
export interface JobShelf {
  /** The jobs that have a message. */
  all(): Promise<readonly { readonly kind: JobKind; readonly jobId: string }[]>;
  /** Of the kind's jobs that have a message: `waiting` will be delivered, `forgotten` its consumer takes for done. */
  places(kind: JobKind): Promise<ReadonlyMap<string, 'waiting' | 'forgotten'>>;
  /** Publishes the job's message once more, so that it is delivered again. */
  putBack(kind: JobKind, jobId: string): Promise<void>;
  remove(kind: JobKind, jobId: string): Promise<void>;
}

const STREAM = 'JOBS';
const READ_MS = 2000;

export function createJobShelf(bus: Bus): JobShelf {
  const { manager, jetstream } = bus.nats;

  async function translated<T>(doing: string, work: () => Promise<T>): Promise<T> {
    await bus.nats.connected();
    try {
      return await work();
    } catch (thrown) {
      throw natsError(thrown, doing);
    }
  }

  return {
    all: () =>
      translated('listing jobs', async () => {
        const { state } = await manager.streams.info(STREAM, { subjects_filter: 'framegate.jobs.>' });
        return Object.keys(state.subjects ?? {}).flatMap((subject) => {
          const parsed = parseSubject(subject);
          if (parsed.type !== 'job') return [];
          const kind = JOB_KINDS.find((known) => known === parsed.kind);
          return kind === undefined ? [] : [{ kind, jobId: parsed.jobId }];
        });
      }),
    places: (kind) =>
      translated('looking for jobs', async () => {
        const subjects = `framegate.jobs.${subjectToken(kind)}.*`;
        const { state } = await manager.streams.info(STREAM, { subjects_filter: subjects });
        const places = new Map<string, 'waiting' | 'forgotten'>();
        let left = Object.values(state.subjects ?? {}).reduce((sum, messages) => sum + messages, 0);
        if (left === 0) return places;
        const consumer = await manager.consumers.info(STREAM, `jobs-${kind}`);
        const floor = consumer.ack_floor.stream_seq;
        const isIdle = consumer.num_ack_pending === 0;
        // Its own look at the stream: asked for one by one, messages would come with their pixels.
        const reader = await jetstream.consumers.get(STREAM, {
          deliver_policy: DeliverPolicy.All,
          headers_only: true,
          filter_subjects: subjects,
        });
        try {
          for await (const message of await reader.fetch({ max_messages: left, expires: READ_MS })) {
            const parsed = parseSubject(message.subject);
            const isDone = message.seq <= floor || (isIdle && message.seq <= consumer.delivered.stream_seq);
            if (parsed.type === 'job') places.set(parsed.jobId, isDone ? 'forgotten' : 'waiting');
            left--;
            if (left === 0) break;
          }
        } finally {
          await reader.delete();
        }
        return places;
      }),
    putBack: (kind, jobId) =>
      translated('putting a job back', async () => {
        const subject = jobSubject(kind, jobId);
        const stored = await findJobMessage(bus, subject);
        if (stored === null) return;
        await publishWithAck(bus, {
          stream: STREAM,
          subject,
          // The stream may still know its first id.
          messageId: `${jobId}.${stored.seq}`,
          data: stored.data,
          headers: { [BUS_HEADERS.job]: stored.header.get(BUS_HEADERS.job) },
        });
        await removeJobMessage(bus, stored.seq, subject);
      }),
    remove: (kind, jobId) =>
      translated('removing a job', async () => {
        const subject = jobSubject(kind, jobId);
        const stored = await findJobMessage(bus, subject);
        if (stored !== null) await removeJobMessage(bus, stored.seq, subject);
      }),
  };
}
