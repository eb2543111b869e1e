import { tidyText } from '../text/tidy-text.ts';
import type { MeasurementSheet } from './types.ts';
import { centimetres, dayOf, inches, SHAPE_NAMES } from './words.ts';

const MAX = { name: 160, reference: 80, note: 400, notes: 12, id: 64, model: 40, models: 12 };

/** Every text of a sheet that is not the sheet's own, as it may be printed. */
export interface SheetTexts {
  readonly name: string;
  readonly reference: string;
  readonly issued: string;
  readonly measured: string;
  readonly height: string;
  readonly notes: readonly string[];
  readonly warnings: readonly string[];
  readonly shape: string | null;
  readonly skin: readonly string[];
  readonly captureId: string;
  readonly models: string;
}

export function sheetTexts(sheet: MeasurementSheet): SheetTexts {
  const { skin, shape } = sheet;
  const stature = sheet.metrics.height_cm.valueCm;
  return {
    name: tidyText(sheet.customerName ?? '', MAX.name) || 'Name not given',
    reference: tidyText(sheet.reference ?? '', MAX.reference) || '—',
    issued: `Issued ${dayOf(sheet.issuedAtMs)}`,
    measured: dayOf(sheet.measuredAtMs),
    height: stature === null ? '—' : `${centimetres(stature)} cm  (${inches(stature)} in)`,
    notes: tidied(sheet.notes),
    warnings: tidied(sheet.warnings),
    shape: shape && `${SHAPE_NAMES[shape.type]} (${Math.round(100 * shape.confidence)} % sure)`,
    skin: skin
      ? [
          `Monk ${skin.monk_bucket} of 10, undertone ${skin.undertone}, ITA ${skin.ita.toFixed(0)}°`,
          ...(skin.palette.length > 0
            ? [
                `Colours: ${skin.palette
                  .slice(0, 8)
                  .map(({ hex }) => hex)
                  .join(', ')}`,
              ]
            : []),
        ]
      : [],
    captureId: tidyText(sheet.captureId, MAX.id),
    models: sheet.models
      .slice(0, MAX.models)
      .map(({ name, version }) => tidyText(`${name} ${version}`, MAX.model))
      .join(', '),
  };
}

function tidied(texts: readonly string[]): readonly string[] {
  return texts
    .slice(0, MAX.notes)
    .map((text) => tidyText(text, MAX.note))
    .filter((text) => text !== '');
}
