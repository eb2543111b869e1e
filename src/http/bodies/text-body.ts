import type { BodySink } from './body-rule.ts';
import { createCollectedText } from './collected-text.ts';

/** Collects text, a byte order mark left off. Rejects with request-invalid for what is no UTF-8. */
export function createTextBody(): BodySink {
  return createCollectedText((value) => ({ type: 'text', value }), 'the body is not text in UTF-8');
}
