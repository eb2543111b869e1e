import { FramegateError } from '../../protocol/framegate-error.ts';
import { addressKey, clientAddress } from '../client-address.ts';
import type { Access } from '../endpoint.ts';

export interface CountedAccessOptions {
  /** Counts one call of a client address; rejects with state-unavailable. */
  readonly take: (address: string) => Promise<{ readonly allowed: boolean; readonly retryAfterMs: number }>;
  readonly trustedProxies: number;
}

/** For callers that nobody knows yet: so many calls of one address, counted before a body is read. */
export function createCountedAccess({ take, trustedProxies }: CountedAccessOptions): Access {
  return {
    scheme: 'none',
    admit: async ({ headers, socketAddress }) => {
      const address = clientAddress(socketAddress, headers['x-forwarded-for'], trustedProxies);
      const { allowed, retryAfterMs } = await take(addressKey(address));
      if (allowed) return null;
      throw new FramegateError('rate-limited', 'too many calls from this address', {
        retryable: true,
        retryAfterMs: Math.max(1000, retryAfterMs),
      });
    },
  };
}
