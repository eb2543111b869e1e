import type { CaptureDocuments, NamedCapture, SheetLook } from '../captures/capture-exports.ts';
import { createSheetMaker, type MeasurementSheet } from '../documents/measurement-sheet.ts';
import { measurementTable } from '../documents/measurement-table.ts';
import { sheetOfCapture } from '../documents/sheet/sheet-of-capture.ts';
import { zipStream } from '../documents/zip-stream.ts';
import { FramegateError } from '../protocol/framegate-error.ts';

/** Documents of captures. Fonts are loaded with the first sheet, and kept. */
export function openDocuments(): CaptureDocuments {
  const maker = createSheetMaker();

  function sheetOf(
    { capture, displayName }: NamedCapture,
    { withSkin, withShape }: SheetLook,
    issuedAtMs: number,
  ): MeasurementSheet {
    const sheet = sheetOfCapture(capture, { displayName, issuedAtMs, withSkin, withShape });
    if (sheet === null) throw new FramegateError('capture-not-ready', 'the capture has no results yet');
    return sheet;
  }

  async function* sheetsOf(captures: AsyncIterable<NamedCapture>, look: SheetLook, issuedAtMs: number) {
    for await (const named of captures) yield sheetOf(named, look, issuedAtMs);
  }

  return {
    sheet: (named, look, issuedAtMs) => maker.render(sheetOf(named, look, issuedAtMs), { paper: look.paper }),
    table: (captures, look, issuedAtMs) => measurementTable(sheetsOf(captures, look, issuedAtMs)),
    zip: zipStream,
  };
}
