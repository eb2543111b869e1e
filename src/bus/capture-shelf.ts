import { DeliverPolicy, PubHeaders, type StoredMsg } from '@nats-io/jetstream';
import { BUS_HEADERS } from '../protocol/bus-messages.ts';
import type { Bus } from './create-bus.ts';
import { createDeadLetters } from './dead-letters.ts';
import { isMessageGone, natsError } from './nats-errors.ts';
import { publishWithAck } from './publish-with-ack.ts';
import { resultMessageId } from './result-publisher.ts';
import { storedResults } from './stored-results.ts';
import { CONSUMERS } from './streams.ts';
import { matchesFilter, resultSubject } from './subjects.ts';
import { DURABLE_NAMES } from './types.ts';

/** A message in CAPTURES, without its payload. */
export interface ShelvedCapture {
  readonly captureId: string;
  readonly streamSeq: number;
  /** The one in its subject. */
  readonly profile: string;
  /** Every durable consumer whose filter lets it through has been given it at least once. */
  readonly isDelivered: boolean;
  /** How often it was put back. */
  readonly again: number;
  readonly message: ShelvedMessage;
}

export interface ShelvedMessage {
  readonly subject: string;
  readonly headers: { get(name: string): string | undefined };
  readonly data: Uint8Array;
  readonly streamSeq: number;
}

export interface Shelf {
  /** The oldest messages first. */
  oldest(limit: number): Promise<readonly ShelvedCapture[]>;
  /** False where another message lies in its place: nothing is removed then. */
  remove(capture: ShelvedCapture): Promise<boolean>;
  putBack(capture: ShelvedCapture): Promise<void>;
  result(capture: ShelvedCapture, kind: string): Promise<ShelvedMessage | null>;
  bury(capture: ShelvedCapture, reason: string): Promise<void>;
}

const STREAM = 'CAPTURES';
const READ_MS = 2000;

/** CAPTURES seen from beside its consumers, for what they have no knowledge of. Everything rejects with bus errors. */
export function createCaptureShelf(bus: Bus): Shelf {
  const { manager, jetstream } = bus.nats;
  const deadLetters = createDeadLetters(bus);
  const durables = DURABLE_NAMES.filter((durable) => CONSUMERS[durable].stream === STREAM);

  async function translated<T>(doing: string, work: () => Promise<T>): Promise<T> {
    await bus.nats.connected();
    try {
      return await work();
    } catch (thrown) {
      throw natsError(thrown, doing);
    }
  }

  /** A filtered consumer's place stays where its last message was: it says nothing of those that are not for it. */
  async function deliveries(): Promise<(subject: string, seq: number) => boolean> {
    const consumers = await Promise.all(
      durables.map(async (durable) => {
        const { delivered } = await manager.consumers.info(STREAM, durable);
        return { filter: CONSUMERS[durable].filterSubject, upTo: delivered.stream_seq };
      }),
    );
    return (subject, seq) =>
      consumers.every(
        ({ filter, upTo }) => seq <= upTo || (filter !== undefined && !matchesFilter(filter, subject)),
      );
  }

  /**
   * Asks the stream's leader first what lies there. A reader may be served by another server of the cluster, and after
   * a server was killed their numbers may differ: what is through on one is a capture in work on the other.
   */
  function remove({ captureId, streamSeq }: ShelvedCapture): Promise<boolean> {
    return translated('removing a capture', async () => {
      try {
        const stored = await manager.streams.getMessage(STREAM, { seq: streamSeq });
        if (stored === null) return true;
        if (storedId(stored) !== captureId) return false;
        // Not overwritten with noise, as a disk's blocks are not either: it is about who can read it from here.
        await manager.streams.deleteMessage(STREAM, streamSeq, false);
      } catch (thrown) {
        if (!isMessageGone(thrown)) throw thrown;
      }
      return true;
    });
  }

  return {
    oldest: (limit) =>
      translated('reading CAPTURES', async () => {
        const { state } = await manager.streams.info(STREAM);
        let left = Math.min(limit, state.messages);
        if (left === 0) return [];
        const isDelivered = await deliveries();
        const reader = await jetstream.consumers.get(STREAM, {
          deliver_policy: DeliverPolicy.All,
          headers_only: true,
        });
        const found: ShelvedCapture[] = [];
        try {
          for await (const message of await reader.fetch({ max_messages: left, expires: READ_MS })) {
            const header = (name: string) => message.headers?.get(name) || undefined;
            found.push({
              captureId: idOf(header),
              streamSeq: message.seq,
              profile: message.subject.split('.')[2] ?? '',
              isDelivered: isDelivered(message.subject, message.seq),
              again: Number(header(BUS_HEADERS.again) ?? 0),
              message: {
                subject: message.subject,
                headers: { get: header },
                data: message.data,
                streamSeq: message.seq,
              },
            });
            left--;
            if (left === 0) break;
          }
        } finally {
          await reader.delete();
        }
        return found;
      }),
    remove,
    putBack: (capture) =>
      translated('putting a capture back', async () => {
        const stored = await manager.streams.getMessage(STREAM, { seq: capture.streamSeq });
        if (stored === null || storedId(stored) !== capture.captureId) return;
        const again = capture.again + 1;
        const fields: Record<string, string> = { [BUS_HEADERS.again]: String(again) };
        for (const name of [BUS_HEADERS.capture, BUS_HEADERS.contentType]) {
          const value = stored.header.get(name);
          if (value !== '') fields[name] = value;
        }
        await publishWithAck(bus, {
          stream: STREAM,
          subject: stored.subject,
          // The stream may still know its first id.
          messageId: `${capture.captureId}.${again}`,
          data: stored.data,
          headers: fields,
        });
        await remove(capture);
      }),
    result: (capture, kind) =>
      translated('reading RESULTS', async () => {
        const sessionId = capture.message.subject.split('.').at(-1) ?? '';
        const stored = await storedResults(bus.nats.results.manager, resultSubject(kind, sessionId));
        const messageId = resultMessageId(capture.captureId, kind);
        const found = stored.find((result) => result.messageId === messageId);
        if (found === undefined) return null;
        return {
          subject: resultSubject(kind, sessionId),
          headers: { get: () => undefined },
          data: new TextEncoder().encode(JSON.stringify(found.json())),
          streamSeq: found.streamSeq,
        };
      }),
    bury: async (capture, reason) => {
      const { subject, headers } = capture.message;
      await deadLetters.putRecord({
        stream: STREAM,
        subject,
        streamSeq: capture.streamSeq,
        reason,
        record: headers.get(BUS_HEADERS.capture) ?? '',
      });
      await remove(capture);
    },
  };
}

/** What a message's headers say of whose it is. */
function idOf(header: (name: string) => string | undefined): string {
  return captureIdOf(header(BUS_HEADERS.capture)) ?? header(PubHeaders.MsgIdHdr) ?? '';
}

function storedId({ header }: StoredMsg): string {
  return idOf((name) => header.get(name) || undefined);
}

/** null for a message that carries no capture's record. */
function captureIdOf(record: string | undefined): string | null {
  try {
    const { captureId } = JSON.parse(record ?? '') as { captureId?: unknown };
    return typeof captureId === 'string' ? captureId : null;
  } catch {
    return null;
  }
}
