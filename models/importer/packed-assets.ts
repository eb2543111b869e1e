import { FramegateError } from '../../src/protocol/framegate-error.ts';

interface PackedFile {
  readonly filename: string;
  readonly start: number;
  readonly end: number;
}

/** The list of files that the loader script of an Emscripten package hands to `loadPackage`. */
function listPackedFiles(loaderScript: string): PackedFile[] {
  const list = /loadPackage\(\{\s*"files":\s*(\[.*?\])/s.exec(loaderScript)?.[1];
  if (list === undefined)
    throw new FramegateError('model-invalid', 'the loader script lists no packed files');
  const files: unknown = JSON.parse(list);
  if (!Array.isArray(files))
    throw new FramegateError('model-invalid', 'the loader script lists no packed files');
  return files.map((file: Partial<PackedFile>) => {
    const { filename, start, end } = file;
    if (typeof filename !== 'string' || !Number.isInteger(start) || !Number.isInteger(end)) {
      throw new FramegateError('model-invalid', 'an entry of the loader script is not understood');
    }
    return { filename, start: start as number, end: end as number };
  });
}

/**
 * Cuts one file out of an Emscripten data file. `file` is the last part of its path in the package.
 * Not copied. Throws model-missing when the package does not hold it, model-invalid when it is cut short.
 */
export function readPackedFile(loaderScript: string, data: Uint8Array, file: string): Uint8Array {
  const found = listPackedFiles(loaderScript).find(({ filename }) => filename.split('/').at(-1) === file);
  if (found === undefined) throw new FramegateError('model-missing', `the package does not hold ${file}`);
  if (found.start < 0 || found.end < found.start || found.end > data.length) {
    throw new FramegateError('model-invalid', `the packed data ends before ${file}`);
  }
  return data.subarray(found.start, found.end);
}
