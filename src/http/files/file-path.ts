/** Letters, digits and `_-.`, not beginning with a dot: no `..`, no hidden files, no separators, nothing unprintable. */
const PLAIN_NAME = /^[A-Za-z0-9_-][A-Za-z0-9_.-]*$/;

/**
 * A relative path from the rest of a request's path, percent-decoded. null where a segment is not a plain file name:
 * no such file is ever served.
 */
export function filePathOf(encoded: string): string | null {
  const segments = encoded.split('/').map(decoded);
  return segments.every((segment) => segment !== null && PLAIN_NAME.test(segment))
    ? segments.join('/')
    : null;
}

function decoded(segment: string): string | null {
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}
