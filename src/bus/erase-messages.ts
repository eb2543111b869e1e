import { BUS_HEADERS } from '../protocol/bus-messages.ts';
import type { Bus } from './create-bus.ts';
import { natsError } from './nats-errors.ts';
import { type ReadMessage, type ReadStreamOptions, readStream } from './read-stream.ts';
import { type Place, removeByPlace } from './remove-by-place.ts';
import { storedResults } from './stored-results.ts';
import { sessionResultsSubject, subjectToken } from './subjects.ts';

/** Streams seen by whoever has somebody to forget. Everything rejects with bus errors. */
export interface EraseMessages {
  /**
   * What else belongs to these ids, as far as the streams know: of an account its live sessions and captures, of a
   * capture its jobs. Looked for before anything is removed, since only these messages tell.
   */
  theirs(who: { readonly userId: string | null; readonly captureIds: readonly string[] }): Promise<TheirIds>;
  /** Removes every message that names one of the ids. Gives how many there were. */
  erase(ids: TheirIds & { readonly userId: string | null }): Promise<number>;
}

export interface TheirIds {
  /** Jobs are among them. */
  readonly captureIds: readonly string[];
  readonly sessionIds: readonly string[];
}

/** EVENTS and DEAD have no ids in their subjects. METRICS and RECORDS are gone once they are stored. */
const CAPTURES = { stream: 'CAPTURES', filter: 'framegate.captures.*.*', headersOnly: true } as const;
const JOBS = { stream: 'JOBS', filter: 'framegate.jobs.*.*', headersOnly: true } as const;
const EVENTS = { stream: 'EVENTS', filter: 'framegate.events.*.*', headersOnly: false } as const;
/** The few of them that tell of a body capture: most are of sessions. */
const JOB_EVENTS = { ...EVENTS, filter: 'framegate.events.job.*' } as const;
const WEBHOOK_EVENTS = { ...EVENTS, filter: 'framegate.events.webhook.*' } as const;
const DEAD = { stream: 'DEAD', filter: 'framegate.dead.*', headersOnly: false } as const;
/** A caller's own session may be the subject of its jobs' results, and is nobody's alone: these are read. */
const BODY_RESULTS = { stream: 'RESULTS', filter: 'framegate.results.body.*', headersOnly: false } as const;

export function createEraseMessages(bus: Bus): EraseMessages {
  const { jetstream, manager, results } = bus.nats;

  async function translated<T>(work: () => Promise<T>): Promise<T> {
    await bus.nats.connected();
    try {
      return await work();
    } catch (thrown) {
      throw natsError(thrown, 'erasing messages');
    }
  }

  async function placesIn(options: ReadStreamOptions, ids: ReadonlySet<string>): Promise<Place[]> {
    const names = namesOf(ids);
    const places: Place[] = [];
    const client = options.stream === 'RESULTS' ? results.jetstream : jetstream;
    for await (const message of readStream(client, options)) {
      if (namesOne(message, names)) places.push({ streamSeq: message.streamSeq, subject: message.subject });
    }
    return places;
  }

  async function eraseResults(ids: ReadonlySet<string>): Promise<number> {
    let removed = await removeByPlace(results.manager, 'RESULTS', await placesIn(BODY_RESULTS, ids));
    for (const id of ids) {
      const filter = sessionResultsSubject(id);
      const stored = await storedResults(results.manager, filter);
      const places = stored.map(({ streamSeq, subject }) => ({ streamSeq, subject }));
      removed += await removeByPlace(results.manager, 'RESULTS', places);
    }
    return removed;
  }

  return {
    theirs: ({ userId, captureIds }) =>
      translated(async () => {
        const captures = new Set<string>();
        const sessions = new Set<string>();
        const asked = namesOf([...captureIds, ...(userId === null ? [] : [userId])]);
        for await (const message of readStream(jetstream, JOBS)) {
          const job = recordIn(message.header(BUS_HEADERS.job));
          if (namesOne(message, asked) && typeof job.jobId === 'string') captures.add(job.jobId);
        }
        if (userId === null) return { captureIds: [...captures], sessionIds: [] };
        for await (const message of readStream(jetstream, CAPTURES)) {
          const { subject, captureId, sessionId } = recordIn(message.header(BUS_HEADERS.capture));
          if (subject !== userId) continue;
          if (typeof captureId === 'string') captures.add(captureId);
          if (typeof sessionId === 'string') sessions.add(sessionId);
        }
        for await (const message of readStream(jetstream, EVENTS)) {
          const { actor, entity, entityId } = recordIn(message.text());
          if (actor !== userId || typeof entityId !== 'string') continue;
          if (entity === 'session') sessions.add(entityId);
          if (entity === 'capture' || entity === 'job') captures.add(entityId);
        }
        return { captureIds: [...captures], sessionIds: [...sessions] };
      }),
    erase: ({ userId, captureIds, sessionIds }) =>
      translated(async () => {
        const ids = new Set([...captureIds, ...sessionIds, ...(userId === null ? [] : [userId])]);
        let removed = 0;
        const events = userId === null ? [JOB_EVENTS, WEBHOOK_EVENTS] : [EVENTS];
        for (const options of [JOBS, CAPTURES, ...events, DEAD]) {
          removed += await removeByPlace(manager, options.stream, await placesIn(options, ids));
        }
        return removed + (await eraseResults(ids));
      }),
  };
}

/** The ids as they stand in records, and as they stand in subjects. */
function namesOf(ids: Iterable<string>): ReadonlySet<string> {
  return new Set([...ids].flatMap((id) => [id, subjectToken(id)]));
}

/** Whether an id is a part of the subject, or a text in the payload or in the records of the headers. */
function namesOne(message: ReadMessage, names: ReadonlySet<string>): boolean {
  if (
    message.subject
      .split('.')
      .slice(2)
      .some((token) => names.has(token))
  )
    return true;
  const texts = [message.header(BUS_HEADERS.capture), message.header(BUS_HEADERS.job), message.text()];
  for (const text of texts) {
    for (const [, quoted = ''] of (text ?? '').matchAll(/"([^"\\]+)"/g)) if (names.has(quoted)) return true;
  }
  return false;
}

function recordIn(text: string | undefined): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(text ?? '');
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
