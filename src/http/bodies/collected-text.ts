import { FramegateError } from '../../protocol/framegate-error.ts';
import type { BodySink } from './body-rule.ts';

type Collected = Awaited<ReturnType<BodySink['end']>>;

/**
 * Collects a body and gives it to `read` as text, a byte order mark left off. Rejects with request-invalid where it is no
 * UTF-8, or `read` throws: what it is instead is not repeated, it may be a picture.
 */
export function createCollectedText(read: (text: string) => Collected, refusal: string): BodySink {
  let chunks: Uint8Array[] = [];
  return {
    write: (chunk) => {
      chunks.push(chunk);
    },
    end: async () => {
      try {
        return read(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)));
      } catch {
        throw new FramegateError('request-invalid', refusal);
      } finally {
        chunks = [];
      }
    },
    abandon: () => {
      chunks = [];
    },
  };
}
