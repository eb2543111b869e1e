import type { PdfDocument, Typesetter } from '../text/typesetter.ts';
import type { Area } from './page-layout.ts';
import type { SheetTexts } from './sheet-texts.ts';

const NAME_SIZES_PT = [26, 22, 18, 15];
const LONG_NAME = { sizePt: 13, lines: 2 };
const NAME_TOP = 22;
const FACTS_TOP = 72;
const GREY = '#444444';

/** Whose sheet it is, in letters that can be read at arm's length. */
export function drawHeader(doc: PdfDocument, type: Typesetter, texts: SheetTexts, area: Area): void {
  const { x, y, width } = area;
  type.draw('Measurement sheet', x, y + 10, { sizePt: 12, bold: true });
  type.draw(texts.issued, x + width, y + 10, { sizePt: 10 }, 'right');

  const sizePt = NAME_SIZES_PT.find((size) => type.widthOf(texts.name, { sizePt: size }) <= width);
  if (sizePt !== undefined) type.draw(texts.name, x, y + NAME_TOP + 28, { sizePt });
  else {
    const style = { sizePt: LONG_NAME.sizePt };
    type.wrap(texts.name, width, style, LONG_NAME.lines).forEach((line, index) => {
      type.draw(line, x, y + NAME_TOP + 14 + index * 18, style);
    });
  }

  const columns = [
    { share: 0.46, label: 'Reference', value: texts.reference },
    { share: 0.27, label: 'Measured', value: texts.measured },
    { share: 0.27, label: 'Height', value: texts.height },
  ];
  let left = x;
  for (const { share, label, value } of columns) {
    type.draw(label, left, y + FACTS_TOP, { sizePt: 8.5, color: GREY });
    const [line = ''] = type.wrap(value, share * width - 12, { sizePt: 12 }, 1);
    type.draw(line, left, y + FACTS_TOP + 15, { sizePt: 12 });
    left += share * width;
  }
  doc
    .lineWidth(1)
    .moveTo(x, y + NAME_TOP - 5)
    .lineTo(x + width, y + NAME_TOP - 5)
    .stroke('black');
}
