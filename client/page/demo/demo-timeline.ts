/** A sequence that is walked by the clock: what the renderer was too slow for is left out, and nothing slows down. */
export interface Timeline<Frame> {
  /** The newest frame whose time has come; null where that one has been given already, or the sequence is over. */
  at(elapsedMs: number): Frame | null;
}

export function createTimeline<Frame extends { readonly timeMs: number }>(
  frames: Iterable<Frame>,
): Timeline<Frame> {
  const iterator = frames[Symbol.iterator]();
  let coming = iterator.next();
  return {
    at(elapsedMs) {
      let newest: Frame | null = null;
      while (coming.done !== true && coming.value.timeMs <= elapsedMs) {
        newest = coming.value;
        coming = iterator.next();
      }
      return newest;
    },
  };
}
