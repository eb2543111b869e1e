import { createAuthenticator } from '../../src/auth/authenticator.ts';
import { createBearerAccess } from '../../src/http/access/bearer-access.ts';
import { createApiServer } from '../../src/http/api-server.ts';
import { createBodyBudget } from '../../src/http/bodies/body-budget.ts';
import { imageHealthRoutes } from '../../src/http/routes/images/image-health.ts';
import { imageJobRoutes } from '../../src/http/routes/images/image-jobs.ts';
import { storageFileRoute } from '../../src/http/routes/images/storage-files.ts';
import { storedImageRoutes } from '../../src/http/routes/images/stored-images.ts';
import { uploadImageRoutes } from '../../src/http/routes/images/upload-image.ts';
import type { ObjectStorage } from '../../src/storage/types.ts';
import { openTestImageParts, type TestImageParts } from './image-parts.ts';

export interface ImageService extends TestImageParts {
  readonly url: string;
  readonly port: number;
  /** Errors that were no answer to a caller's fault. */
  readonly faults: readonly unknown[];
  /** What the bodies of requests hold now. */
  readonly heldBytes: () => number;
}

const BODY_IDLE_TIMEOUT_MS = 1000;
const BUDGET_BYTES = 64 * 1024 * 1024;

/** The image routes over HTTP, for callers with a token of `secret`. */
export async function startImageService(secret: string, storage?: ObjectStorage): Promise<ImageService> {
  const { parts, ...opened } = await openTestImageParts(storage);
  const { config } = opened;
  const faults: unknown[] = [];
  const authenticator = createAuthenticator({ host: '127.0.0.1', ...config.auth, secret });
  const deps = {
    ...parts,
    access: createBearerAccess({ verify: (token) => authenticator.subjectOf(token) }),
    maxUploadBytes: config.api.maxUploadBytes,
  };
  let heldBytes = 0;
  const budget = createBodyBudget(BUDGET_BYTES);
  const server = createApiServer({
    endpoints: [
      ...uploadImageRoutes(deps),
      ...imageJobRoutes(deps),
      ...storedImageRoutes(deps),
      ...imageHealthRoutes(deps),
    ],
    routes: [storageFileRoute(opened.storage)],
    health: { node: 'test', warm: () => true, dependencies: [] },
    metrics: { contentType: 'text/plain', text: async () => '' },
    version: 'test',
    bodies: {
      idleTimeoutMs: BODY_IDLE_TIMEOUT_MS,
      timeoutMs: 10_000,
      budget: {
        ...budget,
        take: (bytes) => {
          budget.take(bytes);
          heldBytes += bytes;
        },
        giveBack: (bytes) => {
          budget.giveBack(bytes);
          heldBytes -= bytes;
        },
      },
    },
    allowedOrigins: [],
    anonymous: false,
    onAnswer: () => {},
    logger: { error: ({ err }) => void faults.push(err) },
  });
  const { port } = await server.listen('127.0.0.1', 0);
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    parts,
    ...opened,
    faults,
    heldBytes: () => heldBytes,
    close: async () => {
      server.close();
      await opened.close();
    },
  };
}
