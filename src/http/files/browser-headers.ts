/**
 * What a page of the node may do. Cross-origin isolation gives the detectors their threads; WebAssembly needs
 * 'wasm-unsafe-eval', which does not allow eval.
 */
const policyOf = (connect: readonly string[]) =>
  [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src 'self' blob: data:",
    "media-src 'self' blob: mediastream:",
    ["connect-src 'self' ws: wss:", ...connect].join(' '),
    // A script of another origin starts its workers from a blob that imports them.
    "worker-src 'self' blob:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
  ].join('; ');

/** `connect`: origins that the page calls besides its own. */
export const pageHeaders = (connect: readonly string[] = []): Readonly<Record<string, string>> => ({
  'content-security-policy': policyOf(connect),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(self), microphone=(), geolocation=(), display-capture=()',
  'referrer-policy': 'no-referrer',
});

/** Scripts, WebAssembly, models: pages of other origins may embed them. A worker of an isolated page needs the embedder policy. */
export const SHARED_HEADERS: Readonly<Record<string, string>> = {
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
  'cross-origin-embedder-policy': 'require-corp',
};
