import { createFaceContoursJobHandler } from '../../src/analysis/analyzers/face-contours/face-contours-job-handler.ts';
import {
  createFaceContoursThreads,
  type FaceContoursThreads,
} from '../../src/analysis/analyzers/face-contours/face-contours-threads.ts';
import { openImageSize } from '../../src/cli/roles/open-image-size.ts';
import { createApiServer } from '../../src/http/api-server.ts';
import { createBodyBudget } from '../../src/http/bodies/body-budget.ts';
import type { Access } from '../../src/http/endpoint.ts';
import { contourStatusRoutes } from '../../src/http/routes/contours/contour-status.ts';
import type { ContoursDeps } from '../../src/http/routes/contours/contours-deps.ts';
import { submitContoursRoutes } from '../../src/http/routes/contours/submit-contours.ts';
import { MODELS_FOLDER } from '../../src/vision/model-registry.ts';
import { createFakeJobDesk, type FakeJobDesk } from './fake-job-desk.ts';

export interface ContourService {
  readonly url: string;
  readonly jobs: FakeJobDesk;
  readonly threads: FaceContoursThreads;
  /** What finished jobs are called from now on. */
  setDoneStatus(doneStatus: ContoursDeps['doneStatus']): void;
  close(): Promise<void>;
}

export const MAX_UPLOAD_BYTES = 256 * 1024;

/** `Bearer <name>` is that person. */
const access: Access = {
  scheme: 'bearer',
  admit: ({ headers }) => headers.authorization.replace('Bearer ', '') || null,
};

/** The contour routes over HTTP, their jobs worked on by real threads when `jobs.work()` is called. */
export async function startContourService(): Promise<ContourService> {
  const threads = await createFaceContoursThreads({ modelsFolder: MODELS_FOLDER, threads: 1 });
  const jobs = await createFakeJobDesk([createFaceContoursJobHandler({ threads, cache: null, delayMs: 0 })]);
  let doneStatus: ContoursDeps['doneStatus'] = 'by-request';
  const deps: ContoursDeps = {
    desk: jobs.desk,
    access,
    maxUploadBytes: MAX_UPLOAD_BYTES,
    get doneStatus() {
      return doneStatus;
    },
    imageSize: openImageSize(MAX_UPLOAD_BYTES),
  };
  const server = createApiServer({
    endpoints: [...submitContoursRoutes(deps), ...contourStatusRoutes(deps)],
    health: { node: 'test', warm: () => true, dependencies: [] },
    metrics: { contentType: 'text/plain', text: async () => '' },
    version: 'test',
    bodies: { idleTimeoutMs: 5000, timeoutMs: 5000, budget: createBodyBudget(16 * 1024 * 1024) },
    allowedOrigins: [],
    anonymous: false,
    onAnswer: () => {},
    logger: { error: () => {} } as never,
  });
  const { port } = await server.listen('127.0.0.1', 0);
  return {
    url: `http://127.0.0.1:${port}`,
    jobs,
    threads,
    setDoneStatus: (next) => {
      doneStatus = next;
    },
    close: async () => {
      server.close();
      await threads.close();
    },
  };
}
