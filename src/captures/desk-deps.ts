import type { JobDesk } from '../jobs/types.ts';
import type { Account, Caller } from '../protocol/accounts.ts';
import type { Audit, AuditAction } from '../protocol/audit.ts';
import type { BodyCapture } from '../protocol/body-captures.ts';
import { FramegateError } from '../protocol/framegate-error.ts';
import type { ObjectStorage } from '../storage/types.ts';
import { ownsCapture } from './capture-rights.ts';
import type { PictureRetention } from './picture-retention.ts';
import type { AccountReader, CaptureStore, EvidenceStore, RecordLog } from './types.ts';

/** What the desk of captures works with. */
export interface CaptureDeskDeps {
  readonly store: CaptureStore;
  readonly jobs: Pick<JobDesk, 'submit' | 'status'>;
  readonly accounts: AccountReader;
  readonly evidence: Pick<EvidenceStore, 'all'>;
  readonly storage: Pick<ObjectStorage, 'remove'>;
  /** Removes the capture wherever it is; see Eraser. */
  readonly erase: (captureId: string) => Promise<void>;
  readonly records: RecordLog;
  readonly audit: Audit;
  readonly retention: PictureRetention;
  /** Names of the key points that may be corrected, in the order in which evidence has them. */
  readonly pointNames: ReadonlySet<string>;
  readonly nowMs: () => number;
  readonly newId: () => string;
  /** 256 random bits as text. */
  readonly newTicket: () => string;
}

/** Throws token-invalid where the account of a good token is gone. */
export async function accountOf({ accounts }: CaptureDeskDeps, { userId }: Caller): Promise<Account> {
  const account = await accounts.read(userId);
  if (account === null) throw new FramegateError('token-invalid', 'the account of this token is gone');
  return account;
}

/** Tells of what people did with captures of others. */
export function auditOthers(
  { audit }: CaptureDeskDeps,
  caller: Caller,
  capture: BodyCapture,
  action: AuditAction,
  metadata: Readonly<Record<string, unknown>> = {},
): void {
  if (ownsCapture(caller, capture)) return;
  audit.record({
    actorId: caller.userId,
    action,
    resourceType: 'capture',
    resourceId: capture.captureId,
    metadata: { role: caller.role, ...metadata },
  });
}
