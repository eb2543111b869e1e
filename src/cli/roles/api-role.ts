import { checkPicture } from '../../analysis/skin-providers/prepare-picture.ts';
import { createAuthenticator } from '../../auth/authenticator.ts';
import type { Bus } from '../../bus/create-bus.ts';
import { createApiServer } from '../../http/api-server.ts';
import { createBodyBudget } from '../../http/bodies/body-budget.ts';
import { storageFileRoute } from '../../http/routes/images/storage-files.ts';
import type { RedisState } from '../../state/create-redis-state.ts';
import { createInferencePool } from '../../vision/inference-pool.ts';
import { openStorage } from '../open-storage.ts';
import { apiAccess, apiEndpoints } from './api-endpoints.ts';
import { openFaceValidator } from './open-face-validator.ts';
import { openImageParts } from './open-image-parts.ts';
import { openImageSize } from './open-image-size.ts';
import { openJobs } from './open-jobs.ts';
import { skinProviderNames } from './open-skin-providers.ts';
import { busCheck, type RoleContext, type RunningRole, redisCheck, roomCheck, storageCheck } from './role.ts';

export interface ApiRole extends RunningRole {
  readonly url: string;
}

const VALIDATION_THREADS = 1;
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
  const access = apiAccess(config, authenticator);
  const skinProviders = skinProviderNames(config.skin);
  const pool = await createInferencePool({
    threads: VALIDATION_THREADS,
    modelsFolder: config.folders.models,
    limits: { maxBytes: config.api.maxUploadBytes },
  });
  const jobs = openJobs(context, { bus, redis });
  const storage = openStorage(config);
  const images = openImageParts(context, { jobs, redis, storage });
  let warm = true;
  const server = createApiServer({
    endpoints: apiEndpoints(config, access, {
      validate: openFaceValidator(pool, VALIDATION_THREADS * VALIDATIONS_PER_THREAD),
      images,
      contours: { desk: jobs.desk, imageSize: openImageSize(config.api.maxUploadBytes) },
      skin: { desk: jobs.desk, providers: skinProviders, checkPicture },
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
    await Promise.all([pool.close(), jobs.close()]);
    throw error;
  });
  const shownHost = config.edge.host.includes(':') ? `[${config.edge.host}]` : config.edge.host;
  const url = `http://${shownHost}:${port}`;
  return {
    name: 'api',
    url,
    summary: `${url}, documented at ${url}/docs`,
    async stop() {
      warm = false;
      await server.drain(config.edge.drainTimeoutMs);
      server.close();
      await pool.close();
      await jobs.close();
      await storage.close();
    },
  };
}
