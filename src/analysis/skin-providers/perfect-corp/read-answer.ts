import { z } from 'zod';
import type { HttpAnswer } from './http-client.ts';
import { malformed, refused } from './provider-errors.ts';

const errorSchema = z.object({ error_code: z.string() });

/**
 * What the vendor said. Throws provider-refused for a status of 4xx, with the vendor's code where it is a known one, and
 * provider-malformed for anything that is not of the schema.
 * @param what as in the request
 */
export function readAnswer<T>({ status, body }: HttpAnswer, what: string, schema: z.ZodType<T>): T {
  const content = parseJson(body);
  if (status >= 400) {
    const object = status === 401 || status === 403 ? 'the credentials' : what;
    throw refused(object, errorSchema.safeParse(content).data?.error_code);
  }
  const read = schema.safeParse(content);
  // Its issues may quote what was sent.
  if (!read.success) throw malformed(`answered ${what} with something else`);
  return read.data;
}

/** undefined where it is no JSON. */
export function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}
