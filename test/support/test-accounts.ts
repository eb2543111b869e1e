import type { AccountService, ConsentName } from '../../src/accounts/types.ts';
import { createAudit } from '../../src/captures/audit.ts';
import { type ApiAccess, apiAccess } from '../../src/cli/roles/api-endpoints.ts';
import { openAccounts } from '../../src/cli/roles/open-accounts.ts';
import { type Environment, parseConfig, thisMachine } from '../../src/config/parse-config.ts';
import type { Account, Caller, Role } from '../../src/protocol/accounts.ts';
import { OPERATOR } from '../../src/protocol/audit.ts';
import type { RedisState } from '../../src/state/create-redis-state.ts';
import { countingLimiter } from './counting-limiter.ts';
import { createMemoryAccountStore, createMemoryRefreshStore } from './memory-account-stores.ts';

export const TEST_PASSWORD = 'a long pass phrase';

export interface TestRow {
  readonly table: string;
  readonly row: Readonly<Record<string, unknown>>;
}

export interface TestAccounts {
  readonly accounts: AccountService;
  /** The api role's access, over these accounts. */
  readonly access: ApiAccess;
  /** What went to ClickHouse. */
  readonly rows: readonly TestRow[];
  readonly withdrawn: readonly { readonly userId: string; readonly names: readonly ConsentName[] }[];
  /** Registers somebody with this role, whose token is for `Authorization: Bearer`. */
  person(role?: Role, email?: string): Promise<{ readonly account: Account; readonly token: string }>;
}

export type AccountState = Pick<
  RedisState,
  'accounts' | 'openRefreshStore' | 'rateLimiter' | 'signingSecret'
>;

/** Accounts as the api role opens them, in memory or in `state`. */
export function openTestAccounts(
  state: AccountState = memoryState(),
  environment: Environment = {},
): TestAccounts {
  const config = parseConfig(environment, thisMachine());
  const rows: TestRow[] = [];
  const withdrawn: { userId: string; names: readonly ConsentName[] }[] = [];
  const records = {
    write: (table: string, _recordId: string, row: Readonly<Record<string, unknown>>) =>
      void rows.push({ table, row }),
  };
  const { accounts, takeSignIn } = openAccounts(config, {
    redis: state,
    records,
    audit: createAudit(records),
    onConsentWithdrawn: async (userId, names) => void withdrawn.push({ userId, names }),
  });
  const authenticator = { subjectOf: async () => null };
  let people = 0;
  return {
    accounts,
    access: apiAccess(config, { authenticator, accounts, takeSignIn }),
    rows,
    withdrawn,
    person: async (role = 'user', email = `${role}-${++people}@example.org`) => {
      const account = await accounts.create(OPERATOR, { email, password: TEST_PASSWORD, role });
      const { accessToken } = await accounts.login(email, TEST_PASSWORD);
      return { account, token: accessToken };
    },
  };
}

/** An access that lets everybody in as this account, in the first of the roles that may. */
export function accessAs({ userId }: Pick<Caller, 'userId'>): ApiAccess['account'] {
  return ([role = 'user'] = []) => ({ scheme: 'bearer', admit: () => ({ userId, role }) });
}

function memoryState(): AccountState {
  return {
    accounts: createMemoryAccountStore(),
    openRefreshStore: () => createMemoryRefreshStore(),
    rateLimiter: countingLimiter(),
    signingSecret: async () => 'the secret of tests, of more than 32 characters',
  };
}
