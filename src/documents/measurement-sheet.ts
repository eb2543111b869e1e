import PDFDocument from 'pdfkit';
import { createFontShelf } from './fonts/font-shelf.ts';
import { drawFigure } from './sheet/draw-figure.ts';
import { drawFooter } from './sheet/draw-footer.ts';
import { drawHeader } from './sheet/draw-header.ts';
import { drawRemarks } from './sheet/draw-remarks.ts';
import { drawTable } from './sheet/draw-table.ts';
import { PAPERS, type Paper, pageLayout } from './sheet/page-layout.ts';
import { sheetTexts } from './sheet/sheet-texts.ts';
import type { MeasurementSheet } from './sheet/types.ts';
import { createTypesetter, type PdfDocument } from './text/typesetter.ts';

export type { MeasurementSheet, SheetEdit, SheetMetric } from './sheet/types.ts';
export type { Paper };

export interface PageOptions {
  readonly paper?: Paper;
  /** false leaves the page's content readable in the file, for tests. */
  readonly compress?: boolean;
}

export interface SheetMaker {
  /** One page of PDF, ready for a tailor. The same sheet gives the same bytes. */
  render(sheet: MeasurementSheet, options?: PageOptions): Promise<Uint8Array>;
}

/** ASCII, which every sheet writes. */
const OWN_LETTERS = `${Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).join('')}±—…°`;

/** Keeps the fonts that its sheets needed; one for a process is enough. */
export function createSheetMaker(): SheetMaker {
  const shelf = createFontShelf();
  return {
    async render(sheet, { paper = 'a4', compress = true } = {}) {
      const texts = sheetTexts(sheet);
      const fonts = await shelf.open([OWN_LETTERS, ...Object.values(texts).flatMap((text) => text ?? [])]);
      const layout = pageLayout(paper);
      const doc = new PDFDocument({
        size: PAPERS[paper].name,
        margin: 0,
        compress,
        lang: 'en',
        displayTitle: true,
        pdfVersion: '1.7',
        // Without this, PDFKit puts Helvetica into every file.
        font: null as unknown as string,
        info: {
          Title: `Measurement sheet ${texts.captureId}`,
          Creator: 'framegate',
          Producer: 'framegate',
          CreationDate: new Date(sheet.issuedAtMs),
        },
      });
      const bytes = collect(doc);
      const type = createTypesetter(doc, fonts);
      drawHeader(doc, type, texts, layout.header);
      drawTable(doc, type, sheet, layout.table);
      drawFigure(doc, type, layout.figure);
      drawRemarks(doc, type, texts, layout.remarks);
      drawFooter(doc, type, sheet, texts, layout.footer);
      doc.end();
      return bytes;
    },
  };
}

function collect(doc: PdfDocument): Promise<Uint8Array> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  const chunks: Buffer[] = [];
  doc.on('data', (chunk: Buffer) => chunks.push(chunk));
  doc.on('end', () => resolve(Buffer.concat(chunks)));
  doc.on('error', reject);
  return promise;
}
