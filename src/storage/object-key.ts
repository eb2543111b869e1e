import { FramegateError } from '../protocol/framegate-error.ts';

/** No segment begins with a dot, so that none is `..` and none hides. */
const SEGMENT = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$/;
const MAX_SEGMENTS = 8;

export function isKey(text: string): boolean {
  const segments = text.split('/');
  return segments.length <= MAX_SEGMENTS && segments.every((segment) => SEGMENT.test(segment));
}

/** Throws request-invalid for what could be another path than it says. */
export function checkKey(key: string): string {
  if (!isKey(key)) {
    throw new FramegateError('request-invalid', 'this is no key of a stored object');
  }
  return key;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  webp: 'image/webp',
  avif: 'image/avif',
  json: 'application/json',
  svg: 'image/svg+xml',
  jpg: 'image/jpeg',
  png: 'image/png',
  gz: 'application/gzip',
  pdf: 'application/pdf',
};

/** By the key's ending: a folder keeps no types. */
export function contentTypeOf(key: string): string {
  return CONTENT_TYPES[key.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
}
