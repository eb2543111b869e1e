import type { ConcernId } from '../../src/analysis/analyzers/skin/skin-result.ts';
import { drawSkinFault, SKIN_FAULTS } from '../../src/synthetic/skin-faults/draw-skin-fault.ts';
import type { SkinPicture } from './skin-pictures.ts';
import type { SkinReader } from './skin-reader.ts';

const STRENGTH = 0.6;

/** The same fault on skin of every tone, by concern: scores from the lightest tone to the darkest; null where it was not read. */
export async function measureToneSpread(
  reader: SkinReader,
  tones: readonly SkinPicture[],
  progress: (done: number, all: number) => void,
): Promise<Record<ConcernId, (number | null)[]>> {
  const scores = Object.fromEntries(SKIN_FAULTS.map((id) => [id, [] as (number | null)[]])) as Record<
    ConcernId,
    (number | null)[]
  >;
  let done = 0;
  for (const { image, landmarks } of tones) {
    for (const fault of SKIN_FAULTS) {
      const read = await reader.read(drawSkinFault(image, landmarks, fault, STRENGTH));
      scores[fault].push(read?.scores[fault] ?? null);
      progress(++done, tones.length * SKIN_FAULTS.length);
    }
  }
  return scores;
}
