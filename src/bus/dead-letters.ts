import { BUS_HEADERS } from '../protocol/bus-messages.ts';
import type { Bus } from './create-bus.ts';
import { publishWithAck } from './publish-with-ack.ts';
import { CONSUMERS } from './streams.ts';
import { deadSubject } from './subjects.ts';
import type { BusMessage, DurableName, StreamName } from './types.ts';

/** A record of a message that could not be stored, by whoever reads messages in parts. */
export interface BrokenRecord {
  readonly stream: StreamName;
  readonly subject: string;
  readonly streamSeq: number;
  readonly reason: string;
  /** The record as it came; cut to what a dead letter may hold. */
  readonly record: string;
}

export interface DeadLetters {
  /** Resolves when the dead letter is stored, at most once per message and consumer. Rejects with bus-unavailable. */
  put(durable: DurableName, message: BusMessage, reason: string): Promise<void>;
  putRecord(broken: BrokenRecord): Promise<void>;
}

const MAX_REASON_CHARS = 500;
const MAX_RECORD_CHARS = 32_768;
const OWN_HEADERS = new Set<string>([
  BUS_HEADERS.contentType,
  BUS_HEADERS.recordCount,
  BUS_HEADERS.capture,
  BUS_HEADERS.job,
]);
/** Their payloads are pixels. */
const PICTURE_STREAMS: readonly StreamName[] = ['CAPTURES', 'JOBS'];

export function createDeadLetters(bus: Bus): DeadLetters {
  return {
    put: async (durable, message, reason) => {
      const fields: Record<string, string> = {
        ...deadHeaders(message.stream, message.subject, message.streamSeq, reason),
        [BUS_HEADERS.deadConsumer]: durable,
        [BUS_HEADERS.deadDeliveries]: String(message.deliveryCount),
      };
      for (const name of OWN_HEADERS) {
        const value = message.headers.get(name);
        if (value !== undefined) fields[name] = value;
      }
      // Nobody keeps pixels after the last analyzer: their metadata has to do.
      const pixels = PICTURE_STREAMS.includes(CONSUMERS[durable].stream);
      await publishWithAck(bus, {
        stream: 'DEAD',
        subject: deadSubject(message.stream),
        messageId: `${message.stream}.${message.streamSeq}.${durable}`,
        data: pixels ? '' : message.data,
        headers: fields,
      });
    },
    putRecord: async ({ stream, subject, streamSeq, reason, record }) => {
      const data = record.slice(0, MAX_RECORD_CHARS);
      await publishWithAck(bus, {
        stream: 'DEAD',
        subject: deadSubject(stream),
        messageId: `${stream}.${streamSeq}.${await digest(data)}`,
        data,
        headers: deadHeaders(stream, subject, streamSeq, reason),
      });
    },
  };
}

function deadHeaders(
  stream: string,
  subject: string,
  streamSeq: number,
  reason: string,
): Record<string, string> {
  return {
    [BUS_HEADERS.deadReason]: reason.replace(/[\r\n]+/g, ' ').slice(0, MAX_REASON_CHARS),
    [BUS_HEADERS.deadSubject]: subject,
    [BUS_HEADERS.deadStream]: stream,
    [BUS_HEADERS.deadSeq]: String(streamSeq),
  };
}

async function digest(text: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Buffer.from(hash).toString('hex').slice(0, 32);
}
