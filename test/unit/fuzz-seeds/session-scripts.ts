/** Scripts that broke a rule once, as `npm run fuzz` prints them; none so far. Kept: ways that only the fuzzer found to rare blocks. */
export const SESSION_SCRIPTS: Readonly<Record<string, string>> = {
  'a capture that its client leaves behind': `hello authenticated ${'frame slot-granted frame-analysed '.repeat(3)}still still-analysed connection-closed publish-failed:1 time:10`,
  'a drain while a still is judged': `hello authenticated ${'frame slot-granted frame-analysed '.repeat(3)}still drain still-analysed publish-acked save-ended`,
};
