import type { ServerMessage } from '../../../src/protocol/messages.ts';

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;
const isPositive = (value: unknown): boolean => Number.isFinite(value) && (value as number) > 0;

/**
 * Whether a message has what this client reaches into and reckons with. Not a check against the schemas: a field that is
 * only handed on may be anything.
 */
export function isUsableMessage(message: ServerMessage): boolean {
  switch (message.type) {
    case 'welcome': {
      const { limits, lastSeq } = message;
      return (
        isObject(limits) &&
        [limits.maxFps, limits.maxInFlight, limits.maxStillBytes].every(isPositive) &&
        Number.isFinite(lastSeq)
      );
    }
    case 'feedback': {
      const { seq, dwell, checks, timing } = message;
      return (
        [seq, dwell, timing?.totalMs].every(Number.isFinite) &&
        Array.isArray(checks) &&
        checks.every(isObject)
      );
    }
    case 'pace':
      return [message.maxFps, message.quality, message.maxEdge].every(isPositive);
    case 'capture-request':
      return [message.deadlineMs, message.maxWidth, message.maxHeight].every(isPositive);
    case 'error':
      return typeof message.code === 'string' && typeof message.message === 'string';
    case 'result':
      return isObject(message.result);
    default:
      return true;
  }
}
