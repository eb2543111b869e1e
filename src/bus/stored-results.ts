import { type JetStreamManager, PubHeaders } from '@nats-io/jetstream';
import { natsError } from './nats-errors.ts';

export interface StoredResult {
  readonly streamSeq: number;
  readonly subject: string;
  readonly messageId: string;
  json(): unknown;
}

/**
 * What RESULTS holds on a subject (wildcards allowed), oldest first. The last message is asked for first: it says
 * at once that there is none, which is so for most sessions, and where the walk from the oldest ends. It is read
 * from the stream's leader; the walk may be answered by a replica a moment behind.
 * Rejects with bus-unavailable.
 */
export async function storedResults(manager: JetStreamManager, subject: string): Promise<StoredResult[]> {
  try {
    const last = await manager.streams.getMessage('RESULTS', { last_by_subj: subject });
    if (last === null) return [];
    const found: StoredResult[] = [];
    let seq = 1;
    while (seq < last.seq) {
      const next = await manager.direct.getMessage('RESULTS', { seq, next_by_subj: subject });
      if (next === null || next.seq >= last.seq) break;
      found.push(storedResult(next));
      seq = next.seq + 1;
    }
    found.push(storedResult(last));
    return found;
  } catch (thrown) {
    throw natsError(thrown, 'reading RESULTS');
  }
}

function storedResult(message: {
  seq: number;
  subject: string;
  header?: { get(name: string): string } | undefined;
  json<T>(): T;
}): StoredResult {
  return {
    streamSeq: message.seq,
    subject: message.subject,
    messageId: message.header?.get(PubHeaders.MsgIdHdr) ?? '',
    json: () => message.json<unknown>(),
  };
}
