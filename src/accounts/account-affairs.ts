import type { Account, ConsentFlags } from '../protocol/accounts.ts';
import type { AuditAction } from '../protocol/audit.ts';
import { FramegateError } from '../protocol/framegate-error.ts';
import { type AccountDeps, countAttempt, writeAccountRow } from './account-deps.ts';
import { accountExists, credentialsWrong, noSuchAccount } from './account-errors.ts';
import { normalEmail } from './email-address.ts';
import { checkedDisplayName, checkedPassword, newAccount } from './new-account.ts';
import { normalPassword } from './password-rules.ts';
import type { AccountAffairs, AccountChanges, ConsentName } from './types.ts';

const CONSENTS: readonly ConsentName[] = ['store_images', 'training'];

export function createAccountAffairs(deps: AccountDeps): AccountAffairs {
  const { accounts, refreshTokens, hasher, takeAttempt, records, audit } = deps;

  function told(
    actorId: string,
    action: AuditAction,
    resourceId: string,
    metadata: Record<string, unknown> = {},
  ): void {
    audit.record({ actorId, action, resourceType: 'account', resourceId, metadata });
  }

  async function read(userId: string): Promise<Account> {
    const account = await accounts.read(userId);
    if (account === null) throw noSuchAccount();
    return account;
  }

  async function changed(userId: string, apply: (account: Account) => Account | null): Promise<Account> {
    const account = await accounts.change(userId, apply);
    if (account === null) throw noSuchAccount();
    writeAccountRow(records, account);
    return account;
  }

  return {
    read,
    async update(userId, changes) {
      let isOtherConsent = false;
      const account = await changed(userId, (one) => {
        const after = { ...one, ...appliedTo(one, changes) };
        isOtherConsent = CONSENTS.some((name) => after.consent[name] !== one.consent[name]);
        return after;
      });
      if (changes.consent !== undefined) {
        if (isOtherConsent)
          told(userId, 'account.consent-changed', userId, { consent_flags: account.consent });
        // Also where it was false before: what an earlier call could not remove goes now.
        const withdrawn = CONSENTS.filter((name) => changes.consent?.[name] === false);
        if (withdrawn.length > 0) await deps.onConsentWithdrawn(userId, withdrawn);
      }
      return account;
    },
    async changePassword(userId, current, next) {
      const { email, passwordHash } = await read(userId);
      await countAttempt(takeAttempt, email);
      const password = checkedPassword(next, email, 'new_password');
      if (!(await hasher.verify(passwordHash, normalPassword(current)))) throw credentialsWrong();
      const nextHash = await hasher.hash(password);
      const account = await changed(userId, (one) =>
        one.passwordHash === passwordHash ? { ...one, passwordHash: nextHash } : null,
      );
      // Somebody else changed it meanwhile: the password that was given is no longer the account's.
      if (account.passwordHash !== nextHash) throw credentialsWrong();
      await refreshTokens.endAllOf(userId);
      told(userId, 'account.password-changed', userId);
    },
    async changeRole(actorId, userId, role) {
      if (actorId === userId)
        throw new FramegateError('role-refused', 'nobody changes the role of their own account');
      let before = role;
      const account = await changed(userId, (one) => {
        before = one.role;
        return { ...one, role };
      });
      told(actorId, 'account.role-changed', userId, { from: before, to: role });
      return account;
    },
    async create(actorId, { role, ...registration }) {
      const account = await newAccount(registration, role, deps);
      if (!(await accounts.create(account))) throw accountExists();
      writeAccountRow(records, account);
      told(actorId, 'account.created', account.userId, { role });
      return account;
    },
    async findByEmail(text) {
      const email = normalEmail(text);
      return email === null ? null : accounts.findByEmail(email);
    },
    async remove(userId) {
      await accounts.remove(userId);
      await refreshTokens.endAllOf(userId);
    },
  };
}

function appliedTo(
  { displayName, consent }: Account,
  changes: AccountChanges,
): Pick<Account, 'displayName' | 'consent'> {
  return {
    displayName: changes.displayName === undefined ? displayName : checkedDisplayName(changes.displayName),
    consent: mergedConsent(consent, changes.consent ?? {}),
  };
}

function mergedConsent(consent: ConsentFlags, given: Partial<ConsentFlags>): ConsentFlags {
  return {
    store_images: given.store_images ?? consent.store_images,
    training: given.training ?? consent.training,
  };
}
