import { BUS_HEADERS } from '../protocol/bus-messages.ts';
import type { CaptureRecord } from '../protocol/records.ts';
import type { Bus } from './create-bus.ts';
import { publishWithAck } from './publish-with-ack.ts';
import { captureSubject } from './subjects.ts';
import type { PublishAck } from './types.ts';

export interface CapturePublisher {
  /**
   * Resolves when JetStream has acknowledged. The payload is the image, the message id `record.captureId`.
   * Rejects with bus-unavailable (retryable), payload-too-large or bus-refused.
   */
  publish(record: CaptureRecord, data: Uint8Array): Promise<PublishAck>;
}

export function createCapturePublisher(bus: Bus): CapturePublisher {
  return {
    publish: (record, data) =>
      publishWithAck(bus, {
        stream: 'CAPTURES',
        subject: captureSubject(record.profile, record.sessionId),
        messageId: record.captureId,
        data,
        headers: {
          [BUS_HEADERS.capture]: JSON.stringify(record),
          [BUS_HEADERS.contentType]: `image/${record.format}`,
        },
      }),
  };
}
