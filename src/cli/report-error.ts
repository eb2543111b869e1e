import { toFramegateError } from '../protocol/framegate-error.ts';

/** Prints an error for a person, with its code, and gives the exit code: 2 for a wrong call, else 1. */
export function reportError(thrown: unknown, write: (text: string) => unknown): number {
  const error = toFramegateError(thrown);
  write(
    `framegate: ${error.message}\n  code: ${error.code}${error.retryable ? ' (may work on another try)' : ''}\n`,
  );
  if (error.code === 'internal' && thrown instanceof Error) write(`${thrown.stack}\n`);
  else if (error.cause instanceof Error) write(`  cause: ${error.cause.message}\n`);
  return error.code === 'usage' || error.code === 'config-invalid' ? 2 : 1;
}
