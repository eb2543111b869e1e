import type { ErrorCode } from '../protocol/error-codes.ts';
import { FramegateError, toFramegateError } from '../protocol/framegate-error.ts';

/** A FramegateError as it crosses threads: class instances would lose their prototype. */
export interface ErrorMessage {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryable: boolean;
  readonly details: Record<string, unknown> | undefined;
}

/** From the pool to a thread. After `stop` it ends itself as soon as no native code of it is running. */
export type PoolMessage<Job> =
  | { readonly type: 'job'; readonly jobId: number; readonly job: Job }
  | { readonly type: 'stop' };

/** From a thread to the pool. The first is `ready` or `unready`. */
export type ThreadMessage<Ready, Result> =
  | { readonly type: 'ready'; readonly ready: Ready }
  | { readonly type: 'unready'; readonly error: ErrorMessage }
  /** For this long it loads what no job has needed before; the time of its jobs begins after that. */
  | { readonly type: 'loading'; readonly atMostMs: number }
  | { readonly type: 'loaded' }
  | { readonly type: 'done'; readonly jobId: number; readonly result: Result }
  | { readonly type: 'failed'; readonly jobId: number; readonly error: ErrorMessage };

export function toErrorMessage(thrown: unknown): ErrorMessage {
  const { code, message, retryable, details } = toFramegateError(thrown);
  return { code, message, retryable, details };
}

export function fromErrorMessage({ code, message, retryable, details }: ErrorMessage): FramegateError {
  return new FramegateError(code, message, { retryable, ...(details === undefined ? {} : { details }) });
}
