import type { PdfDocument, Typesetter } from '../text/typesetter.ts';
import type { Area } from './page-layout.ts';
import type { SheetTexts } from './sheet-texts.ts';

const LINE_HEIGHT = 12.5;
const BODY = { sizePt: 9.5 };
const HEADING = { sizePt: 10, bold: true };
const MAX_WARNING_LINES = 7;
const RULED_LINE_HEIGHT = 22;

/** Notes first, then what to look at, then shape and skin; what has no room ends in an ellipsis. */
export function drawRemarks(doc: PdfDocument, type: Typesetter, texts: SheetTexts, area: Area): void {
  const { x, y, width, height } = area;
  const paragraphs = (items: readonly string[], maxLines: number) => wrapAll(type, items, width, maxLines);
  const lower = [
    { title: 'Look at these first', lines: paragraphs(texts.warnings, MAX_WARNING_LINES) },
    { title: 'Body shape', lines: paragraphs(texts.shape ? [texts.shape] : [], 1) },
    { title: 'Skin tone', lines: paragraphs(texts.skin, 3) },
  ].filter(({ lines }) => lines.length > 0);
  const lowerHeight = lower.reduce((sum, { lines }) => sum + (lines.length + 1.6) * LINE_HEIGHT, 0);

  type.draw('Notes to the tailor', x, y + 12, HEADING);
  const notesTop = y + 12 + LINE_HEIGHT + 2;
  const notesBottom = y + height - lowerHeight;
  const maxLines = Math.floor((notesBottom - notesTop) / LINE_HEIGHT);
  const notes = paragraphs(texts.notes, maxLines);
  drawLines(type, notes, x, notesTop);

  // Room that is left is for a pencil.
  const written = notesTop + notes.length * LINE_HEIGHT;
  for (let ruled = written + RULED_LINE_HEIGHT - 8; ruled < notesBottom - 6; ruled += RULED_LINE_HEIGHT) {
    doc
      .lineWidth(0.3)
      .moveTo(x, ruled)
      .lineTo(x + width, ruled)
      .stroke('#888888');
  }

  let top = notesBottom + LINE_HEIGHT;
  for (const { title, lines } of lower) {
    type.draw(title, x, top, HEADING);
    drawLines(type, lines, x, top + LINE_HEIGHT);
    top += (lines.length + 1.6) * LINE_HEIGHT;
  }
}

function drawLines(type: Typesetter, lines: readonly string[], x: number, y: number): void {
  lines.forEach((line, index) => {
    type.draw(line, x, y + index * LINE_HEIGHT, BODY);
  });
}

function wrapAll(
  type: Typesetter,
  items: readonly string[],
  width: number,
  maxLines: number,
): readonly string[] {
  const lines: string[] = [];
  for (const [index, item] of items.entries()) {
    const left = maxLines - lines.length;
    if (left <= 0) break;
    if (index === items.length - 1) lines.push(...type.wrap(item, width, BODY, left));
    // While more follows, the last line is kept to say so.
    else if (left > 1) lines.push(...type.wrap(item, width, BODY, left - 1));
    else {
      if (!lines.at(-1)?.endsWith('…')) lines.push('…');
      break;
    }
  }
  return lines;
}
