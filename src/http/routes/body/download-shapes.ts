/** What routes that give files have in common. */
import { z } from 'zod';
import type { SheetLook } from '../../../captures/capture-exports.ts';
import { booleanParameter } from '../../parameters.ts';
import type { HttpReply } from '../../route.ts';
import { NO_STORE } from './capture-shapes.ts';

export const CSV_TYPE = 'text/csv; charset=utf-8';

export const sheetQuery = z.object({
  size: z.enum(['a4', 'letter']).optional().describe('Paper of a sheet; default `a4`'),
  skin: booleanParameter().optional().describe('Whether the tone of the skin is told; default no'),
  shape: booleanParameter().optional().describe('Whether the shape of the body is told; default no'),
});

export function lookOf({ size = 'a4', skin = false, shape = false }: z.infer<typeof sheetQuery>): SheetLook {
  return { paper: size, withSkin: skin, withShape: shape };
}

/** @param fileName of letters, digits, `-`, `_` and `.` only */
export function download(contentType: string, fileName: string, body: HttpReply['body']): HttpReply {
  return {
    status: 200,
    contentType,
    body,
    headers: { ...NO_STORE, 'content-disposition': `attachment; filename="${fileName}"` },
  };
}
