import { fieldsOf, textOf } from './unknown-fields.ts';

export interface ShownFailure {
  readonly code: string;
  /** In English, from the node; may be empty. */
  readonly message: string;
}

/** Why a `result` message has no result; null where it has one. */
export function readFailure(message: unknown): ShownFailure | null {
  const fields = fieldsOf(message) ?? {};
  if (fields.status === 'done') return null;
  const error = fieldsOf(fields.result);
  return { code: textOf(error?.code) ?? 'analysis-failed', message: textOf(error?.message) ?? '' };
}
