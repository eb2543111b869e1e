import { randomUUID } from 'node:crypto';
import type { Account, Role } from '../protocol/accounts.ts';
import { FramegateError } from '../protocol/framegate-error.ts';
import { normalEmail } from './email-address.ts';
import { normalPassword, passwordProblem } from './password-rules.ts';
import type { PasswordHasher, Registration } from './types.ts';

const MAX_DISPLAY_NAME_CHARACTERS = 100;
const CONTROL = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/** Checks a registration, and hashes its password. Rejects with request-invalid or server-busy. */
export async function newAccount(
  { email: given, password, displayName = null, consent = {} }: Registration,
  role: Role,
  { hasher, nowMs }: { readonly hasher: PasswordHasher; readonly nowMs: () => number },
): Promise<Account> {
  const email = checkedEmail(given);
  const name = checkedDisplayName(displayName);
  const passwordHash = await hasher.hash(checkedPassword(password, email));
  return {
    userId: randomUUID(),
    email,
    displayName: name,
    passwordHash,
    role,
    consent: { store_images: consent.store_images ?? false, training: consent.training ?? false },
    createdAtMs: nowMs(),
    lastLoginAtMs: null,
  };
}

export function checkedEmail(text: string): string {
  const email = normalEmail(text);
  if (email === null) throw wrong('email', 'is no e-mail address');
  return email;
}

/** As it is hashed. Throws request-invalid, without the password. */
export function checkedPassword(text: string, email: string, field = 'password'): string {
  const password = normalPassword(text);
  const problem = passwordProblem(password, email);
  if (problem !== null) throw wrong(field, problem);
  return password;
}

/** null for none. */
export function checkedDisplayName(text: string | null): string | null {
  const name = text?.trim().normalize('NFC') ?? '';
  if (name === '') return null;
  if ([...name].length > MAX_DISPLAY_NAME_CHARACTERS)
    throw wrong('display_name', `has more than ${MAX_DISPLAY_NAME_CHARACTERS} characters`);
  if (CONTROL.test(name)) throw wrong('display_name', 'has control characters');
  return name;
}

function wrong(field: string, problem: string): FramegateError {
  return new FramegateError('request-invalid', `body: ${field}: ${problem}`);
}
