import type { ConcernId } from '../../src/analysis/analyzers/skin/skin-result.ts';
import { drawSkinFault, SKIN_FAULTS } from '../../src/synthetic/skin-faults/draw-skin-fault.ts';
import { median } from '../bench/quantiles.ts';
import type { SkinPicture } from './skin-pictures.ts';
import type { Scores, SkinReader } from './skin-reader.ts';
import { spearman } from './spearman.ts';

export const FAULT_STRENGTHS: readonly number[] = [0.2, 0.4, 0.6, 0.8, 1];

export interface FaultResponse {
  /** Of strengths and scores, by concern: the median and the lowest of the pictures. */
  readonly own: Readonly<Record<ConcernId, { median: number; lowest: number; fall: number }>>;
  /** By concern and fault: the concern's move with the fault at its strongest ÷ that with its own, over all pictures. */
  readonly crossTalk: Readonly<Record<ConcernId, Readonly<Record<ConcernId, number>>>>;
}

/** Draws every fault into every picture at each strength, and reads all concerns each time. */
export async function measureFaultResponse(
  reader: SkinReader,
  pictures: readonly SkinPicture[],
  strengths: readonly number[],
  progress: (done: number, all: number) => void,
): Promise<FaultResponse> {
  const correlations = emptyLists();
  const falls = emptyLists();
  /** By fault, then concern: how far each picture's score fell with the fault at its strongest. */
  const moves = Object.fromEntries(SKIN_FAULTS.map((fault) => [fault, emptyLists()])) as Record<
    ConcernId,
    Record<ConcernId, number[]>
  >;
  let done = 0;
  for (const { image, landmarks } of pictures) {
    const clean = await reader.read(image);
    for (const fault of SKIN_FAULTS) {
      const readings: Scores[] = [];
      for (const strength of strengths) {
        const drawn = await reader.read(drawSkinFault(image, landmarks, fault, strength));
        if (drawn !== null) readings.push(drawn.scores);
      }
      progress(++done, pictures.length * SKIN_FAULTS.length);
      const strongest = readings.at(-1);
      if (clean === null || strongest === undefined || readings.length < strengths.length) continue;
      const own = [clean.scores, ...readings].map((scores) => scores[fault]);
      if (own.some((score) => score === null)) continue;
      correlations[fault].push(-spearman([0, ...strengths], own as number[]));
      for (const concern of SKIN_FAULTS) {
        const [before, after] = [clean.scores[concern], strongest[concern]];
        if (before !== null && after !== null) moves[fault][concern].push(before - after);
      }
      falls[fault].push(clean.scores[fault]! - strongest[fault]!);
    }
  }
  return {
    own: byConcern((id) => ({
      median: median(correlations[id]),
      lowest: Math.min(...correlations[id]),
      fall: median(falls[id]),
    })),
    crossTalk: byConcern((concern) =>
      byConcern((fault) => median(moves[fault][concern]) / median(falls[concern])),
    ),
  };
}

/** The largest of what concerns move with faults that are not theirs. */
export function worstCrossTalk({ crossTalk }: FaultResponse): {
  concern: ConcernId;
  fault: ConcernId;
  share: number;
} {
  const pairs = SKIN_FAULTS.flatMap((concern) =>
    SKIN_FAULTS.filter((fault) => fault !== concern).map((fault) => ({
      concern,
      fault,
      share: Math.abs(crossTalk[concern][fault]),
    })),
  );
  return pairs.reduce((worst, pair) => (pair.share > worst.share ? pair : worst));
}

function emptyLists(): Record<ConcernId, number[]> {
  return byConcern(() => []);
}

function byConcern<Value>(make: (id: ConcernId) => Value): Record<ConcernId, Value> {
  return Object.fromEntries(SKIN_FAULTS.map((id) => [id, make(id)])) as Record<ConcernId, Value>;
}
