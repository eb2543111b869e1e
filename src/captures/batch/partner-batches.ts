import type { JobDesk } from '../../jobs/types.ts';
import type { Caller } from '../../protocol/accounts.ts';
import { FramegateError } from '../../protocol/framegate-error.ts';
import type { Correlation, JobState, JobStatus } from '../../protocol/jobs.ts';
import { MAX_BATCH_BYTES, type PartnerBatch } from '../../protocol/partner-batches.ts';
import { type BatchFile, countBatchRows } from './batch-file.ts';
import type { BatchStore, PartnerWebhookStore } from './batch-ports.ts';
import { BATCH_PART } from './partner-batch-handler.ts';

export const BATCH_STATUSES = ['queued', 'processing', 'done', 'failed'] as const;
export type BatchStatus = (typeof BATCH_STATUSES)[number];

export interface BatchProgress {
  readonly batch: PartnerBatch;
  readonly status: BatchStatus;
  /** Of a batch that has failed; what was accepted until then stays. */
  readonly error: JobStatus['error'];
}

export interface PartnerBatches {
  /**
   * Resolves when the batch is durable; a worker goes through it. The same Idempotency-Key with the same file gives the
   * first batch. Rejects with request-invalid, payload-too-large, and as JobDesk.submit.
   */
  submit(
    caller: Caller,
    given: {
      readonly file: BatchFile;
      readonly correlation: Correlation;
      readonly idempotencyKey: string | null;
    },
  ): Promise<BatchProgress>;
  /** Rejects with not-found for what is not there (any more) and for another partner's. */
  read(caller: Caller, batchId: string): Promise<BatchProgress>;
}

export interface PartnerBatchesDeps {
  readonly batches: BatchStore;
  readonly webhooks: Pick<PartnerWebhookStore, 'read'>;
  readonly jobs: Pick<JobDesk, 'submit' | 'status'>;
  readonly nowMs: () => number;
  readonly newId: () => string;
}

const STATUSES: Readonly<Record<JobState, BatchStatus>> = {
  pending: 'queued',
  processing: 'processing',
  retrying: 'processing',
  completed: 'done',
  failed: 'failed',
  cancelled: 'failed',
};

/** Where partners hand in many customers' measures and ask how far they are. */
export function createPartnerBatches(deps: PartnerBatchesDeps): PartnerBatches {
  const { batches, webhooks, jobs } = deps;

  async function read({ userId, role }: Caller, batchId: string): Promise<BatchProgress> {
    const batch = await batches.read(batchId);
    if (batch === null || (batch.partnerId !== userId && role !== 'admin')) {
      throw new FramegateError('not-found', 'no batch of this id');
    }
    return progressOf(batch, await jobs.status(batchId, batch.partnerId));
  }

  return {
    async submit(caller, { file, correlation, idempotencyKey }) {
      const data = new TextEncoder().encode(file.text);
      if (data.byteLength > MAX_BATCH_BYTES) {
        throw new FramegateError('payload-too-large', `a batch has at most ${MAX_BATCH_BYTES} bytes`);
      }
      const batch: PartnerBatch = {
        batchId: deps.newId(),
        partnerId: caller.userId,
        createdAtMs: deps.nowMs(),
        rows: countBatchRows(file),
        done: 0,
        accepted: 0,
        rejected: 0,
        errors: [],
        errorsTruncated: false,
      };
      const { batchId } = batch;
      // Before the job: a worker may have it at once, and tells here how far it is.
      await batches.keep(batch);
      try {
        const { status, isRepeat } = await jobs.submit({
          kind: 'partner-batch',
          owner: caller.userId,
          correlation,
          params: { format: file.format, rows: batch.rows },
          parts: [{ name: BATCH_PART, contentType: 'text/plain; charset=utf-8', data }],
          subjectId: batchId,
          webhookUrl: (await webhooks.read(caller.userId))?.url ?? null,
          webhookChecked: true,
          idempotencyKey,
          jobId: batchId,
        });
        if (!isRepeat) return progressOf(batch, status);
        await batches.remove(batchId);
        return await read(caller, status.jobId);
      } catch (thrown) {
        await batches.remove(batchId).catch(() => {});
        throw thrown;
      }
    },
    read,
  };
}

/** A job that is not known any more has ended long ago; of one that came to its end every row is done. */
function progressOf(batch: PartnerBatch, job: JobStatus | null): BatchProgress {
  const isDone = batch.done === batch.rows;
  if (job === null) {
    const error = { code: 'job-lost', message: 'nobody works on this batch any more; hand it in again' };
    return isDone ? { batch, status: 'done', error: null } : { batch, status: 'failed', error };
  }
  const status = STATUSES[job.state];
  return { batch, status, error: status === 'failed' ? job.error : null };
}
