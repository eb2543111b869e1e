import type { AccountService } from '../../../accounts/types.ts';
import type { PartnerBatches } from '../../../captures/batch/partner-batches.ts';
import type { PartnerWebhooks } from '../../../captures/batch/partner-webhooks.ts';
import type { CaptureExports } from '../../../captures/capture-exports.ts';
import type { CaptureLabels } from '../../../captures/capture-labels.ts';
import type { CaptureReview } from '../../../captures/capture-review.ts';
import type { PersonalData } from '../../../captures/personal-data.ts';
import type { Role } from '../../../protocol/accounts.ts';
import type { LimitedAccessOptions } from '../../access/limited-access.ts';
import type { Access } from '../../endpoint.ts';

/** What partners, admins, labelers, and people who ask for their own data use. */
export interface PortalDeps {
  readonly exports: CaptureExports;
  readonly batches: PartnerBatches;
  readonly webhooks: PartnerWebhooks;
  readonly review: CaptureReview;
  readonly labels: CaptureLabels;
  readonly personalData: PersonalData;
  readonly accounts: Pick<AccountService, 'read' | 'login'>;
  /** Of accounts with one of these roles; of every account without. */
  readonly accountAccess: (roles?: readonly Role[]) => Access;
  /** Counts a batch as a capture that the account begins; rejects with state-unavailable. */
  readonly takeBatch: LimitedAccessOptions['take'];
}
