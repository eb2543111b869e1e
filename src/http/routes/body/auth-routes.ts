import { z } from 'zod';
import { type Endpoint, endpoint, OPEN_ACCESS } from '../../endpoint.ts';
import { fastApiErrors } from '../../errors/fastapi-errors.ts';
import { jsonReply } from '../../route.ts';
import {
  consentField,
  displayNameField,
  EXAMPLE_EMAIL,
  EXAMPLE_PASSWORD,
  EXAMPLE_REFRESH_TOKEN,
  emailField,
  MAX_ACCOUNT_BODY_BYTES,
  SIGNED_IN_EXAMPLE,
  signedInOf,
  signedInSchema,
} from './account-shapes.ts';
import type { AccountsDeps } from './accounts-deps.ts';
import { noContent } from './no-content.ts';

const credentials = z.strictObject({
  email: emailField,
  // The rules are for new passwords: one that breaks them is simply wrong here.
  password: z.string().min(1).max(MAX_ACCOUNT_BODY_BYTES),
});

const registration = z.strictObject({
  email: emailField,
  password: z
    .string()
    .min(1)
    .max(MAX_ACCOUNT_BODY_BYTES)
    .describe('10 to 128 characters of any kind; not the e-mail address, and none of the commonest'),
  display_name: displayNameField.optional(),
  consent_flags: consentField.optional(),
});

const refreshBody = z.strictObject({ refresh_token: z.string().min(1).max(256) });

/** `/api/v1/auth`: from an e-mail address and a password to tokens, and from a refresh token to the next pair. */
export function authRoutes({ accounts, signInAccess }: AccountsDeps): Endpoint[] {
  const json = <Body>(schema: z.ZodType<Body>) => ({
    type: 'json' as const,
    schema,
    maxBytes: MAX_ACCOUNT_BODY_BYTES,
  });
  const signedIn = (description: string) => ({
    description,
    schema: signedInSchema,
    example: SIGNED_IN_EXAMPLE,
  });

  return [
    endpoint({
      method: 'POST',
      path: '/api/v1/auth/register',
      summary: 'Register an account',
      description: 'Its role is `user`. Consent is given here or later, and is withdrawn at any time.',
      tag: 'accounts',
      body: json(registration),
      responses: { 201: signedIn('Registered, and signed in') },
      errors: fastApiErrors,
      errorStatuses: [408, 409, 413, 415, 422, 429],
      access: signInAccess,
      examples: [
        {
          json: { email: 'bob@example.org', password: 'another long pass phrase', display_name: 'Bob' },
          status: 201,
        },
      ],
      async handle({ body }) {
        const registered = await accounts.register({
          email: body.email,
          password: body.password,
          displayName: body.display_name,
          consent: body.consent_flags,
        });
        return jsonReply(201, signedInOf(registered));
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/auth/login',
      summary: 'Sign in',
      description: 'The answer does not tell whether there is an account with this address.',
      tag: 'accounts',
      body: json(credentials),
      responses: { 200: signedIn('Signed in') },
      errors: fastApiErrors,
      errorStatuses: [401, 408, 413, 415, 422, 429],
      access: signInAccess,
      examples: [{ json: { email: EXAMPLE_EMAIL, password: EXAMPLE_PASSWORD }, status: 200 }],
      async handle({ body: { email, password } }) {
        return jsonReply(200, signedInOf(await accounts.login(email, password)));
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/auth/refresh',
      summary: 'The next pair of tokens',
      description:
        'The refresh token is used up. One that comes a second time ends its sign-in: somebody else has it too.',
      tag: 'accounts',
      body: json(refreshBody),
      responses: { 200: signedIn('The next pair') },
      errors: fastApiErrors,
      errorStatuses: [401, 408, 413, 415, 422],
      access: OPEN_ACCESS,
      examples: [{ json: { refresh_token: EXAMPLE_REFRESH_TOKEN }, status: 401 }],
      async handle({ body: { refresh_token: refreshToken } }) {
        return jsonReply(200, signedInOf(await accounts.refresh(refreshToken)));
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/auth/logout',
      summary: 'End a sign-in',
      description: 'Its refresh tokens are no good any more; an access token still is until it expires.',
      tag: 'accounts',
      body: json(refreshBody),
      responses: { 204: { description: 'Ended, or there was none' } },
      errors: fastApiErrors,
      errorStatuses: [408, 413, 415, 422],
      access: OPEN_ACCESS,
      examples: [{ json: { refresh_token: EXAMPLE_REFRESH_TOKEN }, status: 204 }],
      async handle({ body: { refresh_token: refreshToken } }) {
        await accounts.logout(refreshToken);
        return noContent();
      },
    }),
  ];
}
