import { Webhook } from 'standardwebhooks';
import { z } from 'zod';
import { FramegateError } from '../../protocol/framegate-error.ts';
import { type JobPaths, jobPaths } from '../../protocol/job-paths.ts';
import { type JobStatus, jobStatusSchema } from '../../protocol/jobs.ts';
import type { JobDesk, JobHandler } from '../types.ts';
import { postWebhook, type WebhookPost } from './post-webhook.ts';
import { type WebhookAddressRules, webhookTarget } from './webhook-address.ts';

export interface WebhookHandlerDeps extends WebhookAddressRules {
  /** `whsec_…`, base64; null where no webhooks are sent. Throws config-invalid for any other text. */
  readonly secret: string | null;
  readonly clock: { nowMs(): number };
  readonly post?: (post: WebhookPost) => Promise<number>;
}

const TIMEOUT_MS = 15_000;
const GONE = 410;

const paramsSchema = z.object({ url: z.string(), status: jobStatusSchema });

/**
 * Tells a subscriber of a job's end by the rules of Standard Webhooks: webhook-id (the same at every try),
 * webhook-timestamp and webhook-signature. 2xx takes it, 410 ends it, anything else is tried again over about a day.
 */
export function createWebhookJobHandler(deps: WebhookHandlerDeps): JobHandler {
  const post = deps.post ?? postWebhook;
  const signer = deps.secret === null ? null : signerOf(deps.secret);
  return {
    kind: 'webhook',
    version: '1.0.0',
    modelsOf: () => [],
    async run({ jobId, params }, _parts, { signal }) {
      if (signer === null) throw new FramegateError('webhook-refused', 'no webhook secret is configured');
      const { url, status } = paramsSchema.parse(params);
      const body = JSON.stringify(webhookBody(status));
      const sentAt = new Date(deps.clock.nowMs());
      const answer = await post({
        target: await webhookTarget(url, deps),
        headers: {
          'content-type': 'application/json',
          'user-agent': 'framegate',
          'webhook-id': jobId,
          'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1000)),
          'webhook-signature': signer.sign(jobId, sentAt, body),
        },
        body,
        timeoutMs: TIMEOUT_MS,
        signal,
      });
      if (answer >= 200 && answer < 300) return { result: { status: answer }, measurements: [] };
      throw new FramegateError('webhook-refused', `the webhook address answered ${answer}`, {
        retryable: answer !== GONE,
      });
    },
  };
}

function signerOf(secret: string): Webhook {
  try {
    return new Webhook(secret);
  } catch (cause) {
    throw new FramegateError('config-invalid', 'FRAMEGATE_WEBHOOK_SECRET is not `whsec_` and base64', {
      cause,
    });
  }
}

function webhookBody({
  jobId,
  kind,
  state,
  attempts,
  createdAtMs,
  finishedAtMs,
  error,
  correlation,
  subjectId,
}: JobStatus) {
  return {
    type: `job.${state}`,
    timestamp: new Date(finishedAtMs ?? createdAtMs).toISOString(),
    data: {
      job_id: jobId,
      kind,
      status: state,
      attempts,
      error,
      request_id: correlation.requestId,
      ...linksOf(jobPaths(kind, jobId, subjectId), state),
    },
  };
}

/** Paths below the api's address; a job that has not been completed has no result. */
function linksOf(paths: JobPaths | null, state: JobStatus['state']) {
  if (paths === null) return {};
  return { links: state === 'completed' ? paths : { status: paths.status } };
}

/** Hands in the telling of a job that has ended, once, however often it is called. */
export async function submitWebhook(desk: JobDesk, status: JobStatus): Promise<void> {
  const { jobId, owner, correlation, webhookUrl } = status;
  if (webhookUrl === null) return;
  await desk.submit({
    kind: 'webhook',
    owner,
    correlation,
    params: { url: webhookUrl, status },
    parts: [],
    idempotencyKey: jobId,
  });
}
