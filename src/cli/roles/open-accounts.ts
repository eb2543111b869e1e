import type { AccountDeps } from '../../accounts/account-deps.ts';
import { createAccountService } from '../../accounts/account-service.ts';
import type { AccountService } from '../../accounts/types.ts';
import { createAccessTokens } from '../../auth/access-tokens.ts';
import { createArgon2PasswordHasher } from '../../auth/argon2-password-hasher.ts';
import type { Config } from '../../config/parse-config.ts';
import type { RedisState } from '../../state/create-redis-state.ts';
import type { AccessChecks } from './api-endpoints.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

export interface OpenAccounts {
  readonly accounts: AccountService;
  readonly takeSignIn: AccessChecks['takeSignIn'];
}

type Given = Pick<AccountDeps, 'records' | 'audit' | 'onConsentWithdrawn'> & {
  readonly redis: Pick<RedisState, 'accounts' | 'openRefreshStore' | 'rateLimiter' | 'signingSecret'>;
};

/** Accounts over Redis. Nothing is asked before somebody calls. */
export function openAccounts({ auth, accounts }: Config, { redis, ...given }: Given): OpenAccounts {
  const windowMs = accounts.signInWindowMinutes * MINUTE_MS;
  const taking = (scope: string, limit: number) => (who: string) =>
    redis.rateLimiter.take({ scope, limit, windowMs }, who);
  const { secret } = auth;
  return {
    accounts: createAccountService({
      ...given,
      accounts: redis.accounts,
      refreshTokens: redis.openRefreshStore({ ttlMs: accounts.refreshTokenDays * DAY_MS }),
      hasher: createArgon2PasswordHasher(),
      accessTokens: createAccessTokens({
        secret: secret === null ? () => redis.signingSecret() : async () => secret,
        audience: auth.audience,
        // Edge nodes take these tokens too, where they look at the issuer.
        issuer: auth.issuer ?? 'framegate',
        ttlSeconds: (accounts.accessTokenMinutes * MINUTE_MS) / 1000,
      }),
      takeAttempt: taking('sign-ins-email', accounts.signInsPerEmail),
      nowMs: Date.now,
    }),
    takeSignIn: taking('sign-ins-address', accounts.signInsPerAddress),
  };
}
