import { App } from 'uWebSockets.js';
import { createKeptFiles } from '../../src/http/files/kept-files.ts';
import { listenExclusively } from '../../src/http/listen-exclusively.ts';
import { mountRoutes } from '../../src/http/router.ts';
import { adjustCaptureRoutes } from '../../src/http/routes/body/adjust-capture.ts';
import { adminAccountRoutes } from '../../src/http/routes/body/admin-account-routes.ts';
import { adminCaptureRoutes } from '../../src/http/routes/body/admin-capture-routes.ts';
import { authRoutes } from '../../src/http/routes/body/auth-routes.ts';
import { captureStatusRoutes } from '../../src/http/routes/body/capture-status.ts';
import { exportCaptureRoutes } from '../../src/http/routes/body/export-capture.ts';
import { labelRoutes } from '../../src/http/routes/body/label-routes.ts';
import { ownAccountRoutes } from '../../src/http/routes/body/own-account-routes.ts';
import { partnerExportsRoutes } from '../../src/http/routes/body/partner-exports.ts';
import { clientFileRoutes } from '../../src/http/routes/client-files.ts';
import type { Caller } from '../../src/protocol/accounts.ts';
import type { BodyCapture } from '../../src/protocol/body-captures.ts';
import type { BodyMeasurement, BodyMetrics } from '../../src/protocol/body-measurement.ts';
import { buildCapturePage } from './built-capture-page.ts';
import { sampleCapture, sampleMeasurement } from './sample-captures.ts';
import { openTestAccounts, type TestAccounts } from './test-accounts.ts';
import { startTestApi } from './test-api.ts';
import { openTestPortal, type TestPortal } from './test-portal.ts';

export interface AdminPageService extends Pick<TestPortal, 'captures'> {
  /** Of the page, as an edge serves it. */
  readonly url: string;
  readonly apiUrl: string;
  readonly accounts: TestAccounts;
  /** Errors that were no answer to a caller's fault. */
  readonly faults: readonly unknown[];
  /** Keeps a measured capture. */
  keep(changes?: Partial<BodyCapture>): Promise<BodyCapture>;
  /** Somebody edits it. */
  edit(captureId: string, caller: Caller, adjusted: Partial<BodyMetrics>, notes: string): Promise<void>;
  /** What the audit trail was told, `<action> <resource>`. */
  audited(): string[];
  close(): Promise<void>;
}

/** The review page with the routes that it calls, over memory. */
export async function startAdminPageService(): Promise<AdminPageService> {
  const accounts = openTestAccounts();
  const [portal, built] = await Promise.all([
    openTestPortal(accounts.accounts),
    buildCapturePage('admin/index.html'),
  ]);
  const { captures } = portal;
  const accountAccess = accounts.access.account;
  const people = { accounts: accounts.accounts, accountAccess, signInAccess: accounts.access.signIn };
  const desk = {
    captures: captures.desk,
    accountAccess,
    maxUploadBytes: 1,
    takeCapture: async () => ({ allowed: true, retryAfterMs: 0 }),
    pictureFormat: () => ({ format: 'jpeg' as const }),
  };
  const deps = { ...portal.portal, accountAccess };
  const api = await startTestApi([
    ...authRoutes(people),
    ...ownAccountRoutes(people),
    ...adminAccountRoutes(people),
    ...captureStatusRoutes(desk),
    ...adjustCaptureRoutes(desk),
    ...exportCaptureRoutes(deps),
    ...partnerExportsRoutes(deps),
    ...adminCaptureRoutes(deps),
    ...labelRoutes(deps),
  ]);
  const faults: unknown[] = [];
  const app = App();
  const files = createKeptFiles(built.folder, 100_000_000);
  mountRoutes(app, clientFileRoutes(files, { apiUrl: api.url, anonymous: true }), {
    error: ({ err }) => void faults.push(err),
  });
  const { port } = await listenExclusively(app, '127.0.0.1', 0);
  const url = `http://127.0.0.1:${port}`;
  api.allowOrigins([url]);
  let made = 0;
  return {
    url,
    apiUrl: api.url,
    accounts,
    captures,
    get faults() {
      return [...api.faults, ...faults];
    },
    async keep(changes = {}) {
      made++;
      const original = measurement();
      const capture = sampleCapture({
        captureId: `${String(made).padStart(8, '0')}-9c1e-4b7d-8e2a-5f6b7c8d9e0f`,
        createdAtMs: Date.now() - 3_600_000 * made,
        status: 'done',
        jobId: null,
        metrics: { original, current: original.metrics, overallConfidence: 0.78, latestAdjustmentId: null },
        ...changes,
      });
      await captures.store.create(capture);
      return capture;
    },
    async edit(captureId, caller, adjusted, notes) {
      await captures.desk.edit(caller, captureId, { adjusted, notes, source: undefined });
    },
    audited: () =>
      [...captures.rowsOf('audit_logs'), ...accounts.rows.map(({ row }) => row)].flatMap(
        ({ action, resource_id }) => (action === undefined ? [] : [`${action} ${resource_id}`]),
      ),
    async close() {
      app.close();
      api.close();
      await portal.close();
      await built.remove();
    },
  };
}

/** As a worker measures a front and a side of 720 × 1280 pixels. */
function measurement(): BodyMeasurement {
  const sample = sampleMeasurement();
  const each = (value: (cm: number) => number) =>
    Object.fromEntries(
      Object.entries(sample.metrics).map(([metric, cm]) => [metric, cm === null ? null : value(cm)]),
    ) as BodyMetrics;
  const line = (
    view: 'front' | 'side',
    metric: BodyMeasurement['lines'][number]['metric'],
    from: [number, number],
    to: [number, number],
  ) => ({ view, metric, from, to });
  return {
    ...sample,
    intervals: each((cm) => Math.round(cm * 0.4) / 10),
    confidences: { ...each(() => 0.82), inseam_cm: 0.44, neck_circumference_cm: 0.71 },
    lines: [
      line('front', 'height_cm', [360, 120], [360, 1180]),
      line('front', 'chest_circumference_cm', [268, 405], [452, 405]),
      line('front', 'waist_circumference_cm', [282, 532], [438, 533]),
      line('front', 'hip_circumference_cm', [258, 640], [463, 642]),
      line('side', 'height_cm', [350, 118], [350, 1182]),
      line('side', 'chest_circumference_cm', [283, 404], [421, 406]),
      line('side', 'waist_circumference_cm', [290, 532], [408, 534]),
      line('side', 'hip_circumference_cm', [278, 641], [426, 641]),
    ],
  };
}
