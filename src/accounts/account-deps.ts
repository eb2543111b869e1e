import { createHash, randomUUID } from 'node:crypto';
import type { Account } from '../protocol/accounts.ts';
import type { Audit } from '../protocol/audit.ts';
import { FramegateError } from '../protocol/framegate-error.ts';
import type {
  AccessTokens,
  AccountRecords,
  AccountStore,
  ConsentName,
  PasswordHasher,
  RefreshStore,
  TakeAttempt,
} from './types.ts';

export interface AccountDeps {
  readonly accounts: AccountStore;
  readonly refreshTokens: RefreshStore;
  readonly hasher: PasswordHasher;
  readonly accessTokens: AccessTokens;
  readonly takeAttempt: TakeAttempt;
  readonly records: AccountRecords;
  readonly audit: Audit;
  /** Removes what was kept because of a consent; called again where an earlier call may have failed. */
  readonly onConsentWithdrawn: (userId: string, withdrawn: readonly ConsentName[]) => Promise<void>;
  readonly nowMs: () => number;
}

/** The row says who, never how to reach them. Of a removed account an erasure takes the rows away. */
export function writeAccountRow(records: AccountRecords, account: Account): void {
  const { userId, role, createdAtMs, lastLoginAtMs, consent } = account;
  records.write('users', randomUUID(), {
    id: userId,
    role,
    created_at_ms: createdAtMs,
    last_login_ms: lastLoginAtMs,
    consent_flags: JSON.stringify(consent),
  });
}

/** Counts an attempt to sign in with this address, whether or not it has an account. Rejects with rate-limited. */
export async function countAttempt(takeAttempt: TakeAttempt, email: string): Promise<void> {
  const who = createHash('sha256').update(email).digest('hex');
  const { allowed, retryAfterMs } = await takeAttempt(who);
  if (allowed) return;
  throw new FramegateError('rate-limited', 'too many attempts for this e-mail address', {
    retryable: true,
    retryAfterMs: Math.max(1000, retryAfterMs),
  });
}
