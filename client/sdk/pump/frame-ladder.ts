/** How large and how fine a frame is: the longer side in pixels, and the encoder's quality 1..100. */
export interface FrameSize {
  readonly maxEdge: number;
  readonly quality: number;
}

/** What a poor link is asked to carry. Below 320 px the mesh would have too few pixels between the eyes. */
export const BASIC_SIZE: FrameSize = { maxEdge: 320, quality: 40 };

/** Worst first. The first is for pictures so full of detail that the basic size is too much for a poor link. */
const RUNGS: readonly FrameSize[] = [
  { maxEdge: 320, quality: 32 },
  BASIC_SIZE,
  { maxEdge: 320, quality: 50 },
  { maxEdge: 352, quality: 55 },
  { maxEdge: 384, quality: 60 },
  { maxEdge: 448, quality: 70 },
  { maxEdge: 512, quality: 80 },
];

/** The sizes up to `most`, worst first; `most` itself is the last. */
export function frameSizes({ maxEdge, quality }: FrameSize): readonly FrameSize[] {
  const most = frameWeight(maxEdge, quality);
  const below = RUNGS.filter(
    (rung) =>
      rung.maxEdge <= maxEdge && rung.quality <= quality && frameWeight(rung.maxEdge, rung.quality) < most,
  );
  return [...below, { maxEdge, quality }];
}

/**
 * What a frame weighs, without a unit: the bytes of two encodings of one picture are to each other as these. Photographs
 * as JPEG follow it within a fifth from quality 30 to 90.
 */
export function frameWeight(longSidePx: number, quality: number): number {
  return longSidePx ** 2 / (115 - Math.min(quality, 95));
}
