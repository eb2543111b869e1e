import type { PdfDocument, Typesetter } from '../text/typesetter.ts';
import { drawNumber, NUMBER_RADIUS } from './draw-number.ts';
import {
  type FigureLine,
  type FigurePoint,
  FRONT_HEAD,
  FRONT_LINES,
  FRONT_OUTLINE,
  SIDE_HEAD,
  SIDE_LINES,
  SIDE_OUTLINE,
} from './figure-shapes.ts';
import type { Area } from './page-layout.ts';

/** Of both figures beside each other, in parts of the stature. */
const TOTAL_WIDTH = 0.97;
const FRONT_MIDDLE = 0.32;
const SIDE_MIDDLE = 0.775;
const TITLE_HEIGHT = 26;
const SKIN = '#f2f2f2';
const EDGE = '#555555';

interface View {
  readonly title: string;
  readonly middle: number;
  readonly outline: readonly FigurePoint[];
  readonly head: typeof FRONT_HEAD;
  readonly lines: readonly FigureLine[];
}
const VIEWS: readonly View[] = [
  { title: 'Front', middle: FRONT_MIDDLE, outline: FRONT_OUTLINE, head: FRONT_HEAD, lines: FRONT_LINES },
  { title: 'Side', middle: SIDE_MIDDLE, outline: SIDE_OUTLINE, head: SIDE_HEAD, lines: SIDE_LINES },
];

/** A person from the front and from the side, with a numbered line where each metric is taken. */
export function drawFigure(doc: PdfDocument, type: Typesetter, { x, y, width, height }: Area): void {
  const scale = Math.min((height - TITLE_HEIGHT - 4) / 1.01, width / TOTAL_WIDTH);
  for (const { title, middle, outline, head, lines } of VIEWS) {
    const left = x + middle * scale;
    const top = y + TITLE_HEIGHT;
    const place = ([px, py]: FigurePoint): FigurePoint => [left + px * scale, top + py * scale];
    type.draw(title, left, y + 12, { sizePt: 10, bold: true }, 'centre');
    doc.lineWidth(0.9);
    smoothClosed(doc, outline.map(place));
    doc.fillAndStroke(SKIN, EDGE);
    doc.ellipse(...place(head.middle), head.radiusX * scale, head.radiusY * scale).fillAndStroke(SKIN, EDGE);
    for (const line of lines) drawLine(doc, type, line, place);
  }
}

function drawLine(
  doc: PdfDocument,
  type: Typesetter,
  { number, points, label, ticks, leader }: FigureLine,
  place: (point: FigurePoint) => FigurePoint,
): void {
  const [first, ...others] = points.map(place);
  const last = others.at(-1)!;
  const [labelX, labelY] = place(label);
  if (leader) {
    doc
      .lineWidth(0.4)
      .moveTo(...last)
      .lineTo(labelX - NUMBER_RADIUS, labelY)
      .stroke('black');
  }
  doc.lineWidth(1.3).moveTo(...first!);
  for (const point of others) doc.lineTo(...point);
  doc.stroke('black');
  if (ticks) {
    for (const [tickX, tickY] of [first!, last]) {
      doc
        .lineWidth(1.3)
        .moveTo(tickX - 5, tickY)
        .lineTo(tickX + 5, tickY)
        .stroke('black');
    }
  }
  drawNumber(doc, type, number, labelX, labelY);
}

/** A closed curve through all points (Catmull and Rom), as a path that is not drawn yet. */
function smoothClosed(doc: PdfDocument, points: readonly FigurePoint[]): void {
  const at = (index: number): FigurePoint => points[(index + points.length) % points.length]!;
  doc.moveTo(...at(0));
  points.forEach((from, index) => {
    const [before, to, after] = [at(index - 1), at(index + 1), at(index + 2)];
    doc.bezierCurveTo(
      from[0] + (to[0] - before[0]) / 6,
      from[1] + (to[1] - before[1]) / 6,
      to[0] - (after[0] - from[0]) / 6,
      to[1] - (after[1] - from[1]) / 6,
      to[0],
      to[1],
    );
  });
  doc.closePath();
}
