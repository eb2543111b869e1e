import type { PdfDocument, Typesetter } from '../text/typesetter.ts';

/** Points. */
export const NUMBER_RADIUS = 7;

/** A measure's number in a circle, as in the table and in the figure. `x`, `y`: the circle's middle, points. */
export function drawNumber(doc: PdfDocument, type: Typesetter, number: number, x: number, y: number): void {
  doc.lineWidth(0.8).circle(x, y, NUMBER_RADIUS).fillAndStroke('white', 'black');
  type.draw(String(number), x, y + 3.2, { sizePt: 9, bold: true }, 'centre');
}
