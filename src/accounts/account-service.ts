import { createAccountAffairs } from './account-affairs.ts';
import type { AccountDeps } from './account-deps.ts';
import { createSignIn } from './sign-in.ts';
import type { AccountService } from './types.ts';

/** Accounts of people and services: signing in, and what becomes of an account. Keeps nothing itself. */
export function createAccountService(deps: AccountDeps): AccountService {
  return { ...createSignIn(deps), ...createAccountAffairs(deps) };
}
