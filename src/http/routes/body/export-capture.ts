import { type Endpoint, endpoint } from '../../endpoint.ts';
import { detailedErrors } from '../../errors/detailed-errors.ts';
import { callerOf } from './account-shapes.ts';
import { captureParams, checkCaptureId, EXAMPLE_CAPTURE_ID } from './capture-shapes.ts';
import { CSV_TYPE, download, lookOf, sheetQuery } from './download-shapes.ts';
import type { PortalDeps } from './portal-deps.ts';

/** A capture as a sheet and as a table; of others' for admins and labelers, and of customers' for their partner. */
export function exportCaptureRoutes({
  exports,
  accountAccess,
}: Pick<PortalDeps, 'exports' | 'accountAccess'>): Endpoint[] {
  const common = {
    method: 'GET' as const,
    tag: 'body captures',
    params: captureParams,
    query: sheetQuery,
    errors: detailedErrors,
    errorStatuses: [401, 404, 409, 422],
    access: accountAccess(),
    examples: [{ params: { id: EXAMPLE_CAPTURE_ID }, query: { skin: 'true' }, status: 404 }],
  };
  return [
    endpoint({
      ...common,
      path: '/api/v1/capture/:id/sheet.pdf',
      summary: 'The measurement sheet of a capture, for a tailor',
      description:
        'One page with the measures as they are now, in centimetres and inches, and how sure they are. Every download is told to the audit trail.',
      responses: { 200: { description: 'The sheet', contentType: 'application/pdf' } },
      async handle(call) {
        const captureId = checkCaptureId(call.params.id);
        const pdf = await exports.sheet(callerOf(call), captureId, lookOf(call.query));
        return download('application/pdf', `measurements-${captureId}.pdf`, pdf);
      },
    }),
    endpoint({
      ...common,
      path: '/api/v1/capture/:id/measurements.csv',
      summary: 'The same as a table of one row',
      responses: {
        200: { description: 'CSV in UTF-8, with a line of column names', contentType: 'text/csv' },
      },
      async handle(call) {
        const captureId = checkCaptureId(call.params.id);
        const table = await exports.table(callerOf(call), captureId, lookOf(call.query));
        return download(CSV_TYPE, `measurements-${captureId}.csv`, table);
      },
    }),
  ];
}
