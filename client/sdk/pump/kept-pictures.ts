import type { Picture } from '../picture.ts';
import type { SharedPicture } from './shared-picture.ts';

export interface KeptPicture<P extends Picture> {
  readonly seq: number;
  readonly picture: P;
  release(): void;
}

/** Pictures of frames that were sent, for the still that the node may ask for. */
export interface KeptPictures<P extends Picture> {
  readonly count: number;
  keep(seq: number, picture: SharedPicture<P>): void;
  /**
   * The frame's answer: its score where it passes, else null. Of frames that do not pass only the newest may still be
   * asked for, by a person who presses the button; and those before it belong to a dwell that is over.
   */
  judged(seq: number, score: number | null): void;
  /** The frame was not looked at. */
  passedOver(seq: number): void;
  /** The picture of this frame, else the newest; it is no longer kept. */
  take(seq: number): KeptPicture<P> | null;
  clear(): void;
}

const MOST_BYTES = 96 * 1024 * 1024;
/** For a picture that does not say its size. */
const UNKNOWN_BYTES = 1024 * 1024;

interface Entry<P extends Picture> extends KeptPicture<P> {
  readonly bytes: number;
  /** Infinity while the answer is awaited; the lowest goes first. */
  score: number;
}

const OVER = -1;

export function createKeptPictures<P extends Picture>(mostPictures: number): KeptPictures<P> {
  /** Oldest first. */
  let kept: Entry<P>[] = [];

  function remove(entry: Entry<P>): void {
    kept = kept.filter((other) => other !== entry);
  }

  function drop(entry: Entry<P>): void {
    remove(entry);
    entry.release();
  }

  function isOverBudget(): boolean {
    const bytes = kept.reduce((sum, entry) => sum + entry.bytes, 0);
    return kept.length > mostPictures || (kept.length > 1 && bytes > MOST_BYTES);
  }

  function settle(seq: number): void {
    const judged = kept.filter((entry) => entry.seq <= seq && entry.score === OVER);
    for (const entry of judged.slice(0, -1)) drop(entry);
  }

  return {
    get count() {
      return kept.length;
    },
    keep(seq, shared) {
      const { picture } = shared;
      const score = Number.POSITIVE_INFINITY;
      kept.push({ seq, picture, release: shared.hold(), bytes: bytesOf(picture), score });
      while (isOverBudget()) drop(kept.reduce((least, entry) => (entry.score < least.score ? entry : least)));
    },
    judged(seq, score) {
      for (const entry of kept) {
        if (entry.seq === seq) entry.score = score ?? OVER;
        else if (entry.seq < seq && score === null) entry.score = OVER;
      }
      settle(seq);
    },
    passedOver(seq) {
      const entry = kept.find((one) => one.seq === seq);
      if (entry !== undefined && entry !== kept.at(-1)) drop(entry);
    },
    take(seq) {
      const entry = kept.find((one) => one.seq === seq) ?? kept.at(-1);
      if (entry === undefined) return null;
      remove(entry);
      return entry;
    },
    clear() {
      for (const entry of kept) drop(entry);
    },
  };
}

/** Decoded, in memory: four bytes a pixel. */
function bytesOf(picture: Picture): number {
  const { width, height } = picture as { readonly width?: unknown; readonly height?: unknown };
  return typeof width === 'number' && typeof height === 'number' ? width * height * 4 : UNKNOWN_BYTES;
}
