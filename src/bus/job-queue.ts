import { createHash } from 'node:crypto';
import { BUS_HEADERS } from '../protocol/bus-messages.ts';
import { FramegateError } from '../protocol/framegate-error.ts';
import { type JobKind, type JobRequest, jobRequestSchema } from '../protocol/jobs.ts';
import { consume } from './consume.ts';
import type { Bus } from './create-bus.ts';
import { publishWithAck } from './publish-with-ack.ts';
import { removeJobMessage } from './remove-job-message.ts';
import { maxDeliveriesOf } from './streams.ts';
import { jobSubject } from './subjects.ts';
import type { BusMessage, ConsumeOptions, DurableName } from './types.ts';

/** A delivered job; its bytes are copied out when they are asked for. */
export interface DeliveredJob {
  readonly request: JobRequest;
  parts(): ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
  readonly lastDelivery: boolean;
  readonly signal: AbortSignal;
}

export interface BusJobQueue {
  publish(request: JobRequest, parts: readonly Uint8Array[]): Promise<void>;
  consume(
    kind: JobKind,
    concurrency: number,
    handler: (job: DeliveredJob) => Promise<{ abandon: string } | undefined>,
  ): Promise<{ stop(): Promise<void> }>;
}

export interface BusJobQueueOptions extends Pick<ConsumeOptions, 'onEvent' | 'workingMs' | 'stopGraceMs'> {
  /** Delays before the second, third, … delivery. Default by kind. */
  readonly backoffMs?: readonly number[];
}

const JOB_BACKOFF_MS = [1000, 5000, 15_000, 30_000] as const;
const MINUTE_MS = 60_000;
/** Over 22 hours: the stream keeps a message for a day. */
const WEBHOOK_BACKOFF_MS = [0.1, 0.5, 2, 10, 30, 60, 120, 240, 360, 480].map(
  (minutes) => minutes * MINUTE_MS,
);

/** The stream JOBS as the engine needs it. */
export function createJobQueue(bus: Bus, options: BusJobQueueOptions = {}): BusJobQueue {
  return {
    publish: async (request, parts) => {
      await publishWithAck(bus, {
        stream: 'JOBS',
        subject: jobSubject(request.kind, request.jobId),
        messageId: request.jobId,
        data: Buffer.concat(parts),
        headers: { [BUS_HEADERS.job]: JSON.stringify(request) },
      });
    },
    consume: async (kind, concurrency, handler) => {
      const durable: DurableName = `jobs-${kind}`;
      const backoffMs = kind === 'webhook' ? WEBHOOK_BACKOFF_MS : JOB_BACKOFF_MS;
      const consumeOptions = { backoffMs, ...options, durable, concurrency };
      const maxDeliveries = maxDeliveriesOf(durable);
      return consume(bus, consumeOptions, async (message, context) => {
        const request = readRequest(message);
        if (request === null) return { abandon: 'the header has no valid job' };
        const handled = await handler({
          request,
          parts: () => partsOf(request, message.data),
          lastDelivery: message.deliveryCount >= maxDeliveries,
          signal: context.signal,
        });
        if (handled === undefined) await removeJobMessage(bus, message.streamSeq, message.subject);
        return handled;
      });
    },
  };
}

function readRequest(message: BusMessage): JobRequest | null {
  try {
    return jobRequestSchema.parse(JSON.parse(message.headers.get(BUS_HEADERS.job) ?? ''));
  } catch {
    return null;
  }
}

/** Each in memory of its own: it goes to threads, and the message's is the connection's read buffer. */
function partsOf(request: JobRequest, data: Uint8Array): ReadonlyMap<string, Uint8Array<ArrayBuffer>> {
  const parts = new Map<string, Uint8Array<ArrayBuffer>>();
  let at = 0;
  for (const { name, bytes, sha256 } of request.parts) {
    const part = new Uint8Array(data.subarray(at, at + bytes));
    at += bytes;
    if (createHash('sha256').update(part).digest('hex') !== sha256) {
      throw new FramegateError('image-corrupt', `${name} is not what was submitted`);
    }
    parts.set(name, part);
  }
  return parts;
}
