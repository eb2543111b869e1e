/** What batches are kept in; `state` implements it. */
import type { PartnerBatch, PartnerWebhook } from '../../protocol/partner-batches.ts';

/** Everything rejects with state-unavailable (retryable) while Redis is away. */
export interface BatchStore {
  /** Puts it in the place of what is known of it. */
  keep(batch: PartnerBatch): Promise<void>;
  read(batchId: string): Promise<PartnerBatch | null>;
  remove(batchId: string): Promise<void>;
}

export interface PartnerWebhookStore {
  keep(partnerId: string, webhook: PartnerWebhook): Promise<void>;
  /** null where there is none. */
  read(partnerId: string): Promise<PartnerWebhook | null>;
  remove(partnerId: string): Promise<void>;
}
