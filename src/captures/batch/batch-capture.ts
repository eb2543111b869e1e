import { createHash } from 'node:crypto';
import type { Account } from '../../protocol/accounts.ts';
import type { BodyCapture } from '../../protocol/body-captures.ts';
import { givenMeasurement, MAX_GIVEN_CONFIDENCE } from '../given-measurement.ts';
import { measured } from '../measured-capture.ts';
import { emptyCapture } from '../new-capture.ts';
import type { BatchRow } from './batch-row.ts';

export interface BatchPlace {
  readonly batchId: string;
  /** From 1. */
  readonly rowNumber: number;
  readonly nowMs: number;
}

/** The capture of a customer, which belongs to the partner. The same place gives the same id. Pure. */
export function batchCapture(
  { customerName, reference, measuredAtMs, metrics, notes }: BatchRow,
  partner: Pick<Account, 'userId' | 'consent'>,
  { batchId, rowNumber, nowMs }: BatchPlace,
): BodyCapture {
  const measurement = givenMeasurement({
    metrics,
    skin: null,
    shape: null,
    lightingOk: false,
    cardDetected: false,
    overallConfidence: MAX_GIVEN_CONFIDENCE,
    models: [],
  });
  const empty = emptyCapture({
    captureId: rowCaptureId(batchId, rowNumber),
    userId: partner.userId,
    // Days have no time: pages of captures need them apart.
    nowMs: (measuredAtMs ?? nowMs) + (rowNumber % 1000),
    storeImages: false,
    consent: partner.consent,
    source: 'partner',
    stated: { heightCm: metrics.height_cm ?? null, sex: null },
    partner: { partnerId: partner.userId, customerName, reference },
  });
  const note = { code: 'partner-note', metric: null, message: notes ?? '' };
  const flags = [
    { code: 'partner-measured', metric: null, message: 'measured by the partner; no picture was seen' },
    ...(notes === null ? [] : [note]),
  ];
  return measured(empty, { ...measurement, flags }, null, nowMs) ?? empty;
}

/** The form of a UUID whose bits are the application's own (RFC 9562, version 8). */
export function rowCaptureId(batchId: string, rowNumber: number): string {
  const hex = createHash('sha256').update(`${batchId} ${rowNumber}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
