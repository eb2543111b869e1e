import type { z } from 'zod';
import type { ADJUSTMENT_SOURCES } from '../../protocol/body-captures.ts';
import type { BodyMetric, BodySkin, bodyShapeSchema } from '../../protocol/body-measurement.ts';

/** A value that a person put in place of the measured one. */
export interface SheetEdit {
  readonly by: (typeof ADJUSTMENT_SOURCES)[number];
  readonly approved: boolean;
  /** As it was measured; null where it was not. */
  readonly originalCm: number | null;
}

export interface SheetMetric {
  /** As it is now; null where it is not known. */
  readonly valueCm: number | null;
  /** Nine of ten people are within the measured value ± this. */
  readonly intervalCm: number | null;
  /** 0..1, of the measured value. */
  readonly confidence: number | null;
  /** null: as measured. */
  readonly edit: SheetEdit | null;
}

/** All that a measurement sheet says. Texts of people may be anything; the sheet tidies them. */
export interface MeasurementSheet {
  readonly captureId: string;
  readonly customerName: string | null;
  readonly reference: string | null;
  /** When the pictures came. */
  readonly measuredAtMs: number;
  /** When the sheet was asked for; the file's own date too, so that the same sheet is the same bytes. */
  readonly issuedAtMs: number;
  readonly metrics: Readonly<Record<BodyMetric, SheetMetric>>;
  readonly scale: 'card' | 'stature' | null;
  /** For the tailor, in the order in which they were made. */
  readonly notes: readonly string[];
  /** What to look at before a number is trusted. */
  readonly warnings: readonly string[];
  /** null: not asked for, or not known. */
  readonly skin: BodySkin | null;
  readonly shape: z.infer<typeof bodyShapeSchema> | null;
  readonly models: readonly { readonly name: string; readonly version: string }[];
}
