import type { PdfDocument, Typesetter } from '../text/typesetter.ts';
import type { Area } from './page-layout.ts';
import type { SheetTexts } from './sheet-texts.ts';
import type { MeasurementSheet } from './types.ts';

const SMALL = { sizePt: 7.5 };
const SCALES = { card: 'Scale from a reference card.', stature: 'Scale from the stated height.' };

/** Where the numbers come from, and what to do before cutting. */
export function drawFooter(
  doc: PdfDocument,
  type: Typesetter,
  { scale }: MeasurementSheet,
  texts: SheetTexts,
  { x, y, width }: Area,
): void {
  doc
    .lineWidth(1)
    .moveTo(x, y)
    .lineTo(x + width, y)
    .stroke('black');
  type.draw('Measured from pictures; check with a tape before cutting.', x, y + 14, {
    sizePt: 10.5,
    bold: true,
  });
  if (scale) type.draw(SCALES[scale], x + width, y + 14, { sizePt: 9 }, 'right');
  const origin = [
    `Capture ${texts.captureId}, ${texts.measured}.`,
    'Nine of ten people are within the ± of a measured value.',
    ...(texts.models === '' ? [] : [`Models: ${texts.models}.`]),
  ].join(' ');
  type.wrap(origin, width, SMALL, 3).forEach((line, index) => {
    type.draw(line, x, y + 26 + 10 * index, SMALL);
  });
}
