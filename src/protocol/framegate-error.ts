import type { ErrorCode } from './error-codes.ts';

export interface FramegateErrorOptions {
  /** Whether the same call may succeed later without a change by the caller. */
  retryable?: boolean;
  retryAfterMs?: number;
  /** Structured facts for logs and clients; never pixels, landmarks or secrets. */
  details?: Record<string, unknown>;
  cause?: unknown;
}

/** The one error type of the project. `code` is stable and documented; `message` is for people. */
export class FramegateError extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly details: Record<string, unknown> | undefined;

  constructor(code: ErrorCode, message: string, options: FramegateErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'FramegateError';
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.retryAfterMs = options.retryAfterMs;
    this.details = options.details;
  }
}

/** Gives a FramegateError for whatever was thrown, so that boundaries speak one language. */
export function toFramegateError(thrown: unknown, fallback: ErrorCode = 'internal'): FramegateError {
  if (thrown instanceof FramegateError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new FramegateError(fallback, message, { cause: thrown });
}
