import { BODY_METRICS, type BodyMetric } from '../../protocol/body-measurement.ts';
import type { PdfDocument, Typesetter } from '../text/typesetter.ts';
import { drawNumber } from './draw-number.ts';
import type { Area } from './page-layout.ts';
import type { MeasurementSheet } from './types.ts';
import { centimetres, confidenceWord, EDITORS, inches, METRIC_NAMES, METRIC_PLACES } from './words.ts';

const HEADER_HEIGHT = 24;
/** Right edges of the numbers, left edges of the words, from the table's left. */
const COLUMN = { number: 10, name: 26, cm: 192, inch: 240, interval: 284, confidence: 300, mark: 356 };

/** All metrics, numbered as in the figure; numbers end at the same place, so that their points stand below each other. */
export function drawTable(doc: PdfDocument, type: Typesetter, sheet: MeasurementSheet, area: Area): void {
  const { x, y, width, height } = area;
  const head = { sizePt: 9, bold: true };
  const baseline = y + HEADER_HEIGHT - 8;
  type.draw('Measure', x + COLUMN.name, baseline, head);
  type.draw('cm', x + COLUMN.cm, baseline, head, 'right');
  type.draw('inch', x + COLUMN.inch, baseline, head, 'right');
  type.draw('± cm', x + COLUMN.interval, baseline, head, 'right');
  type.draw('Confidence', x + COLUMN.confidence, baseline, head);
  type.draw('Marks', x + COLUMN.mark, baseline, head);

  const rowHeight = (height - HEADER_HEIGHT) / BODY_METRICS.length;
  BODY_METRICS.forEach((metric, index) => {
    const top = y + HEADER_HEIGHT + index * rowHeight;
    doc
      .lineWidth(index === 0 ? 1 : 0.4)
      .moveTo(x, top)
      .lineTo(x + width, top)
      .stroke('black');
    drawRow(doc, type, sheet, metric, { x, y: top, width, height: rowHeight });
  });
  doc
    .lineWidth(1)
    .moveTo(x, y + height)
    .lineTo(x + width, y + height)
    .stroke('black');
}

function drawRow(
  doc: PdfDocument,
  type: Typesetter,
  sheet: MeasurementSheet,
  metric: BodyMetric,
  { x, y, height }: Area,
): void {
  const { valueCm, intervalCm, confidence, edit } = sheet.metrics[metric];
  const middle = y + height / 2 + 5;
  drawNumber(doc, type, BODY_METRICS.indexOf(metric) + 1, x + COLUMN.number, y + height / 2);
  type.draw(METRIC_NAMES[metric], x + COLUMN.name, y + height / 2 + 1, { sizePt: 11.5, bold: true });
  type.draw(METRIC_PLACES[metric], x + COLUMN.name, y + height / 2 + 10, { sizePt: 7.5, color: '#444444' });
  type.draw(centimetres(valueCm), x + COLUMN.cm, middle, { sizePt: 14, bold: true }, 'right');
  type.draw(inches(valueCm), x + COLUMN.inch, middle, { sizePt: 12 }, 'right');
  if (valueCm === null) {
    type.draw('not measured', x + COLUMN.mark, middle, { sizePt: 9 });
    return;
  }
  // How sure the pictures were says nothing of a number that a person wrote.
  if (!edit) {
    type.draw(centimetres(intervalCm), x + COLUMN.interval, middle, { sizePt: 11 }, 'right');
    if (confidence !== null) {
      type.draw(confidenceWord(confidence), x + COLUMN.confidence, middle, { sizePt: 10 });
    }
    return;
  }
  const state = edit.approved ? 'approved' : 'not approved';
  const mark = { sizePt: 8.5, bold: true };
  type.draw(`edited by ${EDITORS[edit.by]}, ${state}`, x + COLUMN.mark, y + height / 2 + 1, mark);
  const interval = intervalCm === null ? '' : ` ± ${centimetres(intervalCm)}`;
  const original =
    edit.originalCm === null ? 'was not measured' : `measured ${centimetres(edit.originalCm)}${interval} cm`;
  type.draw(original, x + COLUMN.mark, y + height / 2 + 10, { sizePt: 8 });
}
