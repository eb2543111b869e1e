import type { Account } from '../protocol/accounts.ts';
import { FramegateError } from '../protocol/framegate-error.ts';
import { type AccountDeps, countAttempt, writeAccountRow } from './account-deps.ts';
import { accountExists, credentialsWrong, refreshTokenInvalid } from './account-errors.ts';
import { normalEmail } from './email-address.ts';
import { checkedEmail, newAccount } from './new-account.ts';
import { normalPassword } from './password-rules.ts';
import { newRefreshToken, parseRefreshToken, type RefreshToken } from './refresh-token.ts';
import type { SignedIn, SignIn } from './types.ts';

export function createSignIn(deps: AccountDeps): SignIn {
  const { accounts, refreshTokens, hasher, accessTokens, takeAttempt, records, audit, nowMs } = deps;

  async function tokensFor(account: Account, refreshToken: RefreshToken): Promise<SignedIn> {
    const { token, expiresInSeconds } = await accessTokens.issue(account);
    return { account, accessToken: token, expiresInSeconds, refreshToken: refreshToken.text };
  }

  async function signedIn(account: Account): Promise<SignedIn> {
    const refreshToken = newRefreshToken();
    const { familyId, hash: tokenHash } = refreshToken;
    await refreshTokens.open({ familyId, userId: account.userId, tokenHash });
    return tokensFor(account, refreshToken);
  }

  return {
    async register(registration) {
      await countAttempt(takeAttempt, checkedEmail(registration.email));
      const account = { ...(await newAccount(registration, 'user', deps)), lastLoginAtMs: nowMs() };
      if (!(await accounts.create(account))) throw accountExists();
      writeAccountRow(records, account);
      audit.record({
        actorId: account.userId,
        action: 'account.registered',
        resourceType: 'account',
        resourceId: account.userId,
      });
      return signedIn(account);
    },
    async login(given, password) {
      const email = normalEmail(given);
      await countAttempt(takeAttempt, email ?? given);
      const found = email === null ? null : await accounts.findByEmail(email);
      // An unknown address costs a hash too: the time of the answer must not tell who has an account.
      const right = await hasher.verify(found?.passwordHash ?? null, normalPassword(password));
      if (found === null || !right) throw credentialsWrong();
      const account = await accounts.change(found.userId, (one) =>
        one.passwordHash === found.passwordHash ? { ...one, lastLoginAtMs: nowMs() } : null,
      );
      // Removed, or given another password, while this one was looked at.
      if (account === null || account.passwordHash !== found.passwordHash) throw credentialsWrong();
      writeAccountRow(records, account);
      return signedIn(account);
    },
    async refresh(text) {
      const used = parseRefreshToken(text);
      if (used === null) throw refreshTokenInvalid();
      const next = newRefreshToken(used.familyId);
      const rotated = await refreshTokens.rotate(used.familyId, used.hash, next.hash);
      if (rotated.outcome === 'unknown') throw refreshTokenInvalid();
      const { userId } = rotated;
      if (rotated.outcome === 'reused') {
        audit.record({
          actorId: userId,
          action: 'account.refresh-token-reused',
          resourceType: 'account',
          resourceId: userId,
        });
        throw refreshTokenInvalid();
      }
      const account = await accounts.read(userId);
      if (account === null) {
        await refreshTokens.end(used.familyId);
        throw refreshTokenInvalid();
      }
      return tokensFor(account, next);
    },
    async logout(text) {
      const token = parseRefreshToken(text);
      if (token !== null) await refreshTokens.end(token.familyId);
    },
    async authenticate(accessToken) {
      if (accessToken === undefined || accessToken === '')
        throw new FramegateError('token-missing', 'an access token is required');
      const { userId } = await accessTokens.verify(accessToken);
      const account = await accounts.read(userId);
      if (account === null) throw new FramegateError('token-invalid', 'the account of this token is gone');
      return { userId, role: account.role };
    },
  };
}
