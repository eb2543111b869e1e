import { checkPicture } from '../../analysis/skin-providers/prepare-picture.ts';
import { createAuthenticator } from '../../auth/authenticator.ts';
import { isLoopback } from '../../auth/is-loopback.ts';
import type { Bus } from '../../bus/create-bus.ts';
import { createAudit } from '../../captures/audit.ts';
import { tellingPartners } from '../../captures/batch/partner-webhooks.ts';
import { createApiServer } from '../../http/api-server.ts';
import { createBodyBudget } from '../../http/bodies/body-budget.ts';
import { storageFileRoute } from '../../http/routes/images/storage-files.ts';
import type { RedisState } from '../../state/create-redis-state.ts';
import { openStorage } from '../open-storage.ts';
import { apiAccess, apiEndpoints } from './api-endpoints.ts';
import { openAccounts } from './open-accounts.ts';
import { openCaptureDesk } from './open-captures.ts';
import { openEraser } from './open-eraser.ts';
import { openFaceValidator } from './open-face-validator.ts';
import { openImageParts } from './open-image-parts.ts';
import { openImageSize } from './open-image-size.ts';
import { openInferencePool } from './open-inference-pool.ts';
import { openJobs } from './open-jobs.ts';
import { openPortal } from './open-portal.ts';
import { openRecords } from './open-records.ts';
import { skinProviderNames } from './open-skin-providers.ts';
import { busCheck, type RoleContext, type RunningRole, redisCheck, roomCheck, storageCheck } from './role.ts';

export interface ApiRole extends RunningRole {
  readonly url: string;
  /** From now on pages of this address may call: of an edge that was started beside it. */
  allowPagesOf(url: string): void;
}

const VALIDATION_THREADS = 1;
const HOUR_MS = 3_600_000;
/** Pictures in validation at once, per thread; more would only wait. */
const VALIDATIONS_PER_THREAD = 8;

/** The HTTP interface for backends. Resolves when the models are warm and the port is open. */
export async function startApi(
  context: RoleContext,
  { bus, redis }: { bus: Bus; redis: RedisState },
): Promise<ApiRole> {
  const { config, logger, metrics } = context;
  // Before the port is open, so that a wrong configuration is an error at start.
  const authenticator = createAuthenticator({ host: config.edge.host, ...config.auth });
  const records = openRecords(context, bus);
  const audit = createAudit(records);
  const jobs = openJobs(context, { bus, redis });
  const storage = openStorage(config);
  const eraser = openEraser(config, { bus, redis, storage, jobs: jobs.desk, records });
  const captures = openCaptureDesk(config, {
    redis,
    storage,
    records,
    audit,
    eraser,
    jobs: tellingPartners(jobs.desk, redis.partnerWebhooks),
  });
  const { accounts, takeSignIn } = openAccounts(config, {
    redis,
    records,
    audit,
    onConsentWithdrawn: (userId) => captures.consentWithdrawn(userId),
  });
  const portal = openPortal({
    captures: redis.captures,
    people: redis.accounts,
    accounts,
    batches: redis.openPartnerBatches({ ttlMs: config.jobs.ttlHours * HOUR_MS }),
    webhooks: redis.partnerWebhooks,
    jobs: jobs.desk,
    checkWebhookUrl: jobs.checkWebhookUrl,
    labels: captures,
    eraser,
    storage,
    records,
    audit,
  });
  const access = apiAccess(config, { authenticator, accounts, takeSignIn });
  const captureLimit = { scope: 'captures', limit: config.captures.perHour, windowMs: HOUR_MS };
  const skinProviders = skinProviderNames(config.skin);
  const pool = await openInferencePool(context, {
    threads: VALIDATION_THREADS,
    limits: { maxBytes: config.api.maxUploadBytes },
  });
  const images = openImageParts(context, { jobs, redis, storage });
  let warm = true;
  const server = createApiServer({
    endpoints: apiEndpoints(config, access, {
      validate: openFaceValidator(pool, VALIDATION_THREADS * VALIDATIONS_PER_THREAD),
      images,
      contours: { desk: jobs.desk, imageSize: openImageSize(config.api.maxUploadBytes) },
      skin: { desk: jobs.desk, providers: skinProviders, checkPicture },
      accounts,
      captures: {
        captures,
        takeCapture: (userId) => redis.rateLimiter.take(captureLimit, userId),
        pictureFormat: openImageSize(config.api.maxUploadBytes),
      },
      portal,
    }),
    routes: [storageFileRoute(storage)],
    health: {
      node: config.node.name,
      warm: () => warm,
      dependencies: [
        busCheck(bus),
        roomCheck(bus),
        { ...redisCheck(redis), required: true },
        storageCheck(storage),
      ],
    },
    metrics,
    version: context.codeVersion,
    bodies: {
      idleTimeoutMs: config.api.bodyIdleTimeoutMs,
      timeoutMs: config.api.bodyTimeoutMs,
      budget: createBodyBudget(config.api.bodyBudgetBytes),
    },
    allowedOrigins: config.api.allowedOrigins,
    anonymous: authenticator.anonymous,
    onAnswer: ({ method, path }, status, durationMs) =>
      metrics.http.answered(method, path, status, durationMs),
    logger,
  });
  const { port } = await server.listen(config.edge.host, config.api.port).catch(async (error: unknown) => {
    await Promise.all([pool.close(), jobs.close(), records.close()]);
    throw error;
  });
  const shownHost = config.edge.host.includes(':') ? `[${config.edge.host}]` : config.edge.host;
  const url = `http://${shownHost}:${port}`;
  return {
    name: 'api',
    url,
    summary: `${url}, documented at ${url}/docs`,
    allowPagesOf: (pagesUrl) => server.allowOrigins(originsOf(pagesUrl)),
    async stop() {
      warm = false;
      await server.drain(config.edge.drainTimeoutMs);
      server.close();
      await pool.close();
      await jobs.close();
      await records.close();
      await storage.close();
    },
  };
}

/** A loopback address has several names, and a person takes any of them. */
function originsOf(url: string): string[] {
  const { origin, hostname, port } = new URL(url);
  if (!isLoopback(hostname)) return [origin];
  return ['127.0.0.1', 'localhost', '[::1]'].map((name) => `http://${name}:${port}`);
}
