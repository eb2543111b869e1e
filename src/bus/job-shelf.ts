import { headers } from '@nats-io/transport-node';
import { BUS_HEADERS } from '../protocol/bus-messages.ts';
import { JOB_KINDS, type JobKind } from '../protocol/jobs.ts';
import type { Bus } from './create-bus.ts';
import { jetStreamCode, natsError } from './nats-errors.ts';
import { publishWithAck } from './publish-with-ack.ts';
import { jobSubject, parseSubject } from './subjects.ts';

/** JOBS seen from beside its consumers, for what they have no knowledge of. Everything rejects with bus errors. */
export interface JobShelf {
  /** The jobs that have a message. */
  all(): Promise<readonly { readonly kind: JobKind; readonly jobId: string }[]>;
  /** `waiting`: its consumer will deliver it; `forgotten`: its consumer takes it for done; `gone`: there is none. */
  look(kind: JobKind, jobId: string): Promise<'waiting' | 'forgotten' | 'gone'>;
  /** Publishes the job's message once more, so that it is delivered again. */
  putBack(kind: JobKind, jobId: string): Promise<void>;
  remove(kind: JobKind, jobId: string): Promise<void>;
}

const STREAM = 'JOBS';
const MESSAGE_NOT_FOUND = 10037;

export function createJobShelf(bus: Bus): JobShelf {
  const { manager } = bus.nats;

  async function translated<T>(doing: string, work: () => Promise<T>): Promise<T> {
    await bus.nats.connected();
    try {
      return await work();
    } catch (thrown) {
      throw natsError(thrown, doing);
    }
  }

  async function find(kind: JobKind, jobId: string) {
    try {
      return await manager.streams.getMessage(STREAM, { last_by_subj: jobSubject(kind, jobId) });
    } catch (thrown) {
      if (jetStreamCode(thrown) === MESSAGE_NOT_FOUND) return null;
      throw thrown;
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
    look: (kind, jobId) =>
      translated('looking for a job', async () => {
        const stored = await find(kind, jobId);
        if (stored === null) return 'gone';
        const { ack_floor: ackFloor } = await manager.consumers.info(STREAM, `jobs-${kind}`);
        return stored.seq <= ackFloor.stream_seq ? 'forgotten' : 'waiting';
      }),
    putBack: (kind, jobId) =>
      translated('putting a job back', async () => {
        const stored = await find(kind, jobId);
        if (stored === null) return;
        await publishWithAck(bus, {
          stream: STREAM,
          subject: jobSubject(kind, jobId),
          // The stream may still know its first id.
          messageId: `${jobId}.${stored.seq}`,
          data: stored.data,
          headers: { [BUS_HEADERS.job]: (stored.header ?? headers()).get(BUS_HEADERS.job) },
        });
        await manager.streams.deleteMessage(STREAM, stored.seq, false);
      }),
    remove: (kind, jobId) =>
      translated('removing a job', async () => {
        await manager.streams.purge(STREAM, { filter: jobSubject(kind, jobId) });
      }),
  };
}
