import { z } from 'zod';
import { normalEmail } from '../../../accounts/email-address.ts';
import type { ErasedUser } from '../../../captures/personal-data.ts';
import type { Caller } from '../../../protocol/accounts.ts';
import { FramegateError } from '../../../protocol/framegate-error.ts';
import { type Endpoint, endpoint } from '../../endpoint.ts';
import { detailedErrors } from '../../errors/detailed-errors.ts';
import { type HttpReply, jsonReply } from '../../route.ts';
import { callerOf, EXAMPLE_EMAIL, EXAMPLE_USER_ID, MAX_ACCOUNT_BODY_BYTES } from './account-shapes.ts';
import { NO_STORE } from './capture-shapes.ts';
import { download } from './download-shapes.ts';
import type { PortalDeps } from './portal-deps.ts';

const erasedSchema = z.object({
  user_id: z.string(),
  status: z.enum(['erased', 'erasing']),
  captures: z.number().int(),
  files: z.number().int(),
});
const ERASED_EXAMPLE = { user_id: EXAMPLE_USER_ID, status: 'erased' as const, captures: 3, files: 12 };

const ERASED = {
  200: {
    description: 'The account is gone with its captures, their files and their history',
    schema: erasedSchema,
    example: ERASED_EXAMPLE,
  },
  202: {
    description: 'The account is gone; something could not be reached, and is removed later',
    schema: erasedSchema,
    example: { ...ERASED_EXAMPLE, status: 'erasing' as const },
  },
};

/** What people may ask for of their own data, and admins on behalf of them. */
export function personalDataRoutes({
  personalData,
  accounts,
  accountAccess,
}: Pick<PortalDeps, 'personalData' | 'accounts' | 'accountAccess'>): Endpoint[] {
  const removal = {
    tag: 'accounts',
    summary: 'Remove one’s account with all that is its own',
    description:
      'Cannot be undone. Every sign-in ends. `confirm` is the account’s e-mail address, or its password.',
    body: {
      type: 'json' as const,
      schema: z.strictObject({ confirm: z.string().min(1).max(MAX_ACCOUNT_BODY_BYTES) }),
      maxBytes: MAX_ACCOUNT_BODY_BYTES,
    },
    responses: ERASED,
    errors: detailedErrors,
    errorStatuses: [401, 404, 408, 413, 415, 422, 429],
    access: accountAccess(),
    examples: [{ json: { confirm: EXAMPLE_EMAIL }, status: 200 }],
    async handle(call: { readonly caller: Caller | null; readonly body: { readonly confirm: string } }) {
      const caller = callerOf(call);
      await checkConfirmed(caller.userId, call.body.confirm);
      return erasedReply(await personalData.erase(caller, caller.userId));
    },
  };

  /** Rejects with credentials-wrong, and counts as signing in does. */
  async function checkConfirmed(userId: string, confirm: string): Promise<void> {
    const { email } = await accounts.read(userId);
    if (normalEmail(confirm) !== email) await accounts.login(email, confirm);
  }

  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/me/export',
      summary: 'A copy of all that is kept of oneself',
      description:
        'A ZIP: `account.json`, and per capture `capture.json`, with its edits and labels, and what was read from its pictures. With `include=images` the pictures too, as far as they are kept.',
      tag: 'accounts',
      query: z.object({ include: z.enum(['images']).optional() }),
      responses: { 200: { description: 'The ZIP', contentType: 'application/zip' } },
      errors: detailedErrors,
      errorStatuses: [401, 404, 422],
      access: accountAccess(),
      examples: [{ query: { include: 'images' }, status: 200 }],
      async handle(call) {
        const withImages = call.query.include === 'images';
        const zip = await personalData.export(callerOf(call), { withImages });
        return download('application/zip', 'my-data.zip', zip);
      },
    }),
    endpoint({ ...removal, method: 'POST', path: '/api/v1/me/delete' }),
    endpoint({ ...removal, method: 'DELETE', path: '/api/v1/me' }),
    endpoint({
      method: 'DELETE',
      path: '/api/v1/admin/users/:id/data',
      summary: 'Remove somebody’s account with all that is its own',
      description:
        'For requests that reach the operator. Cannot be undone; one’s own account goes by POST /api/v1/me/delete.',
      tag: 'admin',
      params: z.object({ id: z.string().max(64) }),
      responses: ERASED,
      errors: detailedErrors,
      errorStatuses: [401, 403, 404],
      access: accountAccess(['admin']),
      examples: [{ params: { id: '00000000-0000-4000-8000-000000000000' }, status: 404 }],
      async handle(call) {
        const caller = callerOf(call);
        if (call.params.id === caller.userId)
          throw new FramegateError('role-refused', 'one’s own account goes by POST /api/v1/me/delete');
        return erasedReply(await personalData.erase(caller, call.params.id));
      },
    }),
  ];
}

function erasedReply({ userId, captures, files, isFinished }: ErasedUser): HttpReply {
  return jsonReply(
    isFinished ? 200 : 202,
    { user_id: userId, status: isFinished ? 'erased' : 'erasing', captures, files },
    NO_STORE,
  );
}
