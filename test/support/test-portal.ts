import { createAudit } from '../../src/captures/audit.ts';
import type { PartnerWebhookStore } from '../../src/captures/batch/batch-ports.ts';
import { createPartnerBatchHandler } from '../../src/captures/batch/partner-batch-handler.ts';
import { openPortal } from '../../src/cli/roles/open-portal.ts';
import type { PortalDeps } from '../../src/http/routes/body/portal-deps.ts';
import { FramegateError } from '../../src/protocol/framegate-error.ts';
import {
  createMemoryBatchStore,
  createMemoryWebhookStore,
  type MemoryBatchStore,
} from './memory-partner-stores.ts';
import { openTestCaptures, type TestCaptures } from './test-captures.ts';

export interface TestPortal {
  readonly portal: Omit<PortalDeps, 'accountAccess' | 'takeBatch'>;
  readonly captures: TestCaptures;
  readonly batches: MemoryBatchStore;
  readonly webhooks: PartnerWebhookStore;
  close(): Promise<void>;
}

/** The portal over captures in memory; batches are worked on when `captures.jobs.work()` is called. */
export async function openTestPortal(accounts: PortalDeps['accounts']): Promise<TestPortal> {
  const batches = createMemoryBatchStore();
  const webhooks = createMemoryWebhookStore();
  const captures = await openTestCaptures({
    handlers: ({ store, accounts: people, records }) => [
      createPartnerBatchHandler({
        batches,
        captures: store,
        accounts: people,
        records: { put: async (...row) => records.write(...row) },
      }),
    ],
  });
  const portal = openPortal({
    captures: captures.store,
    people: captures.accounts,
    accounts,
    batches,
    webhooks,
    jobs: captures.jobs.desk,
    checkWebhookUrl: async (url) => {
      if (!url.startsWith('https://hooks.')) throw new FramegateError('webhook-refused', 'not that one');
    },
    labels: captures.desk,
    eraser: captures.eraser,
    storage: captures.storage,
    records: captures.records,
    audit: createAudit(captures.records),
  });
  return { portal, captures, batches, webhooks, close: () => captures.close() };
}
