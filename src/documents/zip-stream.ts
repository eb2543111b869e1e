import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';

export interface ZipEntry {
  /** With `/` between folders. */
  readonly name: string;
  readonly data: Uint8Array;
  readonly atMs: number;
}

/** Bytes that are compressed already. */
const PACKED = /\.(?:pdf|gz|jpe?g|png|webp)$/;
const DEFLATE_LEVEL = 6;
/** Years that a ZIP's times can have. */
const EARLIEST_MS = Date.UTC(1980, 0, 2);
const LATEST_MS = Date.UTC(2099, 11, 30);

/** Files as one ZIP, the next one asked for when the bytes of the last are taken: one is in memory. */
export async function* zipStream(
  entries: AsyncIterable<ZipEntry>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let ready: Uint8Array[] = [];
  let failure: Error | null = null;
  const zip = new Zip((error, chunk) => {
    if (error) failure = error;
    else ready.push(chunk);
  });
  const taken = () => {
    if (failure !== null) throw failure;
    const chunks = ready;
    ready = [];
    return chunks;
  };
  for await (const { name, data, atMs } of entries) {
    const file = PACKED.test(name)
      ? new ZipPassThrough(name)
      : new ZipDeflate(name, { level: DEFLATE_LEVEL });
    file.mtime = Math.min(LATEST_MS, Math.max(EARLIEST_MS, atMs));
    zip.add(file);
    file.push(data, true);
    yield* taken();
  }
  zip.end();
  yield* taken();
}
