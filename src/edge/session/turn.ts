import type { FramegateError } from '../../protocol/framegate-error.ts';
import { toFramegateError } from '../../protocol/framegate-error.ts';
import type { Effect } from './effects.ts';
import type { Failure, Surroundings } from './events.ts';

/** One step under way: what it may read, and the effects it has asked for so far, in order. */
export interface Turn extends Surroundings {
  readonly effects: Effect[];
}

export function failureOf(thrown: unknown, fallback?: FramegateError['code']): Failure {
  const { code, message, retryable } = toFramegateError(thrown, fallback);
  return { code, message, retryable };
}
