import { z } from 'zod';
import { ROLES } from '../../../protocol/accounts.ts';
import { type Endpoint, endpoint } from '../../endpoint.ts';
import { fastApiErrors } from '../../errors/fastapi-errors.ts';
import { jsonReply } from '../../route.ts';
import {
  callerOf,
  EXAMPLE_USER_ID,
  MAX_ACCOUNT_BODY_BYTES,
  USER_EXAMPLE,
  userOf,
  userSchema,
} from './account-shapes.ts';
import type { AccountsDeps } from './accounts-deps.ts';

/** What admins do with the accounts of others. */
export function adminAccountRoutes({ accounts, accountAccess }: AccountsDeps): Endpoint[] {
  return [
    endpoint({
      method: 'PATCH',
      path: '/api/v1/admin/accounts/:id',
      summary: 'Give an account another role',
      description:
        'Counts from its next call on. Nobody changes their own. It is written into the audit trail.',
      tag: 'admin',
      params: z.object({ id: z.string().max(64) }),
      body: {
        type: 'json',
        schema: z.strictObject({ role: z.enum(ROLES) }),
        maxBytes: MAX_ACCOUNT_BODY_BYTES,
      },
      responses: {
        200: {
          description: 'The account',
          schema: userSchema,
          example: { ...USER_EXAMPLE, role: 'labeler' },
        },
      },
      errors: fastApiErrors,
      errorStatuses: [401, 403, 404, 408, 413, 415, 422],
      access: accountAccess(['admin']),
      examples: [{ params: { id: EXAMPLE_USER_ID }, json: { role: 'labeler' }, status: 404 }],
      async handle(call) {
        const account = await accounts.changeRole(callerOf(call).userId, call.params.id, call.body.role);
        return jsonReply(200, userOf(account));
      },
    }),
  ];
}
