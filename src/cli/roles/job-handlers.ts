import type { JobHandler } from '../../jobs/types.ts';
import { createWebhookJobHandler } from '../../jobs/webhooks/webhook-job-handler.ts';
import type { RoleContext } from './role.ts';

export interface OpenHandlers {
  readonly handlers: readonly JobHandler[];
  close(): Promise<void>;
}

/** What a worker can do for those who submit jobs. */
export async function openJobHandlers({ config }: RoleContext): Promise<OpenHandlers> {
  const webhooks = createWebhookJobHandler({
    secret: config.jobs.webhookSecret,
    allowedHosts: config.jobs.webhookAllowedHosts,
    clock: { nowMs: Date.now },
  });
  return { handlers: [webhooks], close: async () => {} };
}
