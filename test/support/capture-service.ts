import sharp from 'sharp';
import type { CaptureBook, EvidenceStore } from '../../src/captures/types.ts';
import { openImageSize } from '../../src/cli/roles/open-image-size.ts';
import { createAccountAccess } from '../../src/http/access/account-access.ts';
import { adjustCaptureRoutes } from '../../src/http/routes/body/adjust-capture.ts';
import { captureKeypointsRoutes } from '../../src/http/routes/body/capture-keypoints.ts';
import { captureStatusRoutes } from '../../src/http/routes/body/capture-status.ts';
import { ownCapturesRoutes } from '../../src/http/routes/body/own-captures.ts';
import { submitCaptureRoutes } from '../../src/http/routes/body/submit-capture.ts';
import type { JobHandler } from '../../src/jobs/types.ts';
import type { Role } from '../../src/protocol/accounts.ts';
import type { BodyMeasurement } from '../../src/protocol/body-measurement.ts';
import { FramegateError } from '../../src/protocol/framegate-error.ts';
import { countingLimiter } from './counting-limiter.ts';
import { sampleEvidence, sampleMeasurement } from './sample-captures.ts';
import { startTestApi } from './test-api.ts';
import { openTestCaptures, type TestCaptures } from './test-captures.ts';

export const MAX_UPLOAD_BYTES = 64 * 1024;
/** More than any of these people begins, but one who is to be refused. */
export const CAPTURES_PER_HOUR = 60;
const HOUR_MS = 3_600_000;
/** Of the right form, and of nothing. */
export const NO_CAPTURE_ID = '00000000-0000-4000-8000-000000000000';

/** Who calls: `Bearer <name>`. */
const PEOPLE: Readonly<Record<string, Role>> = {
  ann: 'user',
  bob: 'user',
  ada: 'admin',
  lea: 'labeler',
  shop: 'partner',
  store: 'partner',
};

export const WAIST_EDIT = {
  adjusted_metrics: { waist_cm: 76 },
  notes: 'Measured with tape at home',
  source: 'user',
};
export const HIP_CORRECTION = {
  keypoints: [{ view: 'front', point: 'leftHip', x: 310, y: 820 }],
  notes: 'the hip is lower',
};

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: what is wrong in it, the expectations say
  readonly body: any;
}

export interface Upload {
  readonly views?: readonly string[];
  readonly fields?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly headers?: Record<string, string>;
  readonly data?: Uint8Array<ArrayBuffer>;
}

export interface CaptureService {
  readonly captures: TestCaptures;
  /** What the next measurement gives, when `captures.jobs.work()` is called. */
  measure: () => BodyMeasurement;
  /** Errors that were no answer to a caller's fault. */
  readonly faults: readonly unknown[];
  /** Below `/api/v1/capture`; `who` is '' for nobody. */
  call(method: string, path: string, who: string, init?: RequestInit): Promise<Answer>;
  send(
    method: string,
    path: string,
    who: string,
    json: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer>;
  upload(who: string, given?: Upload): Promise<Answer>;
  edit(id: string, who: string, json?: unknown): Promise<Answer>;
  decide(
    id: string,
    who: string,
    adjustmentId: string,
    approve?: boolean,
    approver?: string,
  ): Promise<Answer>;
  correct(id: string, who: string, json?: unknown): Promise<Answer>;
  /** The id of a capture of `who` that is measured. */
  measuredCapture(who?: string): Promise<string>;
  /** Of a customer of `shop`; the account that keeps it is the shop's own. */
  customerCapture(): Promise<string>;
  close(): Promise<void>;
}

/** The routes of captures over HTTP, for the people above. */
export async function startCaptureService(): Promise<CaptureService> {
  const create = { width: 320, height: 400, channels: 3 as const, background: '#c8a080' };
  const picture = Uint8Array.from(await sharp({ create }).jpeg().toBuffer());
  const captures = await openTestCaptures({
    handler: (book, evidence) => measuringHandler(book, evidence, () => service.measure()),
  });
  const limiter = countingLimiter();
  const deps = {
    captures: captures.desk,
    maxUploadBytes: MAX_UPLOAD_BYTES,
    takeCapture: (userId: string) =>
      limiter.take({ scope: 'captures', limit: CAPTURES_PER_HOUR, windowMs: HOUR_MS }, userId),
    pictureFormat: openImageSize(MAX_UPLOAD_BYTES),
    accountAccess: (roles?: readonly Role[]) =>
      createAccountAccess({ verify: personOf, ...(roles !== undefined && { roles }) }),
  };
  const api = await startTestApi([
    ...submitCaptureRoutes(deps),
    ...captureStatusRoutes(deps),
    ...adjustCaptureRoutes(deps),
    ...captureKeypointsRoutes(deps),
    ...ownCapturesRoutes(deps),
  ]);

  const call: CaptureService['call'] = async (method, path, who, init = {}) => {
    const response = await fetch(`${api.url}/api/v1/capture${path}`, {
      method,
      ...init,
      headers: { ...(who !== '' && { authorization: `Bearer ${who}` }), ...init.headers },
    });
    const text = await response.text();
    const { status, headers } = response;
    return { status, headers, body: text === '' ? null : JSON.parse(text) };
  };
  const send: CaptureService['send'] = (method, path, who, json, headers = {}) =>
    call(method, path, who, {
      body: JSON.stringify(json),
      headers: { 'content-type': 'application/json', ...headers },
    });
  const upload: CaptureService['upload'] = (who, given = {}) => {
    const { views = ['front', 'side'], fields = {}, query = '', headers = {}, data = picture } = given;
    const form = new FormData();
    for (const view of views) form.append(view, new Blob([data]), `${view}.jpg`);
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    return call('POST', query, who, { body: form, headers });
  };

  const service: CaptureService = {
    captures,
    measure: () => sampleMeasurement(),
    faults: api.faults,
    call,
    send,
    upload,
    edit: (id, who, json = WAIST_EDIT) => send('PATCH', `/${id}/metrics`, who, json),
    decide: (id, who, adjustmentId, approve = true, approver = who) =>
      send('POST', `/${id}/adjustments/approve`, who, {
        adjustment_id: adjustmentId,
        approver_id: approver,
        approve,
      }),
    correct: (id, who, json = HIP_CORRECTION) => send('POST', `/${id}/manual-adjust`, who, json),
    measuredCapture: async (who = 'ann') => {
      const { body } = await upload(who);
      await captures.jobs.work();
      return body.capture_id;
    },
    customerCapture: () => customerCapture(captures),
    close: async () => {
      api.close();
      await captures.close();
    },
  };
  return service;
}

/** ann allows nothing any more, just before the next document is written. */
export function withdrawBeforeNextChange({ captures }: CaptureService): void {
  const { store } = captures;
  const { change } = store;
  store.change = async (captureId, apply) => {
    store.change = change;
    captures.setConsent('ann', { store_images: false, training: false });
    await captures.desk.consentWithdrawn('ann');
    return change(captureId, apply);
  };
}

async function personOf(token: string | undefined) {
  const role = PEOPLE[token ?? ''];
  if (token === undefined || role === undefined) throw new FramegateError('token-missing', 'who calls?');
  return { userId: token, role };
}

/** Measures as a worker does, without looking at pictures. */
function measuringHandler(
  book: CaptureBook,
  evidence: EvidenceStore,
  measure: () => BodyMeasurement,
): JobHandler {
  return {
    kind: 'body',
    version: 'test',
    modelsOf: () => [],
    async run({ params }, parts) {
      const captureId = String(params.captureId);
      const adjustmentId = params.adjustmentId === null ? null : String(params.adjustmentId);
      if ((await book.begin(captureId)) === null) return { result: {}, measurements: [] };
      for (const view of parts.keys()) await evidence.put(captureId, sampleEvidence(view as 'front'));
      try {
        await book.complete(captureId, measure(), adjustmentId);
      } catch (thrown) {
        if (!(thrown instanceof FramegateError)) throw thrown;
        await book.fail(captureId, thrown);
        throw thrown;
      }
      return { result: { capture_id: captureId }, measurements: [] };
    },
  };
}

async function customerCapture({ desk }: TestCaptures): Promise<string> {
  const { captureId } = await desk.submitMetrics(
    { userId: 'shop', role: 'partner' },
    {
      stated: { heightCm: null, sex: null },
      storeImages: false,
      source: 'partner',
      measurement: {
        metrics: { waist_circumference_cm: 75 },
        skin: null,
        shape: null,
        lightingOk: true,
        cardDetected: false,
        overallConfidence: 0.7,
        models: [],
      },
      idempotencyKey: null,
      partner: { partnerId: 'shop', customerName: 'Carl', reference: 'r-1' },
    },
  );
  return captureId;
}
