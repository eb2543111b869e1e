import { createAccountAccess } from '../../src/http/access/account-access.ts';
import { adminCaptureRoutes } from '../../src/http/routes/body/admin-capture-routes.ts';
import { exportCaptureRoutes } from '../../src/http/routes/body/export-capture.ts';
import { labelRoutes } from '../../src/http/routes/body/label-routes.ts';
import { partnerBatchRoutes } from '../../src/http/routes/body/partner-batch-routes.ts';
import { partnerExportsRoutes } from '../../src/http/routes/body/partner-exports.ts';
import { partnerWebhookRoutes } from '../../src/http/routes/body/partner-webhook-routes.ts';
import { personalDataRoutes } from '../../src/http/routes/body/personal-data-routes.ts';
import type { Role } from '../../src/protocol/accounts.ts';
import type { BodyCapture } from '../../src/protocol/body-captures.ts';
import { FramegateError } from '../../src/protocol/framegate-error.ts';
import { sampleCapture, sampleMeasurement } from './sample-captures.ts';
import { startTestApi } from './test-api.ts';
import { openTestPortal, type TestPortal } from './test-portal.ts';

/** Who calls: `Bearer <name>`. */
const PEOPLE: Readonly<Record<string, Role>> = {
  ann: 'user',
  bob: 'user',
  ada: 'admin',
  abe: 'admin',
  lea: 'labeler',
  leo: 'labeler',
  shop: 'partner',
  store: 'partner',
};

export interface PortalAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
  readonly text: string;
  /** What the text says where it is JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: what is wrong in it, the expectations say
  readonly body: any;
}

export interface PortalService extends TestPortal {
  readonly faults: readonly unknown[];
  /** From now on a partner has handed in too many batches. */
  refuseBatches(): void;
  /** Below `/api/v1`; `who` is '' for nobody. */
  call(method: string, path: string, who: string, init?: RequestInit): Promise<PortalAnswer>;
  send(method: string, path: string, who: string, json: unknown): Promise<PortalAnswer>;
  upload(
    who: string,
    csv: string | Uint8Array<ArrayBuffer>,
    headers?: Record<string, string>,
  ): Promise<PortalAnswer>;
  /** Keeps a measured capture. */
  keep(changes?: Partial<BodyCapture>): Promise<BodyCapture>;
  /** What the audit trail was told, `<actor> <action> <resource>`. */
  audited(): string[];
}

/** The routes of partners, admins and people's own data over HTTP, for the people above. */
export async function startPortalService(): Promise<PortalService> {
  const opened = await openTestPortal({
    read: async (userId) => {
      const account = await opened.captures.accounts.read(userId);
      if (account === null) throw new FramegateError('not-found', 'there is no such account');
      return account;
    },
    login: async () => {
      throw new FramegateError('credentials-wrong', 'wrong');
    },
  });
  let limit = { allowed: true, retryAfterMs: 0 };
  const deps = {
    ...opened.portal,
    takeBatch: async () => limit,
    accountAccess: (roles?: readonly Role[]) =>
      createAccountAccess({ verify: personOf, ...(roles !== undefined && { roles }) }),
  };
  const api = await startTestApi([
    ...exportCaptureRoutes(deps),
    ...partnerExportsRoutes(deps),
    ...partnerBatchRoutes(deps),
    ...partnerWebhookRoutes(deps),
    ...adminCaptureRoutes(deps),
    ...labelRoutes(deps),
    ...personalDataRoutes(deps),
  ]);
  const call: PortalService['call'] = async (method, path, who, init = {}) => {
    const response = await fetch(`${api.url}/api/v1${path}`, {
      method,
      ...init,
      headers: { ...(who !== '' && { authorization: `Bearer ${who}` }), ...init.headers },
    });
    const bytes = new Uint8Array(await response.arrayBuffer());
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    const isJson = response.headers.get('content-type')?.startsWith('application/json') && text !== '';
    const { status, headers } = response;
    return { status, headers, bytes, text, body: isJson ? JSON.parse(text) : null };
  };
  let made = 0;
  return {
    ...opened,
    faults: api.faults,
    refuseBatches: () => {
      limit = { allowed: false, retryAfterMs: 90_000 };
    },
    call,
    send: (method, path, who, json) =>
      call(method, path, who, {
        body: JSON.stringify(json),
        headers: { 'content-type': 'application/json' },
      }),
    upload: (who, csv, headers = {}) =>
      call('POST', '/partner/upload-batch', who, {
        body: csv,
        headers: { 'content-type': 'text/csv', ...headers },
      }),
    keep: async (changes = {}) => {
      made++;
      const original = sampleMeasurement();
      const capture = sampleCapture({
        captureId: `3d0f8a52-9c1e-4b7d-8e2a-${String(made).padStart(12, '0')}`,
        createdAtMs: Date.UTC(2026, 0, 1) + made,
        status: 'done',
        jobId: null,
        metrics: { original, current: original.metrics, overallConfidence: 0.78, latestAdjustmentId: null },
        ...changes,
      });
      await opened.captures.store.create(capture);
      return capture;
    },
    audited: () =>
      opened.captures
        .rowsOf('audit_logs')
        .map(({ actor_id, action, resource_id }) => `${actor_id} ${action} ${resource_id}`),
    close: async () => {
      api.close();
      await opened.close();
    },
  };
}

async function personOf(token: string | undefined) {
  const role = PEOPLE[token ?? ''];
  if (token === undefined || role === undefined) throw new FramegateError('token-missing', 'who calls?');
  return { userId: token, role };
}

/** A customer of this partner. */
export function customerOf(partnerId: string, customerName = 'Carl', reference = 'r-1') {
  return { userId: partnerId, source: 'partner' as const, partner: { partnerId, customerName, reference } };
}
