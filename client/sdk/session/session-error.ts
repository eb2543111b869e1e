import type { CloseCode, CloseReason } from '../../../src/protocol/close-codes.ts';
import type { ErrorCode } from '../../../src/protocol/error-codes.ts';
import { FramegateError } from '../../../src/protocol/framegate-error.ts';
import type { ErrorMessage } from '../../../src/protocol/messages.ts';

export interface CloseInfo {
  /** The WebSocket close code; 1006 where the connection just broke. */
  readonly code: number;
  readonly known: CloseCode | null;
  /** The error that the node named last before it closed, if any. */
  readonly error: ErrorMessage | null;
}

/** For a node that closes without a word. `superseded` ends a session as one that is no longer this client's. */
const CODES: Partial<Record<CloseReason, ErrorCode>> = {
  'bad-messages': 'too-many-errors',
  unauthorized: 'token-invalid',
  forbidden: 'token-out-of-scope',
  'hello-timeout': 'hello-timeout',
  superseded: 'resume-failed',
  'resume-failed': 'resume-failed',
  'message-too-large': 'payload-too-large',
  'profile-refused': 'profile-unknown',
  'rate-limited': 'rate-limited',
  internal: 'internal',
  busy: 'server-busy',
  draining: 'server-draining',
};

/** Why a connection is over: what the node said, else what its close code means, else that nobody answers. */
export function sessionError({ code, known, error }: CloseInfo): FramegateError {
  const details = { closeCode: code };
  if (error !== null) {
    const { retryable, retryAfterMs } = error;
    return new FramegateError(error.code, error.message, { retryable, retryAfterMs, details });
  }
  const named = known === null ? undefined : CODES[known.name as CloseReason];
  return new FramegateError(named ?? 'dependency-unavailable', known?.meaning ?? 'no edge node answers', {
    retryable: known?.action !== 'stop',
    details,
  });
}

export function errorOfMessage({
  code,
  message,
  retryable,
  retryAfterMs,
  captureId,
}: ErrorMessage): FramegateError {
  const details = captureId === undefined ? undefined : { captureId };
  return new FramegateError(code, message, { retryable, retryAfterMs, details });
}
