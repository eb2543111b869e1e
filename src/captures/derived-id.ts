import { createHash } from 'node:crypto';

/** The same text gives the same id, in the form of a UUID whose bits are the application's own (RFC 9562, version 8). */
export function derivedId(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
