import { FramegateError } from '../../protocol/framegate-error.ts';
import type { BodySink } from './body-rule.ts';

/** Collects text, a byte order mark left off. Rejects with request-invalid for what is no UTF-8. */
export function createTextBody(): BodySink {
  let chunks: Uint8Array[] = [];
  return {
    write: (chunk) => {
      chunks.push(chunk);
    },
    end: async () => {
      try {
        return {
          type: 'text',
          value: new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)),
        };
      } catch {
        throw new FramegateError('request-invalid', 'the body is not text in UTF-8');
      } finally {
        chunks = [];
      }
    },
    abandon: () => {
      chunks = [];
    },
  };
}
