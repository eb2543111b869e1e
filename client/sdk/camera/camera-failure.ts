import type { ErrorCode } from '../../../src/protocol/error-codes.ts';
import { FramegateError } from '../../../src/protocol/framegate-error.ts';

/** By the name of the DOMException of getUserMedia. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  NotAllowedError: 'camera-denied',
  SecurityError: 'camera-denied',
  NotFoundError: 'camera-missing',
  OverconstrainedError: 'camera-missing',
  TypeError: 'browser-unsupported',
};

/** Why a camera could not be opened. What no table knows is taken for a camera that does not start: a retry may help. */
export function cameraFailure(thrown: unknown): FramegateError {
  if (thrown instanceof FramegateError) return thrown;
  const { name = '', message = '' } = thrown as Partial<Error>;
  const code = CODES[name] ?? 'camera-busy';
  return new FramegateError(code, `${name}: ${message || code}`, {
    retryable: code === 'camera-busy',
    cause: thrown,
  });
}

/** Whether asking for less may open the camera all the same. Asking again after a refusal would only annoy. */
export function lessMayHelp(thrown: unknown): boolean {
  const { name } = thrown as Partial<Error>;
  return name === 'OverconstrainedError' || cameraFailure(thrown).code === 'camera-busy';
}
