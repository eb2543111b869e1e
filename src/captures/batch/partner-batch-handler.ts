import { z } from 'zod';
import type { JobContext, JobHandler, JobOutcome } from '../../jobs/types.ts';
import type { Account } from '../../protocol/accounts.ts';
import type { BodyCapture, RecordTable } from '../../protocol/body-captures.ts';
import { FramegateError } from '../../protocol/framegate-error.ts';
import type { JobRequest } from '../../protocol/jobs.ts';
import { MAX_BATCH_ERRORS, type PartnerBatch } from '../../protocol/partner-batches.ts';
import { writeCaptureRows } from '../capture-rows.ts';
import type { AccountReader, CaptureStore } from '../types.ts';
import { batchCapture } from './batch-capture.ts';
import { BATCH_FORMATS, type BatchEntry, batchEntries, hasDecimalComma } from './batch-file.ts';
import type { BatchStore } from './batch-ports.ts';
import { type BatchProblem, type BatchRow, batchRow } from './batch-row.ts';

/** Parameters of a job of kind `partner-batch`. Its one part is the file; the batch has the job's id. */
const batchJobParamsSchema = z.object({ format: z.enum(BATCH_FORMATS), rows: z.number().int() });
export const BATCH_PART = 'batch';

export interface PartnerBatchHandlerDeps {
  readonly batches: BatchStore;
  readonly captures: Pick<CaptureStore, 'create' | 'read' | 'remove'>;
  readonly accounts: AccountReader;
  /** Resolves when the row is durable: the batch goes no faster than history takes it. */
  readonly records: {
    put(table: RecordTable, recordId: string, row: Readonly<Record<string, unknown>>): Promise<void>;
  };
}

/** Rows between two looks at whether the batch may go on; their captures are kept at once. */
const ROWS_PER_STEP = 100;

/**
 * Turns the rows of a partner's file into captures, step by step. A second run goes on where the first one was kept, and
 * finds what lies beyond as it left it: a row's capture has one id. Of a partner that is removed meanwhile nothing stays.
 */
export function createPartnerBatchHandler(deps: PartnerBatchHandlerDeps): JobHandler {
  const { batches, captures, accounts, records } = deps;

  async function run(
    request: JobRequest,
    parts: ReadonlyMap<string, Uint8Array>,
    context: JobContext,
  ): Promise<JobOutcome> {
    const { format, rows } = batchJobParamsSchema.parse(request.params);
    const { jobId: batchId, owner: partnerId } = request;
    if (partnerId === null) throw new FramegateError('request-invalid', 'the batch is nobody’s');
    let settledRows = (await batches.read(batchId))?.done ?? 0;
    const text = new TextDecoder().decode(parts.get(BATCH_PART));
    const rules = { decimalComma: hasDecimalComma({ format, text }), nowMs: request.submittedAtMs };
    let batch: PartnerBatch = {
      batchId,
      partnerId,
      createdAtMs: request.submittedAtMs,
      rows,
      done: 0,
      accepted: 0,
      rejected: 0,
      errors: [],
      errorsTruncated: false,
    };
    const references = new Set<string>();
    let step: { readonly rowNumber: number; readonly row: BatchRow }[] = [];
    for (const entry of batchEntries({ format, text })) {
      const read = readRow(entry, rules, references);
      batch = counted(batch, 'problems' in read ? read.problems : null);
      if ('row' in read) step.push({ rowNumber: batch.done, row: read.row });
      if (batch.done % ROWS_PER_STEP !== 0 && batch.done < rows) continue;
      if (batch.done > settledRows) await settle(batch, step, context);
      settledRows = Math.max(settledRows, batch.done);
      step = [];
    }
    const { accepted, rejected } = batch;
    return { result: { batch_id: batchId, rows: batch.done, accepted, rejected }, measurements: [] };
  }

  async function settle(
    batch: PartnerBatch,
    step: readonly { readonly rowNumber: number; readonly row: BatchRow }[],
    { signal, progress }: JobContext,
  ): Promise<void> {
    signal.throwIfAborted();
    const partner = await partnerOf(batch.partnerId);
    const place = { batchId: batch.batchId, nowMs: batch.createdAtMs };
    const made = step.map(({ rowNumber, row }) => batchCapture(row, partner, { ...place, rowNumber }));
    await Promise.all(made.map(keep));
    try {
      await partnerOf(batch.partnerId);
    } catch (thrown) {
      // What an erasure did not see any more.
      for (const { captureId } of made) await captures.remove(captureId);
      throw thrown;
    }
    await batches.keep(batch);
    progress(batch.done / Math.max(1, batch.rows));
  }

  async function partnerOf(partnerId: string): Promise<Account> {
    const partner = await accounts.read(partnerId);
    if (partner !== null) return partner;
    throw new FramegateError('not-found', 'the account of this batch is gone: nothing of it is kept');
  }

  async function keep(capture: BodyCapture): Promise<void> {
    const isNew = await captures.create(capture);
    const first = isNew ? capture : await captures.read(capture.captureId);
    // Changed by somebody since, with rows of its own; or removed.
    if (first === null || first.revision !== capture.revision) return;
    const puts: Promise<void>[] = [];
    writeCaptureRows(
      { write: (table, recordId, row) => void puts.push(records.put(table, recordId, row)) },
      null,
      first,
    );
    await Promise.all(puts);
  }

  return { kind: 'partner-batch', version: '1.0.0', modelsOf: () => [], run };
}

function readRow(
  entry: BatchEntry,
  rules: Parameters<typeof batchRow>[1],
  references: Set<string>,
): ReturnType<typeof batchRow> {
  if ('problem' in entry) return { problems: [entry.problem] };
  const read = batchRow(entry.cells, rules);
  if ('problems' in read) return read;
  const { reference } = read.row;
  if (references.has(reference)) {
    const message = 'an earlier row has this reference';
    return { problems: [{ column: 'reference', code: 'reference-doubled', message }] };
  }
  references.add(reference);
  return read;
}

/** With one more row, and what is wrong with it; null where nothing is. */
function counted(batch: PartnerBatch, problems: readonly BatchProblem[] | null): PartnerBatch {
  const done = batch.done + 1;
  if (problems === null) return { ...batch, done, accepted: batch.accepted + 1 };
  const room = MAX_BATCH_ERRORS - batch.errors.length;
  const told = problems.slice(0, room).map((one) => ({ row: done, ...one }));
  return {
    ...batch,
    done,
    rejected: batch.rejected + 1,
    errors: told.length === 0 ? batch.errors : [...batch.errors, ...told],
    errorsTruncated: batch.errorsTruncated || problems.length > room,
  };
}
