import type { ErrorCode } from '../../src/protocol/error-codes.ts';

/** What a person is told of a failure: fewer than there are codes, because what to do is the same for many. */
export const FAILURE_FACES = [
  'context-insecure',
  'browser-unsupported',
  'camera-denied',
  'camera-missing',
  'camera-busy',
  'camera-lost',
  'camera-too-small',
  'camera-too-slow',
  'device-offline',
  'server-unreachable',
  'server-busy',
  'session-ended',
  'access-expired',
  'access-refused',
  'capture-refused',
  'capture-rejected',
  'capture-failed',
  'detector-unavailable',
  'analysis-failed',
  'internal',
] as const;

export type FailureFace = (typeof FAILURE_FACES)[number];

const FACES: Partial<Record<ErrorCode, FailureFace>> = {
  // Nobody answers, or nobody who could take the session: short of that the session is only reconnecting.
  'dependency-unavailable': 'server-unreachable',
  'state-unavailable': 'server-unreachable',
  'bus-unavailable': 'server-unreachable',
  'server-draining': 'server-unreachable',
  'hello-timeout': 'server-unreachable',
  'rate-limited': 'server-busy',
  'resume-failed': 'session-ended',
  'token-expired': 'access-expired',
  'token-missing': 'access-refused',
  'token-invalid': 'access-refused',
  'token-out-of-scope': 'access-refused',
  'origin-refused': 'access-refused',
  // A still that the node could not take; the next one may do.
  'capture-unknown': 'capture-failed',
  'payload-too-large': 'capture-failed',
  'image-unsupported': 'capture-failed',
  'image-corrupt': 'capture-failed',
  'image-too-large': 'capture-failed',
  'image-size-mismatch': 'capture-failed',
  'image-animated': 'capture-failed',
  'decode-timeout': 'capture-failed',
  'image-too-small': 'camera-too-small',
  'model-missing': 'detector-unavailable',
  'model-hash-mismatch': 'detector-unavailable',
  'model-unsupported': 'detector-unavailable',
  'model-invalid': 'detector-unavailable',
  'analysis-timeout': 'analysis-failed',
  'worker-crashed': 'analysis-failed',
};

/**
 * The face of an error that ended something; codes that need one of their own have the same name. What is left is a
 * fault of the application or of framegate, `profile-unknown` for one: the person can only try again.
 */
export function failureFace(code: ErrorCode): FailureFace {
  const own = FAILURE_FACES.find((face) => face === code);
  return own ?? FACES[code] ?? 'internal';
}
