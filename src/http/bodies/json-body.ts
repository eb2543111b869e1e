import { FramegateError } from '../../protocol/framegate-error.ts';
import type { BodySink } from './body-rule.ts';

/** Collects a JSON text. Rejects with request-invalid for anything else. */
export function createJsonBody(): BodySink {
  let chunks: Uint8Array[] = [];
  return {
    write: (chunk) => {
      chunks.push(chunk);
    },
    end: async () => {
      try {
        const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
        return { type: 'json', value: JSON.parse(text) as unknown };
      } catch {
        // What it is instead is not repeated: it may be a picture.
        throw new FramegateError('request-invalid', 'the body is not JSON in UTF-8');
      } finally {
        chunks = [];
      }
    },
    abandon: () => {
      chunks = [];
    },
  };
}
