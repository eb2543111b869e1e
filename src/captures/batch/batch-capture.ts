import type { Account } from '../../protocol/accounts.ts';
import type { BodyCapture } from '../../protocol/body-captures.ts';
import { derivedId } from '../derived-id.ts';
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

/** @param rowNumber from 1 */
export function rowCaptureId(batchId: string, rowNumber: number): string {
  return derivedId(`${batchId} ${rowNumber}`);
}
