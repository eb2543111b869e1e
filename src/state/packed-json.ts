import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';

/** Smaller texts are not worth the work. */
const LEAST_BYTES = 4096;
const GZIP_BEGINS = 0x1f;

/** JSON for Redis's memory: compressed where it is long. */
export async function packJson(value: unknown): Promise<Buffer> {
  const text = Buffer.from(JSON.stringify(value));
  return text.byteLength < LEAST_BYTES ? text : promisify(gzip)(text, { level: 3 });
}

export async function unpackJson(packed: Buffer): Promise<unknown> {
  // No JSON begins with this byte.
  const text = packed[0] === GZIP_BEGINS ? await promisify(gunzip)(packed) : packed;
  return JSON.parse(text.toString());
}
