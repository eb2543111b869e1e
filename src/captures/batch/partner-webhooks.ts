import type { JobDesk } from '../../jobs/types.ts';
import type { Caller } from '../../protocol/accounts.ts';
import type { Audit, AuditAction } from '../../protocol/audit.ts';
import type { PartnerWebhook } from '../../protocol/partner-batches.ts';
import type { PartnerWebhookStore } from './batch-ports.ts';

export interface PartnerWebhooks {
  /** In the place of an earlier one. Rejects with webhook-refused for an address that may not be told. */
  register(caller: Caller, given: Pick<PartnerWebhook, 'url' | 'secretHint'>): Promise<PartnerWebhook>;
  /** null where there is none. */
  read(caller: Caller): Promise<PartnerWebhook | null>;
  /** Says nothing where there is none. */
  remove(caller: Caller): Promise<void>;
}

export interface PartnerWebhooksDeps {
  readonly webhooks: PartnerWebhookStore;
  /** Rejects with webhook-refused. */
  readonly checkWebhookUrl: (url: string) => Promise<void>;
  readonly audit: Audit;
  readonly nowMs: () => number;
}

/** Where partners say who is to be told of finished captures and batches. */
export function createPartnerWebhooks(deps: PartnerWebhooksDeps): PartnerWebhooks {
  const { webhooks, audit } = deps;

  function tell({ userId }: Caller, action: AuditAction): void {
    audit.record({ actorId: userId, action, resourceType: 'account', resourceId: userId });
  }

  return {
    async register(caller, { url, secretHint }) {
      await deps.checkWebhookUrl(url);
      const webhook = { url, secretHint, registeredAtMs: deps.nowMs() };
      await webhooks.keep(caller.userId, webhook);
      tell(caller, 'webhook.registered');
      return webhook;
    },
    read: ({ userId }) => webhooks.read(userId),
    async remove(caller) {
      await webhooks.remove(caller.userId);
      tell(caller, 'webhook.removed');
    },
  };
}

/** The desk, with the owner's registered address for measurements that name none. */
export function tellingPartners<Desk extends Pick<JobDesk, 'submit'>>(
  desk: Desk,
  webhooks: Pick<PartnerWebhookStore, 'read'>,
): Desk {
  return {
    ...desk,
    submit: async (job) => {
      const { kind, owner, webhookUrl = null } = job;
      if (kind !== 'body' || owner === null || webhookUrl !== null) return desk.submit(job);
      const registered = await webhooks.read(owner);
      if (registered === null) return desk.submit(job);
      return desk.submit({ ...job, webhookUrl: registered.url, webhookChecked: true });
    },
  };
}
