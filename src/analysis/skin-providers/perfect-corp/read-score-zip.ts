import { type UnzipFileInfo, unzipSync } from 'fflate';
import { malformed } from './provider-errors.ts';
import { parseJson } from './read-answer.ts';

const SCORE_FILE = 'skinanalysisResult/score_info.json';
/** Real ones have about 4 KB. What an entry says of its size may be a lie: this bounds the work that unpacking is. */
const MAX_PACKED_BYTES = 24 * 1024;
const MAX_UNPACKED_BYTES = 1024 * 1024;
/** A result has one mask a measure and region, some thirty. */
const MAX_ENTRIES = 1000;

/**
 * The scores in a result's ZIP; nothing else in it is unpacked. Throws provider-malformed where they are not there, are
 * larger than scores are, or the ZIP is damaged.
 */
export function readScoreZip(zip: Uint8Array): unknown {
  const scores = parseJson(unpack(zip));
  if (scores === undefined) throw malformed("gave a ZIP whose score file isn't JSON");
  return scores;
}

function unpack(zip: Uint8Array): Uint8Array {
  let entries = 0;
  let refusal: string | null = null;
  const filter = ({ name, size, originalSize }: UnzipFileInfo): boolean => {
    entries++;
    if (entries > MAX_ENTRIES) refusal = 'has too many entries';
    else if (name !== SCORE_FILE) return false;
    else if (size > MAX_PACKED_BYTES || originalSize > MAX_UNPACKED_BYTES)
      refusal = 'has too large a score file';
    else if (found) refusal = 'has two score files';
    if (refusal !== null) throw new Error(refusal);
    found = true;
    return true;
  };
  let found = false;
  let files: Record<string, Uint8Array>;
  try {
    files = unzipSync(zip, { filter });
  } catch {
    throw malformed(`gave a ZIP that ${refusal ?? 'is damaged'}`);
  }
  const file = files[SCORE_FILE];
  if (file === undefined) throw malformed('gave a ZIP without a score file');
  return file;
}
