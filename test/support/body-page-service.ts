import { App } from 'uWebSockets.js';
import { createHash } from 'node:crypto';
import { browserModels } from '../../src/cli/client/browser-models.ts';
import { openImageSize } from '../../src/cli/roles/open-image-size.ts';
import { createKeptFiles } from '../../src/http/files/kept-files.ts';
import { listenExclusively } from '../../src/http/listen-exclusively.ts';
import type { Route } from '../../src/http/route.ts';
import { mountRoutes } from '../../src/http/router.ts';
import { adjustCaptureRoutes } from '../../src/http/routes/body/adjust-capture.ts';
import { authRoutes } from '../../src/http/routes/body/auth-routes.ts';
import { captureKeypointsRoutes } from '../../src/http/routes/body/capture-keypoints.ts';
import { captureStatusRoutes } from '../../src/http/routes/body/capture-status.ts';
import { ownAccountRoutes } from '../../src/http/routes/body/own-account-routes.ts';
import { submitCaptureRoutes } from '../../src/http/routes/body/submit-capture.ts';
import { clientFileRoutes } from '../../src/http/routes/client-files.ts';
import { modelFileRoutes } from '../../src/http/routes/model-files.ts';
import type { BodyMeasurement, BodyView } from '../../src/protocol/body-measurement.ts';
import { MODELS_FOLDER } from '../../src/vision/model-registry.ts';
import { buildCapturePage } from './built-capture-page.ts';
import { sampleEvidence, standingBody } from './sample-captures.ts';
import { openTestAccounts, type TestAccounts } from './test-accounts.ts';
import { startTestApi } from './test-api.ts';
import { openTestCaptures, type TestCaptures } from './test-captures.ts';

const MAX_UPLOAD_BYTES = 8 * 1024 * 1024;

export interface BodyPageService {
  /** Of the page, as an edge serves it. */
  readonly url: string;
  readonly apiUrl: string;
  readonly accounts: TestAccounts;
  readonly captures: TestCaptures;
  /** Errors that were no answer to a caller's fault. */
  readonly faults: readonly unknown[];
  /** What a worker does with a picture that a live session has handed over. */
  collect(captureId: string, ticket: string, view: BodyView): Promise<void>;
  /** What it does when all of them are there. */
  measure(captureId: string, measurement: BodyMeasurement, adjustmentId?: string): Promise<void>;
  /** Serves the same page as a node without an HTTP interface does. */
  withoutApi(): Promise<{ readonly url: string; close(): void }>;
  close(): Promise<void>;
}

/** The body page with the routes that it calls, over memory: no edge takes its sessions, and no worker measures by itself. */
export async function startBodyPageService(): Promise<BodyPageService> {
  const accounts = openTestAccounts();
  const captures = await openTestCaptures();
  const built = await buildCapturePage('body/index.html');
  const files = createKeptFiles(built.folder, 100_000_000);
  const people = {
    accounts: accounts.accounts,
    accountAccess: accounts.access.account,
    signInAccess: accounts.access.signIn,
  };
  const deps = {
    captures: captures.desk,
    maxUploadBytes: MAX_UPLOAD_BYTES,
    takeCapture: async () => ({ allowed: true, retryAfterMs: 0 }),
    pictureFormat: openImageSize(MAX_UPLOAD_BYTES),
    accountAccess: accounts.access.account,
  };
  const sheet: Route = {
    method: 'GET',
    path: '/api/v1/capture/:id/sheet.pdf',
    handle: () => ({ status: 200, contentType: 'application/pdf', body: '%PDF-1.7' }),
  };
  const api = await startTestApi(
    [
      ...authRoutes(people),
      ...ownAccountRoutes(people),
      ...submitCaptureRoutes(deps),
      ...captureStatusRoutes(deps),
      ...adjustCaptureRoutes(deps),
      ...captureKeypointsRoutes(deps),
    ],
    [sheet],
  );
  const faults = [...api.faults];
  const servePage = async (apiUrl: string | null) => {
    const app = App();
    mountRoutes(
      app,
      [
        ...clientFileRoutes(files, { apiUrl, anonymous: true }),
        ...modelFileRoutes(browserModels(MODELS_FOLDER)),
      ],
      { error: ({ err }) => void faults.push(err) },
    );
    const { port } = await listenExclusively(app, '127.0.0.1', 0);
    return { url: `http://127.0.0.1:${port}`, close: () => app.close() };
  };
  const page = await servePage(api.url);
  api.allowOrigins([page.url]);
  return {
    url: page.url,
    apiUrl: api.url,
    accounts,
    captures,
    get faults() {
      return [...api.faults, ...faults];
    },
    async collect(captureId, ticket, view) {
      const hash = createHash('sha256').update(ticket).digest('hex');
      await captures.book.collect(captureId, hash, sampleEvidence(view, { body: standingBody() }));
    },
    async measure(captureId, measurement, adjustmentId) {
      await captures.book.begin(captureId);
      await captures.book.complete(captureId, measurement, adjustmentId ?? null);
    },
    withoutApi: () => servePage(null),
    async close() {
      page.close();
      api.close();
      await captures.close();
      await built.remove();
    },
  };
}
