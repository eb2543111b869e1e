import type { Caller } from '../../protocol/accounts.ts';
import { FramegateError } from '../../protocol/framegate-error.ts';
import type { Access } from '../endpoint.ts';

export interface LimitedAccessOptions {
  /** Who may call at all. */
  readonly access: Access;
  /** Counts one call of an account; rejects with state-unavailable. */
  readonly take: (userId: string) => Promise<{ readonly allowed: boolean; readonly retryAfterMs: number }>;
}

/** For so many calls of one account, counted before a body is read. Others are refused with rate-limited. */
export function createLimitedAccess({ access, take }: LimitedAccessOptions): Access {
  return {
    scheme: access.scheme,
    admit: async (request) => {
      const admitted = await access.admit(request);
      const { allowed, retryAfterMs } = await take(userIdOf(admitted));
      if (allowed) return admitted;
      throw new FramegateError('rate-limited', 'too many calls of this account', {
        retryable: true,
        retryAfterMs: Math.max(1000, retryAfterMs),
      });
    },
  };
}

function userIdOf(admitted: string | Caller | null): string {
  if (admitted === null || typeof admitted === 'string')
    throw new FramegateError('internal', 'calls are counted for accounts alone');
  return admitted.userId;
}
