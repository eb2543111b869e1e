import type { BatchStore, PartnerWebhookStore } from '../../src/captures/batch/batch-ports.ts';
import type { PartnerBatch, PartnerWebhook } from '../../src/protocol/partner-batches.ts';

export interface MemoryBatchStore extends BatchStore {
  /** Every state of every batch that was kept, in order. */
  readonly kept: readonly PartnerBatch[];
}

export function createMemoryBatchStore(): MemoryBatchStore {
  const batches = new Map<string, PartnerBatch>();
  const kept: PartnerBatch[] = [];
  return {
    kept,
    keep: async (batch) => {
      batches.set(batch.batchId, batch);
      kept.push(batch);
    },
    read: async (batchId) => batches.get(batchId) ?? null,
    remove: async (batchId) => void batches.delete(batchId),
  };
}

export function createMemoryWebhookStore(): PartnerWebhookStore {
  const webhooks = new Map<string, PartnerWebhook>();
  return {
    keep: async (partnerId, webhook) => void webhooks.set(partnerId, webhook),
    read: async (partnerId) => webhooks.get(partnerId) ?? null,
    remove: async (partnerId) => void webhooks.delete(partnerId),
  };
}
