import { z } from 'zod';
import { BATCH_STATUSES, type BatchProgress } from '../../../captures/batch/partner-batches.ts';
import { FramegateError } from '../../../protocol/framegate-error.ts';
import { batchErrorSchema, MAX_BATCH_BYTES, MAX_BATCH_ROWS } from '../../../protocol/partner-batches.ts';
import { createLimitedAccess } from '../../access/limited-access.ts';
import { type Endpoint, endpoint } from '../../endpoint.ts';
import { detailedErrors } from '../../errors/detailed-errors.ts';
import { jsonReply } from '../../route.ts';
import { callerOf } from './account-shapes.ts';
import { EXAMPLE_CAPTURE_ID, NO_STORE } from './capture-shapes.ts';
import type { PortalDeps } from './portal-deps.ts';

const EXAMPLE_CSV = `customer_name;reference;measured_at;chest_cm;waist_cm;hip_cm;notes
Ann Example;A-100;2026-01-31;95,6;75;99,2;Measured over a shirt
`;

const count = z.number().int().nonnegative();
const takenSchema = z.object({
  batch_id: z.string(),
  status: z.enum(BATCH_STATUSES),
  rows: count,
  links: z.object({ status: z.string() }),
});
const progressSchema = takenSchema.omit({ links: true }).extend({
  done: count.describe('Rows looked at'),
  accepted: count,
  rejected: count,
  errors: z.array(batchErrorSchema).describe('What is wrong with rejected rows; rows count from 1'),
  errors_truncated: z.boolean().describe('Whether there are more than 1,000'),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});

type BatchBody = string | { rows: unknown[] };

/** Measures of many customers at once. */
export function partnerBatchRoutes({
  batches,
  accountAccess,
  takeBatch,
}: Pick<PortalDeps, 'batches' | 'accountAccess' | 'takeBatch'>): Endpoint[] {
  return [
    endpoint<unknown, unknown, BatchBody>({
      method: 'POST',
      path: '/api/v1/partner/upload-batch',
      summary: 'Hand in the measures of many customers',
      description: `CSV, or JSON \`{"rows": [{…}]}\`, with at most ${MAX_BATCH_ROWS} rows and ${MAX_BATCH_BYTES} bytes. Columns: \`customer_name\`, \`reference\` (of each customer once), \`measured_at\`, \`notes\`, and measures in centimetres by their names or short ones (\`waist_cm\`). CSV is UTF-8, divided by \`,\` or \`;\`; with \`;\` decimals may have a comma. A worker makes a capture of each good row; a broken row stops nothing, and is told with the batch. The same Idempotency-Key with the same rows gives the first batch within a day.`,
      tag: 'partners',
      body: {
        type: 'json-or-text',
        json: {
          type: 'json',
          schema: z.strictObject({ rows: z.array(z.unknown()).min(1) }),
          maxBytes: MAX_BATCH_BYTES,
        },
        text: { type: 'text', mediaType: 'text/csv', schema: z.string(), maxBytes: MAX_BATCH_BYTES },
      },
      responses: {
        202: {
          description: 'It waits for a worker',
          schema: takenSchema,
          example: {
            batch_id: EXAMPLE_CAPTURE_ID,
            status: 'queued',
            rows: 1,
            links: { status: `/api/v1/partner/batches/${EXAMPLE_CAPTURE_ID}` },
          },
        },
      },
      errors: detailedErrors,
      errorStatuses: [401, 403, 408, 409, 413, 415, 422, 429],
      access: createLimitedAccess({ access: accountAccess(['partner']), take: takeBatch }),
      examples: [
        { text: EXAMPLE_CSV, status: 202 },
        {
          json: { rows: [{ customer_name: 'Ann Example', reference: 'A-100', waist_cm: 75 }] },
          status: 202,
        },
      ],
      async handle(call) {
        const { body, headers, correlation } = call;
        const key = headers['idempotency-key'];
        const progress = await batches.submit(callerOf(call), {
          file:
            typeof body === 'string'
              ? { format: 'csv', text: body }
              : { format: 'json-lines', text: body.rows.map((row) => JSON.stringify(row)).join('\n') },
          correlation,
          idempotencyKey: key === '' ? null : key,
        });
        const { batchId, rows } = progress.batch;
        const links = { status: `/api/v1/partner/batches/${batchId}` };
        return jsonReply(202, { batch_id: batchId, status: progress.status, rows, links }, NO_STORE);
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/partner/batches/:id',
      summary: 'How far a batch is, and what is wrong with its rows',
      tag: 'partners',
      params: z.object({ id: z.string().max(64) }),
      responses: {
        200: {
          description: 'The batch',
          schema: progressSchema,
          example: {
            batch_id: EXAMPLE_CAPTURE_ID,
            status: 'done',
            rows: 2,
            done: 2,
            accepted: 1,
            rejected: 1,
            errors: [
              {
                row: 2,
                column: 'waist_circumference_cm',
                code: 'out-of-range',
                message: '7.5 is not within 40 to 200 cm',
              },
            ],
            errors_truncated: false,
          },
        },
      },
      errors: detailedErrors,
      errorStatuses: [401, 403, 404],
      access: accountAccess(['partner', 'admin']),
      examples: [{ params: { id: EXAMPLE_CAPTURE_ID }, status: 404 }],
      async handle(call) {
        return jsonReply(
          200,
          bodyOf(await batches.read(callerOf(call), checkedId(call.params.id))),
          NO_STORE,
        );
      },
    }),
  ];
}

function checkedId(id: string): string {
  if (!/^[0-9a-f-]{36}$/.test(id)) throw new FramegateError('not-found', 'no batch of this id');
  return id;
}

function bodyOf({ batch, status, error }: BatchProgress): z.infer<typeof progressSchema> {
  const { batchId, rows, done, accepted, rejected, errors, errorsTruncated } = batch;
  return {
    batch_id: batchId,
    status,
    rows,
    done,
    accepted,
    rejected,
    errors: [...errors],
    errors_truncated: errorsTruncated,
    ...(error !== null && { error }),
  };
}
