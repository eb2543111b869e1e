import { createBodyJobHandler } from '../../analysis/analyzers/body/body-job-handler.ts';
import { createFaceContoursJobHandler } from '../../analysis/analyzers/face-contours/face-contours-job-handler.ts';
import type { FaceContoursThreads } from '../../analysis/analyzers/face-contours/face-contours-threads.ts';
import { createImageVariantsHandler } from '../../analysis/analyzers/image-variants/image-variants-handler.ts';
import type { SkinThreads } from '../../analysis/analyzers/skin/skin-threads.ts';
import { createSkinJobHandler } from '../../analysis/skin-providers/skin-job-handler.ts';
import type { BusRecordLog } from '../../bus/record-log.ts';
import { createPartnerBatchHandler } from '../../captures/batch/partner-batch-handler.ts';
import type { JobHandler } from '../../jobs/types.ts';
import { createWebhookJobHandler } from '../../jobs/webhooks/webhook-job-handler.ts';
import type { RedisState } from '../../state/create-redis-state.ts';
import { openStorage } from '../open-storage.ts';
import type { OpenBody } from './open-body.ts';
import { openSkinProviders } from './open-skin-providers.ts';
import type { RoleContext } from './role.ts';

/** What live captures and jobs share. */
export interface AnalysisThreads {
  readonly contourThreads: FaceContoursThreads;
  readonly skinThreads: SkinThreads;
  readonly body: OpenBody;
}

export interface OpenHandlers {
  readonly handlers: readonly JobHandler[];
  close(): Promise<void>;
}

const HOUR_MS = 3_600_000;

/** What a worker can do for those who submit jobs. */
export async function openJobHandlers(
  { config, metrics }: RoleContext,
  {
    records,
    redis,
    contourThreads,
    skinThreads,
    body,
  }: AnalysisThreads & { records: Pick<BusRecordLog, 'put'>; redis: RedisState },
): Promise<OpenHandlers> {
  const clock = { nowMs: Date.now };
  const skin = createSkinJobHandler({
    providers: await openSkinProviders(config.skin, skinThreads),
    get models() {
      return skinThreads.models;
    },
  });
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
  const { cacheHours, delayMs } = config.contours;
  const contours = createFaceContoursJobHandler({
    threads: contourThreads,
    cache: cacheHours === 0 ? null : redis.openContourCache({ ttlMs: cacheHours * HOUR_MS }),
    delayMs,
    onCache: metrics.jobs.contoursLookedUp,
  });
  const bodies = createBodyJobHandler({
    threads: body.threads,
    measurer: body.measurer,
    captures: body.book,
    store: redis.captures,
    evidence: body.evidence,
  });
  const batches = createPartnerBatchHandler({
    batches: redis.openPartnerBatches({ ttlMs: config.jobs.ttlHours * HOUR_MS }),
    captures: redis.captures,
    accounts: redis.accounts,
    records,
  });
  return { handlers: [skin, variants, contours, bodies, batches, webhooks], close: () => storage.close() };
}
