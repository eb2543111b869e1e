import { FramegateError } from '../../protocol/framegate-error.ts';
import type { BodySink } from './body-rule.ts';

/** Half of a character outside of the basic plane, as an escape of JSON. */
const SURROGATE = /\\u[dD][89a-fA-F]/;

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
        const value: unknown = SURROGATE.test(text) ? JSON.parse(text, wellFormed) : JSON.parse(text);
        return { type: 'json', value };
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

/** Half a character is no Unicode, and no database takes it: throws for one. */
function wellFormed(key: string, value: unknown): unknown {
  if (!key.isWellFormed() || (typeof value === 'string' && !value.isWellFormed()))
    throw new TypeError('half a character');
  return value;
}
