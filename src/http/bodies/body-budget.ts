import { FramegateError } from '../../protocol/framegate-error.ts';

/** What all bodies that are arriving or being worked on may hold together. */
export interface BodyBudget {
  /** Throws server-busy (retryable) where there is no room for so many more bytes. */
  take(bytes: number): void;
  giveBack(bytes: number): void;
}

export function createBodyBudget(maxBytes: number): BodyBudget {
  let used = 0;
  return {
    take: (bytes) => {
      if (used + bytes > maxBytes) {
        throw new FramegateError('server-busy', 'too many uploads are in progress here', {
          retryable: true,
          retryAfterMs: 1000,
        });
      }
      used += bytes;
    },
    giveBack: (bytes) => {
      used -= bytes;
    },
  };
}
