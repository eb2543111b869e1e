/** What requests and answers about accounts look like. */
import { z } from 'zod';
import type { SignedIn } from '../../../accounts/types.ts';
import { type Account, type Caller, consentFlagsSchema, ROLES } from '../../../protocol/accounts.ts';
import { FramegateError } from '../../../protocol/framegate-error.ts';

/** Names, addresses and passwords are short. */
export const MAX_ACCOUNT_BODY_BYTES = 8 * 1024;

export const EXAMPLE_USER_ID = '5f0c2d1e-7b3a-4c8e-9d6f-2a1b3c4d5e6f';
export const EXAMPLE_EMAIL = 'ann@example.org';
export const EXAMPLE_PASSWORD = 'a long pass phrase';
/** Of the right form, and nobody's. */
export const EXAMPLE_REFRESH_TOKEN = 'q7Jt2vYw8nR4xK1mP9sZ0A.Zk3vB8nQ1xT6yR0wL5pM2sJ9dH4gF7aC3eK8uV1oN6c';

export const userSchema = z
  .object({
    id: z.string(),
    email: z.string(),
    display_name: z.string().nullable(),
    role: z.enum(ROLES),
    created_at: z.iso.datetime(),
    last_login: z.iso.datetime().nullable(),
    consent_flags: consentFlagsSchema,
  })
  .meta({ description: 'An account' });
export type User = z.infer<typeof userSchema>;

export const signedInSchema = z.object({
  user: userSchema,
  access_token: z.string().describe('For `Authorization: Bearer`'),
  refresh_token: z.string().describe('Good for one new pair of tokens'),
  token_type: z.literal('bearer'),
  expires_in: z.number().int().describe('Life of the access token in seconds'),
});

export const USER_EXAMPLE: User = {
  id: EXAMPLE_USER_ID,
  email: EXAMPLE_EMAIL,
  display_name: 'Ann',
  role: 'user',
  created_at: '2026-01-05T09:30:00.000Z',
  last_login: '2026-01-07T18:02:11.000Z',
  consent_flags: { store_images: true, training: false },
};

export const SIGNED_IN_EXAMPLE: z.infer<typeof signedInSchema> = {
  user: USER_EXAMPLE,
  access_token: 'eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiI1ZjBjMmQxZSJ9.c2lnbmF0dXJl',
  refresh_token: EXAMPLE_REFRESH_TOKEN,
  token_type: 'bearer',
  expires_in: 900,
};

export const emailField = z.string().min(3).max(320).describe('Upper and lower case do not differ');
export const displayNameField = z
  .string()
  .max(400)
  .nullable()
  .describe('Shown on measurement sheets; at most 100 characters');
export const consentField = consentFlagsSchema
  .partial()
  .strict()
  .describe('`store_images`: pictures may be kept; `training`: what is approved may train models');

export function userOf(account: Account): User {
  return {
    id: account.userId,
    email: account.email,
    display_name: account.displayName,
    role: account.role,
    created_at: new Date(account.createdAtMs).toISOString(),
    last_login: account.lastLoginAtMs === null ? null : new Date(account.lastLoginAtMs).toISOString(),
    consent_flags: account.consent,
  };
}

export function signedInOf(signedIn: SignedIn): z.infer<typeof signedInSchema> {
  return {
    user: userOf(signedIn.account),
    access_token: signedIn.accessToken,
    refresh_token: signedIn.refreshToken,
    token_type: 'bearer',
    expires_in: signedIn.expiresInSeconds,
  };
}

/** Whom the access has let in. Throws token-missing where it knows nobody. */
export function callerOf({ caller }: { readonly caller: Caller | null }): Caller {
  if (caller === null) throw new FramegateError('token-missing', 'an access token is required');
  return caller;
}
