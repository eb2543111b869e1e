import type { BatchOptions, SinkMessage, SinkSource, SinkStream } from '../../src/store/sink.ts';

export interface ScriptedSource extends SinkSource {
  /** Hands a batch to the first consumer of the stream and resolves as its handler does. */
  deliver(stream: SinkStream, batch: readonly SinkMessage[]): Promise<void>;
  /** As JetStream does: the same batch again for as long as its handler rejects. Resolves with the number of tries. */
  deliverUntilAcked(
    stream: SinkStream,
    batch: readonly SinkMessage[],
    onRejected: () => Promise<void>,
  ): Promise<number>;
  options(stream: SinkStream): BatchOptions[];
  readonly stopped: number;
}

/** A source whose messages come when the test says so. */
export function createScriptedSource(): ScriptedSource {
  const consumers: { options: BatchOptions; handle: (batch: readonly SinkMessage[]) => Promise<void> }[] = [];
  let stopped = 0;
  const deliver: ScriptedSource['deliver'] = async (stream, batch) => {
    const consumer = consumers.find(({ options }) => options.stream === stream);
    if (consumer === undefined) throw new Error(`nobody consumes ${stream}`);
    await consumer.handle(batch);
  };
  return {
    async consumeBatches(options, handle) {
      consumers.push({ options, handle });
      return {
        stop: async () => {
          stopped++;
        },
      };
    },
    deliver,
    async deliverUntilAcked(stream, batch, onRejected) {
      for (let tries = 1; ; tries++) {
        try {
          await deliver(stream, batch);
          return tries;
        } catch {
          await onRejected();
        }
      }
    },
    options: (stream) =>
      consumers.filter(({ options }) => options.stream === stream).map(({ options }) => options),
    get stopped() {
      return stopped;
    },
  };
}

let lastSeq = 0;

/** A message with a payload of text, or of JSON for anything else. */
export function message(payload: unknown, headers: Record<string, string> = {}): SinkMessage {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
  lastSeq++;
  return {
    subject: 'framegate.test',
    headers: { get: (name) => headers[name] },
    data: Buffer.from(text),
    streamSeq: lastSeq,
  };
}

/** A METRICS message as the edge publishes it. */
export function framesMessage(records: readonly object[]): SinkMessage {
  return message(`${records.map((record) => JSON.stringify(record)).join('\n')}\n`);
}

/** A CAPTURES message as it comes to a consumer of headers. */
export function captureMessage(record: object): SinkMessage {
  return message('', { 'Framegate-Capture': JSON.stringify(record) });
}
