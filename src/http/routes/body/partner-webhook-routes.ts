import { z } from 'zod';
import type { PartnerWebhook } from '../../../protocol/partner-batches.ts';
import { type Endpoint, endpoint } from '../../endpoint.ts';
import { detailedErrors } from '../../errors/detailed-errors.ts';
import { jsonReply } from '../../route.ts';
import { callerOf } from './account-shapes.ts';
import { NO_STORE } from './capture-shapes.ts';
import { noContent } from './no-content.ts';
import type { PortalDeps } from './portal-deps.ts';

const MAX_BYTES = 8 * 1024;
const PATH = '/api/v1/webhook/capture-complete';

const webhookSchema = z.object({
  url: z.string().nullable(),
  active: z.boolean(),
  secret_hint: z.string().nullable(),
  registered_at: z.iso.datetime().nullable(),
});
const WEBHOOK_EXAMPLE: z.infer<typeof webhookSchema> = {
  url: 'https://hooks.example.org/framegate',
  active: true,
  secret_hint: 'spring key',
  registered_at: '2026-01-05T09:30:00.000Z',
};

/** Where a partner is told of finished captures and batches. */
export function partnerWebhookRoutes({
  webhooks,
  accountAccess,
}: Pick<PortalDeps, 'webhooks' | 'accountAccess'>): Endpoint[] {
  const common = {
    path: PATH,
    tag: 'partners',
    errors: detailedErrors,
    access: accountAccess(['partner']),
  };
  const registered = (description: string) => ({
    description,
    schema: webhookSchema,
    example: WEBHOOK_EXAMPLE,
  });
  return [
    endpoint({
      ...common,
      method: 'POST',
      summary: 'Register the address that is told of finished captures and batches',
      description:
        'For captures that name no address of their own. Messages are signed as Standard Webhooks say. The address has to be https and reachable from the internet; it takes the place of an earlier one.',
      body: {
        type: 'json',
        schema: z.strictObject({
          url: z.string().min(1).max(2048),
          secret_hint: z
            .string()
            .trim()
            .max(64)
            .optional()
            .describe('What you call the secret that you check signatures with; never the secret itself'),
        }),
        maxBytes: MAX_BYTES,
      },
      responses: { 200: registered('It is told from now on') },
      errorStatuses: [401, 403, 408, 413, 415, 422],
      examples: [{ json: { url: 'https://192.0.2.1/hook', secret_hint: 'spring key' }, status: 422 }],
      async handle(call) {
        const { url, secret_hint: hint = '' } = call.body;
        const webhook = await webhooks.register(callerOf(call), {
          url,
          secretHint: hint === '' ? null : hint,
        });
        return jsonReply(200, bodyOf(webhook), NO_STORE);
      },
    }),
    endpoint({
      ...common,
      method: 'GET',
      summary: 'The registered address',
      responses: { 200: registered('The address; `active` is false where there is none') },
      errorStatuses: [401, 403],
      examples: [{ status: 200 }],
      async handle(call) {
        return jsonReply(200, bodyOf(await webhooks.read(callerOf(call))), NO_STORE);
      },
    }),
    endpoint({
      ...common,
      method: 'DELETE',
      summary: 'Tell nobody any more',
      responses: { 204: { description: 'It is forgotten' } },
      errorStatuses: [401, 403],
      examples: [{ status: 204 }],
      async handle(call) {
        await webhooks.remove(callerOf(call));
        return noContent();
      },
    }),
  ];
}

function bodyOf(webhook: PartnerWebhook | null): z.infer<typeof webhookSchema> {
  return {
    url: webhook?.url ?? null,
    active: webhook !== null,
    secret_hint: webhook?.secretHint ?? null,
    registered_at: webhook === null ? null : new Date(webhook.registeredAtMs).toISOString(),
  };
}
