import { type Account, accountSchema } from '../protocol/accounts.ts';
import { FramegateError } from '../protocol/framegate-error.ts';
import { afterRace } from './after-race.ts';
import { ACCOUNT_EMAIL_KEYS_BEGIN, accountEmailKey, accountKey } from './keys.ts';
import type { RedisConnection } from './redis-connection.ts';

/** Accounts by id and e-mail address; every method rejects with state-unavailable while Redis is away. */
export interface RedisAccountStore {
  /** False where another account has the e-mail address. */
  create(account: Account): Promise<boolean>;
  read(userId: string): Promise<Account | null>;
  findByEmail(email: string): Promise<Account | null>;
  change(userId: string, apply: (account: Account) => Account | null): Promise<Account | null>;
  remove(userId: string): Promise<Account | null>;
}

/** People sign in from a few places at once, and an admin may act meanwhile. */
const MAX_RACES = 20;

/** KEYS: account, address. ARGV: account JSON, id. */
const CREATE = `
if not redis.call('SET', KEYS[2], ARGV[2], 'NX') then return 0 end
redis.call('SET', KEYS[1], ARGV[1])
return 1`;

/** KEYS: account. ARGV: expected JSON, new JSON. */
const REPLACE = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
return 1`;

/** KEYS: account. ARGV: id, begin of addresses' keys. */
const REMOVE = `
local text = redis.call('GET', KEYS[1])
if not text then return false end
local address = ARGV[2] .. cjson.decode(text).email
if redis.call('GET', address) == ARGV[1] then redis.call('DEL', address) end
redis.call('DEL', KEYS[1])
return text`;

export function createRedisAccountStore(connection: RedisConnection): RedisAccountStore {
  const textOf = (userId: string) =>
    connection.run('reading an account', (client) => client.get(accountKey(userId)));

  return {
    create: async (account) => {
      const created = await connection.run('keeping an account', (client) =>
        client.eval(CREATE, {
          keys: [accountKey(account.userId), accountEmailKey(account.email)],
          arguments: [JSON.stringify(account), account.userId],
        }),
      );
      return created === 1;
    },
    read: async (userId) => accountOf(await textOf(userId)),
    findByEmail: async (email) => {
      const userId = await connection.run('finding an account', (client) =>
        client.get(accountEmailKey(email)),
      );
      return userId === null ? null : accountOf(await textOf(userId));
    },
    change: async (userId, apply) => {
      for (let race = 0; race < MAX_RACES; race++) {
        const text = await textOf(userId);
        const account = accountOf(text);
        if (text === null || account === null) return null;
        const next = apply(account);
        if (next === null) return account;
        const replaced = await connection.run('changing an account', (client) =>
          client.eval(REPLACE, { keys: [accountKey(userId)], arguments: [text, JSON.stringify(next)] }),
        );
        if (replaced === 1) return next;
        await afterRace(race);
      }
      throw new FramegateError('state-unavailable', 'an account is changed by too many at once', {
        retryable: true,
        retryAfterMs: 1000,
      });
    },
    remove: async (userId) => {
      const text = await connection.run('removing an account', (client) =>
        client.eval(REMOVE, { keys: [accountKey(userId)], arguments: [userId, ACCOUNT_EMAIL_KEYS_BEGIN] }),
      );
      return accountOf(typeof text === 'string' ? text : null);
    },
  };
}

function accountOf(text: string | null): Account | null {
  return text === null ? null : accountSchema.parse(JSON.parse(text));
}
