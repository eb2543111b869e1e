/** The seams of accounts; `state` and `auth` implement them, `cli` puts them together. */
import type { Account, Caller, ConsentFlags, Role } from '../protocol/accounts.ts';

/** Accounts by id and by e-mail address. Everything rejects with state-unavailable (retryable) while Redis is away. */
export interface AccountStore {
  /** False where another account has the e-mail address. */
  create(account: Account): Promise<boolean>;
  read(userId: string): Promise<Account | null>;
  /** @param email normalised */
  findByEmail(email: string): Promise<Account | null>;
  /**
   * Reads, applies, and writes where nobody else wrote meanwhile; else once more from the start. null from `apply` leaves
   * it as it is. Gives the account as it is then; null where there is none. The e-mail address may not change.
   */
  change(userId: string, apply: (account: Account) => Account | null): Promise<Account | null>;
  /** The account as it was last, and its e-mail address free again; null where there was none. */
  remove(userId: string): Promise<Account | null>;
}

/**
 * Families of refresh tokens: one per sign-in, of which the newest token alone is good. Tokens are known by their SHA-256
 * (hex) only. Everything rejects as AccountStore does.
 */
export interface RefreshStore {
  open(family: {
    readonly familyId: string;
    readonly userId: string;
    readonly tokenHash: string;
  }): Promise<void>;
  /**
   * Puts the next token in the place of the last one, in one step. `reused`: the family knows the token no longer, or never
   * did, and is ended by this call. `unknown`: there is no such family.
   */
  rotate(
    familyId: string,
    tokenHash: string,
    nextTokenHash: string,
  ): Promise<
    { readonly outcome: 'rotated' | 'reused'; readonly userId: string } | { readonly outcome: 'unknown' }
  >;
  end(familyId: string): Promise<void>;
  endAllOf(userId: string): Promise<void>;
}

/** Rejects with server-busy (retryable) where too many wait already. */
export interface PasswordHasher {
  /** In PHC form. */
  hash(password: string): Promise<string>;
  /** null takes as long as a hash does, and is false. */
  verify(hash: string | null, password: string): Promise<boolean>;
}

export interface AccessTokens {
  issue(caller: Caller): Promise<{ readonly token: string; readonly expiresInSeconds: number }>;
  /** What the token says; the account may be another by now. Rejects with token-invalid or token-expired. */
  verify(token: string): Promise<Caller>;
}

/** Rows of the table `users`. */
export interface AccountRecords {
  write(table: 'users', recordId: string, row: Readonly<Record<string, unknown>>): void;
}

/** Counts one attempt to sign in as somebody; `who` is a hash. */
export type TakeAttempt = (
  who: string,
) => Promise<{ readonly allowed: boolean; readonly retryAfterMs: number }>;

export type ConsentName = keyof ConsentFlags;

/** An account with what it signs its calls with. */
export interface SignedIn {
  readonly account: Account;
  readonly accessToken: string;
  readonly expiresInSeconds: number;
  readonly refreshToken: string;
}

export interface Registration {
  readonly email: string;
  readonly password: string;
  readonly displayName?: string | null | undefined;
  readonly consent?: Partial<ConsentFlags> | undefined;
}

export interface AccountChanges {
  readonly displayName?: string | null | undefined;
  readonly consent?: Partial<ConsentFlags> | undefined;
}

/** Signing in and staying so. */
export interface SignIn {
  /** Rejects with request-invalid, account-exists, rate-limited or server-busy. */
  register(registration: Registration): Promise<SignedIn>;
  /** Rejects with credentials-wrong (which does not tell whether there is such an account), rate-limited or server-busy. */
  login(email: string, password: string): Promise<SignedIn>;
  /**
   * A new pair for a refresh token, which is used up by that. One that comes twice ends all that came of its sign-in:
   * somebody else has it too. Rejects with refresh-token-invalid.
   */
  refresh(refreshToken: string): Promise<SignedIn>;
  /** Ends what came of the sign-in; says nothing where there is none. */
  logout(refreshToken: string): Promise<void>;
  /** The account behind an access token, with the role that it has now. Rejects with token-missing, token-invalid or token-expired. */
  authenticate(accessToken: string | undefined): Promise<Caller>;
}

/** What becomes of an account. All but `remove` reject with not-found where there is none. */
export interface AccountAffairs {
  read(userId: string): Promise<Account>;
  /** Resolves when what had to go with a withdrawn consent is gone. Rejects with request-invalid too. */
  update(userId: string, changes: AccountChanges): Promise<Account>;
  /** Ends every sign-in. Rejects with credentials-wrong, request-invalid, rate-limited or server-busy too. */
  changePassword(userId: string, current: string, next: string): Promise<void>;
  /** Rejects with role-refused for one's own. `actorId`: an account, or OPERATOR. */
  changeRole(actorId: string, userId: string, role: Role): Promise<Account>;
  /** Signs nobody in. Rejects with request-invalid, account-exists or server-busy. */
  create(actorId: string, registration: Registration & { readonly role: Role }): Promise<Account>;
  /** null where there is none. */
  findByEmail(email: string): Promise<Account | null>;
  /**
   * Removes the account, its address and its sign-ins; repeated, it ends what an earlier call could not. Tells neither
   * history nor the audit trail, which whoever erases the rest does.
   */
  remove(userId: string): Promise<void>;
}

export interface AccountService extends SignIn, AccountAffairs {}
