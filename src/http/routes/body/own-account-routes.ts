import { z } from 'zod';
import { type Endpoint, endpoint } from '../../endpoint.ts';
import { fastApiErrors } from '../../errors/fastapi-errors.ts';
import { jsonReply } from '../../route.ts';
import {
  callerOf,
  consentField,
  displayNameField,
  EXAMPLE_PASSWORD,
  MAX_ACCOUNT_BODY_BYTES,
  USER_EXAMPLE,
  userOf,
  userSchema,
} from './account-shapes.ts';
import type { AccountsDeps } from './accounts-deps.ts';
import { noContent } from './no-content.ts';

const changes = z.strictObject({
  display_name: displayNameField.optional(),
  consent_flags: consentField.optional(),
});

const passwords = z.strictObject({
  current_password: z.string().min(1).max(MAX_ACCOUNT_BODY_BYTES),
  new_password: z.string().min(1).max(MAX_ACCOUNT_BODY_BYTES),
});

/** What people see and change of their own account. */
export function ownAccountRoutes({ accounts, accountAccess }: AccountsDeps): Endpoint[] {
  const access = accountAccess();
  const user = { description: 'The account', schema: userSchema, example: USER_EXAMPLE };

  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/auth/me',
      summary: 'One’s own account',
      tag: 'accounts',
      responses: { 200: user },
      errors: fastApiErrors,
      errorStatuses: [401, 404],
      access,
      examples: [{ status: 200 }],
      async handle(call) {
        return jsonReply(200, userOf(await accounts.read(callerOf(call).userId)));
      },
    }),
    endpoint({
      method: 'PATCH',
      path: '/api/v1/auth/me',
      summary: 'Change one’s name, give or withdraw consent',
      description:
        'With `store_images` withdrawn, pictures that were kept are removed before this is answered; with `training`, nothing of the account trains models from then on.',
      tag: 'accounts',
      body: { type: 'json', schema: changes, maxBytes: MAX_ACCOUNT_BODY_BYTES },
      responses: { 200: user },
      errors: fastApiErrors,
      errorStatuses: [401, 404, 408, 413, 415, 422],
      access,
      examples: [{ json: { display_name: 'Ann', consent_flags: { store_images: true } }, status: 200 }],
      async handle(call) {
        const { display_name: displayName, consent_flags: consent } = call.body;
        const account = await accounts.update(callerOf(call).userId, { displayName, consent });
        return jsonReply(200, userOf(account));
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/auth/password',
      summary: 'Change one’s password',
      description: 'Ends every sign-in: refresh tokens are no good any more, those of this device included.',
      tag: 'accounts',
      body: { type: 'json', schema: passwords, maxBytes: MAX_ACCOUNT_BODY_BYTES },
      responses: { 204: { description: 'Changed' } },
      errors: fastApiErrors,
      errorStatuses: [401, 404, 408, 413, 415, 422, 429],
      access,
      examples: [
        { json: { current_password: EXAMPLE_PASSWORD, new_password: EXAMPLE_PASSWORD }, status: 204 },
      ],
      async handle(call) {
        const { current_password: current, new_password: next } = call.body;
        await accounts.changePassword(callerOf(call).userId, current, next);
        return noContent();
      },
    }),
  ];
}
