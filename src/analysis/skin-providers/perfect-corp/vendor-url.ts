import { FramegateError } from '../../../protocol/framegate-error.ts';
import { malformed } from './provider-errors.ts';

/** Throws config-invalid; the text may hold a password and is not in the message. */
export function parseBaseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isPlain =
    url !== null && [url.username, url.password, url.search, url.hash].every((part) => part === '');
  if (!isPlain || !/^https?:$/.test(url.protocol)) {
    throw new FramegateError(
      'config-invalid',
      'the address of the skin analysis provider is none of https or http',
    );
  }
  return url;
}

/** @param path without a slash in front; the base's own path stays */
export function endpoint(base: URL, path: string): URL {
  return new URL(path, base.href.endsWith('/') ? base : `${base.href}/`);
}

/**
 * An address that the vendor named. Throws provider-malformed for what is neither https nor of the configured address's
 * own origin.
 */
export function namedUrl(text: string, base: URL): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  const safe = url !== null && (url.protocol === 'https:' || url.origin === base.origin);
  if (!safe || url.username !== '' || url.password !== '')
    throw malformed('named an address that is not https');
  return url;
}
