/** Points, 1/72 inch, y down. */
export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const PAPERS = {
  a4: { name: 'A4', width: 595.28, height: 841.89 },
  letter: { name: 'LETTER', width: 612, height: 792 },
} as const;
export type Paper = keyof typeof PAPERS;

const MARGIN = 40;
const HEADER_HEIGHT = 96;
const TABLE_HEIGHT = 268;
const FOOTER_HEIGHT = 54;
const GAP = 16;
const FIGURE_WIDTH = 250;

/** Every part has its place, whatever stands in it: nothing pushes anything else off the page. */
export function pageLayout(
  paper: Paper,
): Readonly<Record<'header' | 'table' | 'figure' | 'remarks' | 'footer', Area>> {
  const { width: pageWidth, height: pageHeight } = PAPERS[paper];
  const width = pageWidth - 2 * MARGIN;
  const tableY = MARGIN + HEADER_HEIGHT;
  const footerY = pageHeight - MARGIN + 12 - FOOTER_HEIGHT;
  const lowerY = tableY + TABLE_HEIGHT + GAP;
  const lowerHeight = footerY - GAP / 2 - lowerY;
  return {
    header: { x: MARGIN, y: MARGIN, width, height: HEADER_HEIGHT },
    table: { x: MARGIN, y: tableY, width, height: TABLE_HEIGHT },
    figure: { x: MARGIN, y: lowerY, width: FIGURE_WIDTH, height: lowerHeight },
    remarks: {
      x: MARGIN + FIGURE_WIDTH + GAP,
      y: lowerY,
      width: width - FIGURE_WIDTH - GAP,
      height: lowerHeight,
    },
    footer: { x: MARGIN, y: footerY, width, height: FOOTER_HEIGHT },
  };
}
