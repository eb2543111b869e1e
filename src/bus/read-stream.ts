import { DeliverPolicy, type JetStreamClient } from '@nats-io/jetstream';
import type { StreamName } from './types.ts';

/** A message as it lies in its stream, read beside the durable consumers. */
export interface ReadMessage {
  readonly subject: string;
  readonly streamSeq: number;
  readonly header: (name: string) => string | undefined;
  /** '' where only headers were asked for. */
  text(): string;
}

export interface ReadStreamOptions {
  readonly stream: StreamName;
  readonly filter: string;
  /** Payloads that are pixels are not read. */
  readonly headersOnly: boolean;
}

const READ_MS = 2000;
const AT_ONCE = 500;

/** All that the stream has on these subjects now, oldest first. Throws the client's own errors. */
export async function* readStream(
  jetstream: JetStreamClient,
  { stream, filter, headersOnly }: ReadStreamOptions,
): AsyncGenerator<ReadMessage> {
  const reader = await jetstream.consumers.get(stream, {
    deliver_policy: DeliverPolicy.All,
    headers_only: headersOnly,
    filter_subjects: filter,
  });
  try {
    let left = (await reader.info()).num_pending;
    while (left > 0) {
      const before = left;
      for await (const message of await reader.fetch({
        max_messages: Math.min(left, AT_ONCE),
        expires: READ_MS,
      })) {
        left = Math.min(left - 1, message.info.pending);
        yield {
          subject: message.subject,
          streamSeq: message.seq,
          header: (name) => message.headers?.get(name) || undefined,
          text: () => message.string(),
        };
        if (left === 0) break;
      }
      // Somebody else removed them meanwhile.
      if (left === before) return;
    }
  } finally {
    await reader.delete();
  }
}
