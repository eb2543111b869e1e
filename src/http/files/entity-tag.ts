/** Whether an If-None-Match header names the tag (RFC 9110, 13.1.2: weakly compared), so that nothing need be sent. */
export function namesTag(ifNoneMatch: string, tag: string): boolean {
  if (ifNoneMatch.trim() === '*') return true;
  return ifNoneMatch.split(',').some((item) => item.trim().replace(/^W\//, '') === tag);
}
