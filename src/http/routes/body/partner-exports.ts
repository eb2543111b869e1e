import { z } from 'zod';
import { BODY_CAPTURE_STATUSES, type BodyCapture } from '../../../protocol/body-captures.ts';
import { type Endpoint, endpoint } from '../../endpoint.ts';
import { detailedErrors } from '../../errors/detailed-errors.ts';
import { integerParameter } from '../../parameters.ts';
import { jsonReply } from '../../route.ts';
import { callerOf, EXAMPLE_USER_ID } from './account-shapes.ts';
import { checkCaptureId, NO_STORE } from './capture-shapes.ts';
import { CSV_TYPE, download, lookOf, sheetQuery } from './download-shapes.ts';
import type { PortalDeps } from './portal-deps.ts';

/** Of one answer. A sheet costs tens of milliseconds of this process, a row of a table next to nothing. */
const MOST = { zip: 1000, csv: 10_000, json: 100 };

const listedSchema = z.object({
  capture_id: z.string(),
  customer_name: z.string(),
  reference: z.string(),
  status: z.enum(BODY_CAPTURE_STATUSES),
  created_at: z.iso.datetime(),
  links: z.object({ sheet: z.string(), table: z.string() }),
});

/** `GET /api/v1/partner/{id}/exports`. */
export function partnerExportsRoutes({
  exports,
  accountAccess,
}: Pick<PortalDeps, 'exports' | 'accountAccess'>): Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/partner/:id/exports',
      summary: 'Measurement sheets of a partner’s customers',
      description:
        'A ZIP with a PDF per customer (`format=zip`, the default), one table (`csv`), or a page of links (`json`, at most 100). With `capture_id` one PDF. The newest come first: at most 1,000 sheets, or 10,000 rows; older ones with `before`. A partner has its own id; admins ask for anybody’s. Every capture that is downloaded is told to the audit trail.',
      tag: 'partners',
      params: z.object({ id: z.string().max(64) }),
      query: sheetQuery.extend({
        format: z.enum(['zip', 'csv', 'json']).optional(),
        capture_id: z.string().max(64).optional(),
        limit: integerParameter({ min: 1, max: MOST.csv }).optional(),
        before: integerParameter({ min: 0, max: Number.MAX_SAFE_INTEGER })
          .optional()
          .describe('Milliseconds since 1970; `next_before` of the page before'),
      }),
      responses: {
        200: {
          description: 'A ZIP, a CSV table, a PDF, or this page of links',
          schema: z.object({
            captures: z.array(listedSchema),
            next_before: z.number().int().nullable(),
          }),
        },
      },
      errors: detailedErrors,
      errorStatuses: [401, 403, 404, 409, 422],
      access: accountAccess(['partner', 'admin']),
      examples: [{ params: { id: EXAMPLE_USER_ID }, query: { format: 'json' }, status: 404 }],
      async handle(call) {
        const caller = callerOf(call);
        const { id } = call.params;
        const { format = 'zip', capture_id, before } = call.query;
        const look = lookOf(call.query);
        if (capture_id !== undefined) {
          const captureId = checkCaptureId(capture_id);
          const pdf = await exports.sheet(caller, captureId, look, id);
          return download('application/pdf', `measurements-${captureId}.pdf`, pdf);
        }
        const page = {
          limit: Math.min(call.query.limit ?? MOST[format], MOST[format]),
          ...(before !== undefined && { beforeMs: before }),
        };
        if (format === 'csv')
          return download(CSV_TYPE, 'measurements.csv', await exports.partnerTable(caller, id, page, look));
        if (format === 'zip') {
          const zip = await exports.partnerZip(caller, id, page, look);
          return download('application/zip', 'measurements.zip', zip);
        }
        const { captures, nextBeforeMs } = await exports.partnerPage(caller, id, page);
        return jsonReply(200, { captures: captures.map(listed), next_before: nextBeforeMs }, NO_STORE);
      },
    }),
  ];
}

function listed({ captureId, partner, status, createdAtMs }: BodyCapture): z.infer<typeof listedSchema> {
  const path = `/api/v1/capture/${captureId}`;
  return {
    capture_id: captureId,
    customer_name: partner?.customerName ?? '',
    reference: partner?.reference ?? '',
    status,
    created_at: new Date(createdAtMs).toISOString(),
    links: { sheet: `${path}/sheet.pdf`, table: `${path}/measurements.csv` },
  };
}
