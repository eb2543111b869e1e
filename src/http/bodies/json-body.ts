import type { BodySink } from './body-rule.ts';
import { createCollectedText } from './collected-text.ts';

/** Half of a character outside of the basic plane, as an escape of JSON. */
const SURROGATE = /\\u[dD][89a-fA-F]/;

/** Collects a JSON text. Rejects with request-invalid for anything else. */
export function createJsonBody(): BodySink {
  return createCollectedText(
    (text) => ({
      type: 'json',
      value: SURROGATE.test(text) ? JSON.parse(text, wellFormed) : JSON.parse(text),
    }),
    'the body is not JSON in UTF-8',
  );
}

/** Half a character is no Unicode, and no database takes it: throws for one. */
function wellFormed(key: string, value: unknown): unknown {
  if (!key.isWellFormed() || (typeof value === 'string' && !value.isWellFormed()))
    throw new TypeError('half a character');
  return value;
}
