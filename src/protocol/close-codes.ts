/** What a client does after its connection was closed with a code. */
export type CloseAction =
  /** The session is over; a new hello would meet the same end. */
  | 'stop'
  /** Try again on this address after a pause with jitter. */
  | 'retry'
  /** Resume the session, on another node if there is one. */
  | 'resume';

export interface CloseCode {
  readonly code: number;
  readonly name: string;
  readonly action: CloseAction;
  readonly meaning: string;
}

/** WebSocket close codes of framegate.v1. The last three digits follow HTTP where HTTP has the notion. */
export const CLOSE_CODES = {
  bye: { code: 1000, name: 'bye', action: 'stop', meaning: 'the client said bye' },
  'bad-messages': {
    code: 4400,
    name: 'bad-messages',
    action: 'stop',
    meaning: 'too many messages that break the protocol',
  },
  unauthorized: {
    code: 4401,
    name: 'unauthorized',
    action: 'stop',
    meaning: 'the token is missing, forged or expired; get a new one',
  },
  forbidden: {
    code: 4403,
    name: 'forbidden',
    action: 'stop',
    meaning: 'the token does not allow this profile',
  },
  'hello-timeout': { code: 4408, name: 'hello-timeout', action: 'retry', meaning: 'no valid hello in time' },
  superseded: {
    code: 4409,
    name: 'superseded',
    action: 'stop',
    meaning: 'the session goes on over a newer connection',
  },
  'resume-failed': {
    code: 4410,
    name: 'resume-failed',
    action: 'retry',
    meaning: 'the session to resume is gone; start a new one',
  },
  'message-too-large': {
    code: 4413,
    name: 'message-too-large',
    action: 'stop',
    meaning: 'a message was larger than the limit',
  },
  'profile-refused': {
    code: 4422,
    name: 'profile-refused',
    action: 'stop',
    meaning: 'unknown profile or thresholds that are not allowed',
  },
  'rate-limited': {
    code: 4429,
    name: 'rate-limited',
    action: 'retry',
    meaning: 'too many connections or messages from here',
  },
  'too-slow': {
    code: 4440,
    name: 'too-slow',
    action: 'resume',
    meaning: 'the client does not read what it is sent',
  },
  idle: {
    code: 4441,
    name: 'idle',
    action: 'resume',
    meaning: 'nothing was heard of the client for too long',
  },
  internal: { code: 4500, name: 'internal', action: 'resume', meaning: 'an error of the node' },
  busy: { code: 4502, name: 'busy', action: 'retry', meaning: 'the node has as many sessions as it takes' },
  draining: {
    code: 4503,
    name: 'draining',
    action: 'resume',
    meaning: 'the node is stopping; go on with another one',
  },
} as const satisfies Record<string, CloseCode>;

export type CloseReason = keyof typeof CLOSE_CODES;

/** The documented entry for a close code, or null for a code that is not framegate's. */
export function closeCodeOf(code: number): CloseCode | null {
  return Object.values(CLOSE_CODES).find((entry) => entry.code === code) ?? null;
}
