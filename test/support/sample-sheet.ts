import type { MeasurementSheet, SheetMetric } from '../../src/documents/measurement-sheet.ts';
import { BODY_METRICS, type BodyMetric } from '../../src/protocol/body-measurement.ts';

const VALUES_CM = [172.4, 41.2, 95.6, 75, 99.2, 78.3, 52.1, 36.5, null];

/** A made-up customer: waist edited and waiting, hip edited and approved, sleeve not measured. */
export function sampleSheet(changes: Partial<MeasurementSheet> = {}): MeasurementSheet {
  const metrics = Object.fromEntries(
    BODY_METRICS.map((metric, index) => [
      metric,
      { valueCm: VALUES_CM[index]!, intervalCm: 1.5, confidence: 0.8, edit: null } satisfies SheetMetric,
    ]),
  ) as unknown as Record<BodyMetric, SheetMetric>;
  return {
    captureId: 'capture-1',
    customerName: 'Zoë Ångström',
    reference: 'Order 2291-B',
    measuredAtMs: Date.UTC(2026, 2, 1, 10),
    issuedAtMs: Date.UTC(2026, 2, 3, 9),
    metrics: {
      ...metrics,
      waist_circumference_cm: {
        ...metrics.waist_circumference_cm,
        edit: { by: 'user', approved: false, originalCm: 73.2 },
      },
      hip_circumference_cm: {
        ...metrics.hip_circumference_cm,
        edit: { by: 'tailor', approved: true, originalCm: 101 },
      },
    },
    scale: 'card',
    notes: ['customer: Measured with tape at home'],
    warnings: [],
    skin: null,
    shape: null,
    models: [{ name: 'body-regressors', version: '1.0.0' }],
    ...changes,
  };
}
