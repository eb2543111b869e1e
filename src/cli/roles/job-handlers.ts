import { createImageVariantsHandler } from '../../analysis/analyzers/image-variants/image-variants-handler.ts';
import type { JobHandler } from '../../jobs/types.ts';
import { createWebhookJobHandler } from '../../jobs/webhooks/webhook-job-handler.ts';
import type { RedisState } from '../../state/create-redis-state.ts';
import { openStorage } from '../open-storage.ts';
import type { RoleContext } from './role.ts';

export interface OpenHandlers {
  readonly handlers: readonly JobHandler[];
  close(): Promise<void>;
}

/** What a worker can do for those who submit jobs. */
export async function openJobHandlers(
  { config }: RoleContext,
  { redis }: { redis: RedisState },
): Promise<OpenHandlers> {
  const clock = { nowMs: Date.now };
  const storage = openStorage(config);
  const webhooks = createWebhookJobHandler({
    secret: config.jobs.webhookSecret,
    allowedHosts: config.jobs.webhookAllowedHosts,
    clock,
  });
  const variants = createImageVariantsHandler({
    storage,
    images: redis.images,
    clock,
    webpQuality: config.images.webpQuality,
    avif: config.images.avif === 'yes',
  });
  return { handlers: [variants, webhooks], close: () => storage.close() };
}
