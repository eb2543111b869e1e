export type ContentEncoding = 'br' | 'gzip' | 'identity';

/** Best first: what is smallest. */
const SMALLER = ['br', 'gzip'] as const;

/**
 * The encodings that an Accept-Encoding header takes (RFC 9110, 12.5.3), the best first. Unencoded is always the last:
 * a client that refuses even that is given it all the same.
 */
export function acceptedEncodings(acceptEncoding: string): readonly ContentEncoding[] {
  const weights = new Map(acceptEncoding.split(',').map(parseItem));
  const isTaken = (encoding: string) => (weights.get(encoding) ?? weights.get('*') ?? 0) > 0;
  return [...SMALLER.filter(isTaken), 'identity'];
}

function parseItem(item: string): [string, number] {
  const [name = '', ...parameters] = item.split(';').map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => parameter.startsWith('q='));
  // What is no number is no permission.
  return [name, weight === undefined ? 1 : Number(weight.slice(2)) || 0];
}
