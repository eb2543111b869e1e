import type { Caller, Role } from '../../protocol/accounts.ts';
import { FramegateError } from '../../protocol/framegate-error.ts';
import type { Access } from '../endpoint.ts';
import { bearerTokenOf } from './bearer-access.ts';

export interface AccountAccessOptions {
  /** The account behind an access token, with the role that it has now. Rejects with token-missing, token-invalid or token-expired. */
  readonly verify: (token: string | undefined) => Promise<Caller>;
  /** Those who may call; every role without it. Others are refused with role-refused. */
  readonly roles?: readonly Role[];
}

/** For callers with an account: their work belongs to it. */
export function createAccountAccess({ verify, roles }: AccountAccessOptions): Access {
  return {
    scheme: 'bearer',
    admit: async ({ headers }) => {
      const caller = await verify(bearerTokenOf(headers.authorization));
      if (roles !== undefined && !roles.includes(caller.role))
        throw new FramegateError('role-refused', `this is for accounts with the role ${roles.join(' or ')}`);
      return caller;
    },
  };
}
