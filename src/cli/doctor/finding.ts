import { safeText } from '../../observability/safe-fields.ts';

/** What the doctor says of one thing. */
export interface Finding {
  readonly name: string;
  /** `warn`: framegate runs, though not as it should. */
  readonly status: 'ok' | 'warn' | 'fail';
  readonly detail: string;
  /** What to do; empty where all is well. */
  readonly fix: string;
}

export function ok(name: string, detail: string): Finding {
  return { name, status: 'ok', detail, fix: '' };
}

export function warn(name: string, detail: string, fix: string): Finding {
  return { name, status: 'warn', detail, fix };
}

export function fail(name: string, detail: string, fix: string): Finding {
  return { name, status: 'fail', detail, fix };
}

/** The first line of what was thrown, without secrets. */
export function reasonOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return safeText(text.split('\n', 1)[0] ?? '');
}
