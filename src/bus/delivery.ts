import { PubHeaders } from '@nats-io/jetstream';
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { FramegateError } from '../protocol/framegate-error.ts';
import type { BusMessage } from './types.ts';

/** A delivered message with its answers. Each answer is one small message to the server; the first final one counts. */
export interface Delivery {
  readonly message: BusMessage;
  /** Messages that the stream still held for the consumer when this one left. */
  readonly pendingMessages: number;
  ack(): void;
  /** Deliver again, after a while. */
  nak(delayMs: number): void;
  /** The work goes on: start the ack wait anew. */
  working(): void;
  /** Never deliver again. */
  term(): void;
}

/** `$JS.ACK.` then, from 2.10 on with a domain, an account hash first and a random token last (ADR-15). */
const OLD_TOKENS = 9;

/**
 * Gives null for a message that did not come from a consumer with acknowledgement. Answers are sent only while
 * `isCurrent`: over the connection that brought the message. A server that was killed comes back with a consumer state
 * from before, and 2.9 takes an answer to a later delivery for its new place: all messages in between would be skipped.
 * Unanswered, the message comes once more, which costs a look.
 */
export function deliveryOf(
  connection: NatsConnection,
  raw: Msg,
  isCurrent: () => boolean = () => true,
): Delivery | null {
  const reply = raw.reply;
  if (reply?.startsWith('$JS.ACK.') !== true) return null;
  const tokens = reply.split('.');
  const place = tokens.length === OLD_TOKENS ? tokens.slice(2) : tokens.slice(4);
  const [stream, , delivered, streamSeq, , storedAtNanos, pending] = place;
  if (stream === undefined || storedAtNanos === undefined) return null;
  const deliveryCount = Number(delivered);
  const header = (name: string): string | undefined => {
    const value = raw.headers?.get(name);
    return value === undefined || value === '' ? undefined : value;
  };
  const answer = (text: string) => {
    // A closed connection needs no answer: the server delivers again.
    if (!connection.isClosed() && isCurrent()) connection.publish(reply, text);
  };
  return {
    message: {
      subject: raw.subject,
      stream,
      streamSeq: Number(streamSeq),
      deliveryCount,
      redelivered: deliveryCount > 1,
      storedAtMs: Number(BigInt(storedAtNanos) / 1_000_000n),
      messageId: header(PubHeaders.MsgIdHdr),
      data: raw.data,
      payloadBytes: Number(header('Nats-Msg-Size') ?? raw.data.length),
      headers: { get: header },
      json: () => {
        try {
          return JSON.parse(new TextDecoder().decode(raw.data)) as unknown;
        } catch (cause) {
          throw new FramegateError('message-malformed', 'the payload is not JSON', { cause });
        }
      },
    },
    pendingMessages: Number(pending ?? 0),
    ack: () => answer('+ACK'),
    nak: (delayMs) => answer(delayMs > 0 ? `-NAK {"delay":${Math.round(delayMs * 1e6)}}` : '-NAK'),
    working: () => answer('+WPI'),
    term: () => answer('+TERM'),
  };
}
