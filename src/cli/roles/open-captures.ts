import { randomBytes, randomUUID } from 'node:crypto';
import { createCaptureBook } from '../../captures/create-capture-book.ts';
import { type CaptureDesk, createCaptureDesk } from '../../captures/create-capture-desk.ts';
import type { Eraser } from '../../captures/erase.ts';
import type { PictureRetention } from '../../captures/picture-retention.ts';
import { createStoredEvidence } from '../../captures/stored-evidence.ts';
import type { AccountReader, CaptureBook, EvidenceStore, RecordLog } from '../../captures/types.ts';
import type { Config } from '../../config/parse-config.ts';
import type { JobDesk } from '../../jobs/types.ts';
import type { Audit } from '../../protocol/audit.ts';
import type { RedisState } from '../../state/create-redis-state.ts';
import type { ObjectStorage } from '../../storage/types.ts';
import { BODY_POINT } from '../../vision/body-points.ts';
import { withoutMetadata } from '../../vision/without-metadata.ts';

const TICKET_BYTES = 32;

interface Given {
  readonly redis: { readonly captures: RedisState['captures']; readonly accounts: AccountReader };
  readonly storage: ObjectStorage;
  readonly records: RecordLog;
}

type DeskGiven = Given & {
  readonly jobs: JobDesk;
  readonly audit: Audit;
  readonly eraser: Pick<Eraser, 'eraseCapture'>;
  readonly nowMs?: () => number;
};

/** What routes use of body captures. */
export function openCaptureDesk(
  config: Pick<Config, 'captures'>,
  { redis, storage, records, jobs, audit, eraser, nowMs = Date.now }: DeskGiven,
): CaptureDesk {
  return createCaptureDesk({
    store: redis.captures,
    accounts: redis.accounts,
    evidence: createStoredEvidence(storage),
    storage,
    erase: (captureId) => eraser.eraseCapture(captureId),
    jobs,
    records,
    audit,
    retention: retentionOf(config),
    pointNames: new Set(Object.keys(BODY_POINT)),
    nowMs,
    newId: randomUUID,
    newTicket: () => randomBytes(TICKET_BYTES).toString('base64url'),
  });
}

/** What a worker uses of them. */
export function openCaptureBook(
  config: Pick<Config, 'captures'>,
  { redis, storage, records }: Given,
): { readonly book: CaptureBook; readonly evidence: EvidenceStore } {
  const evidence = createStoredEvidence(storage);
  const book = createCaptureBook({
    store: redis.captures,
    accounts: redis.accounts,
    evidence,
    storage,
    records,
    retention: retentionOf(config),
    withoutMetadata,
    nowMs: Date.now,
    newId: randomUUID,
  });
  return { book, evidence };
}

function retentionOf({ captures }: Pick<Config, 'captures'>): PictureRetention {
  return { policy: captures.rawRetention, days: captures.rawRetentionDays };
}
