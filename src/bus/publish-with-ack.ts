import type { StreamExpectations } from '@nats-io/jetstream';
import { headers } from '@nats-io/transport-node';
import { FramegateError } from '../protocol/framegate-error.ts';
import type { Bus } from './create-bus.ts';
import { isNoRoom, jetStreamCode, natsError } from './nats-errors.ts';
import type { PublishAck, StreamName } from './types.ts';

export interface Publication {
  readonly stream: StreamName;
  readonly subject: string;
  readonly messageId: string;
  readonly data: Uint8Array | string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The last message on this subject must be this one; 0 for none. Fails with JetStream's own error. */
  readonly expectedLastSubjectSeq?: number;
}

/** What the protocol line and the message id add to a message, with room to spare. */
const ENVELOPE_BYTES = 512;

/**
 * Publishes and waits for the PubAck. Rejects with payload-too-large, bus-unavailable (retryable) or bus-refused.
 * A message that is published again because its PubAck was lost is stored once: the stream knows its id.
 */
export async function publishWithAck(bus: Bus, publication: Publication): Promise<PublishAck> {
  await bus.nats.connected();
  const { data, headers: fields = {}, expectedLastSubjectSeq } = publication;
  const messageBytes =
    Buffer.byteLength(data) +
    Object.entries(fields).reduce(
      (sum, [name, value]) => sum + name.length + Buffer.byteLength(value) + 4,
      0,
    );
  if (messageBytes + ENVELOPE_BYTES > bus.maxPayloadBytes) {
    throw new FramegateError('payload-too-large', 'the message is larger than NATS takes', {
      details: { messageBytes, maxPayloadBytes: bus.maxPayloadBytes },
    });
  }
  const natsHeaders = headers();
  for (const [name, value] of Object.entries(fields)) natsHeaders.set(name, value);
  const expect: Partial<StreamExpectations> = { streamName: publication.stream };
  if (expectedLastSubjectSeq !== undefined) expect.lastSubjectSequence = expectedLastSubjectSeq;
  try {
    const ack = await bus.nats.jetstream.publish(publication.subject, data, {
      msgID: publication.messageId,
      headers: natsHeaders,
      timeout: bus.nats.requestTimeoutMs,
      expect,
    });
    bus.nats.refusals.taken(publication.stream);
    return { stream: ack.stream, streamSeq: ack.seq, duplicate: ack.duplicate };
  } catch (thrown) {
    const error = natsError(thrown, `publishing to ${publication.subject}`);
    if (isNoRoom(jetStreamCode(thrown))) bus.nats.refusals.refused(publication.stream, String(thrown));
    throw error;
  }
}
