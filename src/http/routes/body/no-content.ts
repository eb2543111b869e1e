import type { HttpReply } from '../../route.ts';

/** 204: it is done, and there is nothing to say. */
export function noContent(): HttpReply {
  return { status: 204, contentType: 'text/plain', body: '' };
}
