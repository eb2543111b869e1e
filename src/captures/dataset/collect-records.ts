import type { BodyCapture } from '../../protocol/body-captures.ts';
import type { BodyViewEvidence, Stated } from '../../protocol/body-measurement.ts';
import type { DatasetRecord } from '../../protocol/training-dataset.ts';
import { capturePages } from '../capture-pages.ts';
import type { AccountReader, CaptureStore, EvidenceStore } from '../types.ts';
import { datasetRecord } from './dataset-record.ts';
import type { Pseudonyms } from './pseudonyms.ts';

export interface CollectDeps {
  readonly store: Pick<CaptureStore, 'listAll' | 'read'>;
  readonly accounts: AccountReader;
  readonly evidence: Pick<EvidenceStore, 'all'>;
  readonly pseudonyms: Pseudonyms;
  /** What the regressors would be given, millimetres by name; null where the evidence gives none. */
  readonly inputsOf: (
    evidence: readonly BodyViewEvidence[],
    stated: Stated,
  ) => Readonly<Record<string, number>> | null;
}

export interface CollectedRecord {
  readonly capture: BodyCapture;
  readonly record: DatasetRecord;
}

/** Captures that may train, as their owners' accounts are now, with what was approved of them. */
export async function* collectRecords(
  deps: CollectDeps,
  sinceMs: number | null,
): AsyncGenerator<CollectedRecord> {
  for await (const capture of capturePages((page) => deps.store.listAll(page))) {
    if (sinceMs !== null && capture.createdAtMs < sinceMs) return;
    const owner = await deps.accounts.read(capture.userId);
    if (owner?.consent.training !== true) continue;
    const evidence = await deps.evidence.all(capture.captureId);
    const inputs = deps.inputsOf(evidence, capture.stated);
    const record = datasetRecord(capture, { evidence, inputs, pseudonyms: deps.pseudonyms });
    if (record !== null) yield { capture, record };
  }
}
