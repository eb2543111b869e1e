/** Headers and payload formats on NATS, for framegate's roles and for anyone who subscribes. */
import { type FrameRecord, frameRecordSchema } from './records.ts';

export const BUS_HEADERS = {
  /** JSON of the CaptureRecord; the payload is the image. */
  capture: 'Framegate-Capture',
  /** JSON of the JobRequest; the payload is its parts, one after another. */
  job: 'Framegate-Job',
  contentType: 'Content-Type',
  /** Records in the payload of a METRICS message. */
  recordCount: 'Framegate-Records',
  /** How often a capture was put back into CAPTURES, because nobody had finished it. */
  again: 'Framegate-Again',
  deadReason: 'Framegate-Dead-Reason',
  deadSubject: 'Framegate-Dead-Subject',
  deadStream: 'Framegate-Dead-Stream',
  deadSeq: 'Framegate-Dead-Seq',
  deadConsumer: 'Framegate-Dead-Consumer',
  deadDeliveries: 'Framegate-Dead-Deliveries',
} as const;

/**
 * The records of one METRICS message: newline-delimited JSON, one FrameRecord a line, so that a subscriber
 * can read it line by line. Lines that are no FrameRecord are left out and counted.
 */
export function parseFrameBatch(data: Uint8Array): { records: FrameRecord[]; invalid: number } {
  const records: FrameRecord[] = [];
  let invalid = 0;
  for (const line of new TextDecoder().decode(data).split('\n')) {
    if (line === '') continue;
    const parsed = frameRecordSchema.safeParse(parseJson(line));
    if (parsed.success) records.push(parsed.data);
    else invalid++;
  }
  return { records, invalid };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
