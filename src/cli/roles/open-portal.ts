import { randomUUID } from 'node:crypto';
import type { BatchStore, PartnerWebhookStore } from '../../captures/batch/batch-ports.ts';
import { createPartnerBatches } from '../../captures/batch/partner-batches.ts';
import { createPartnerWebhooks } from '../../captures/batch/partner-webhooks.ts';
import { createCaptureExports } from '../../captures/capture-exports.ts';
import type { CaptureLabels } from '../../captures/capture-labels.ts';
import { createCaptureReview } from '../../captures/capture-review.ts';
import type { Eraser } from '../../captures/erase.ts';
import { createPersonalData } from '../../captures/personal-data.ts';
import type { AccountReader, CaptureStore, RecordLog } from '../../captures/types.ts';
import type { PortalDeps } from '../../http/routes/body/portal-deps.ts';
import type { JobDesk } from '../../jobs/types.ts';
import type { Audit } from '../../protocol/audit.ts';
import type { ObjectStorage } from '../../storage/types.ts';
import { openDocuments } from '../open-documents.ts';

interface Given {
  readonly captures: CaptureStore;
  /** For captures and for those who ask for their own data. */
  readonly people: AccountReader;
  readonly accounts: PortalDeps['accounts'];
  readonly batches: BatchStore;
  readonly webhooks: PartnerWebhookStore;
  readonly jobs: Pick<JobDesk, 'submit' | 'status'>;
  readonly checkWebhookUrl: (url: string) => Promise<void>;
  readonly labels: CaptureLabels;
  readonly eraser: Pick<Eraser, 'eraseUser'>;
  readonly storage: ObjectStorage;
  readonly records: RecordLog;
  readonly audit: Audit;
}

/** What partners, admins, labelers, and people who ask for their own data use. */
export function openPortal(given: Given): Omit<PortalDeps, 'accountAccess' | 'takeBatch'> {
  const { captures: store, people, accounts, batches, webhooks, jobs, labels, storage, audit } = given;
  const documents = openDocuments();
  const nowMs = Date.now;
  return {
    accounts,
    labels,
    exports: createCaptureExports({ store, accounts: people, audit, documents, nowMs }),
    batches: createPartnerBatches({ batches, webhooks, jobs, nowMs, newId: randomUUID }),
    webhooks: createPartnerWebhooks({
      webhooks,
      checkWebhookUrl: given.checkWebhookUrl,
      audit,
      nowMs,
    }),
    review: createCaptureReview({ store, storage, records: given.records, audit }),
    personalData: createPersonalData({
      store,
      accounts: people,
      storage,
      eraser: given.eraser,
      documents,
      audit,
      nowMs,
    }),
  };
}
