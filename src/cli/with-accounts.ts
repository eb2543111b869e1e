import type { AccountService } from '../accounts/types.ts';
import { createAudit } from '../captures/audit.ts';
import { openAccounts } from './roles/open-accounts.ts';
import { withServers } from './with-servers.ts';

/**
 * Does something with the accounts of this installation. What it did is in the audit trail when this resolves. Rejects as
 * withServers does.
 */
export async function withAccounts<T>(act: (accounts: AccountService) => Promise<T>): Promise<T> {
  return withServers(async ({ config, redis, records }) => {
    const { accounts } = openAccounts(config, {
      redis,
      records,
      audit: createAudit(records),
      onConsentWithdrawn: async () => undefined,
    });
    return act(accounts);
  });
}
