import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Picture } from '../../client/sdk/picture.ts';
import { createKeptPictures } from '../../client/sdk/pump/kept-pictures.ts';
import { sharePicture } from '../../client/sdk/pump/shared-picture.ts';

interface Counted extends Picture {
  closed: number;
}

function counted(size: { width: number; height: number } | Record<string, never> = {}): Counted {
  const picture: Counted = {
    ...size,
    closed: 0,
    capturedAtMs: 0,
    frame: () => Promise.reject(new Error('not asked for')),
    still: () => Promise.reject(new Error('not asked for')),
    close() {
      picture.closed++;
    },
  };
  return picture;
}

function keep(most: number, count: number, size = {}) {
  const kept = createKeptPictures<Counted>(most);
  const pictures = Array.from({ length: count }, () => counted(size));
  for (const [index, picture] of pictures.entries()) kept.keep(index + 1, sharePicture(picture));
  const open = () => pictures.flatMap((picture, index) => (picture.closed === 0 ? [index + 1] : []));
  return { kept, pictures, open };
}

describe('pictures that were sent', () => {
  test('are kept up to the budget, the newest first', () => {
    const { kept, pictures, open } = keep(3, 5);
    expect(open()).toEqual([3, 4, 5]);
    kept.clear();
    expect(pictures.map(({ closed }) => closed)).toEqual([1, 1, 1, 1, 1]);
  });

  test('are kept up to so many bytes', () => {
    const { open } = keep(12, 6, { width: 4000, height: 3000 });
    expect(open()).toEqual([5, 6]);
  });

  test('the best of a dwell outlives better-timed ones', () => {
    const { kept, open } = keep(3, 3);
    for (const [seq, score] of [
      [1, 95],
      [2, 70],
      [3, 80],
    ] as const)
      kept.judged(seq, score);
    kept.keep(4, sharePicture(counted()));
    expect(open()).toEqual([1, 3]);
    expect(kept.take(1)?.seq).toBe(1);
  });

  test('of those that do not pass the newest alone may still be asked for', () => {
    const { kept, open } = keep(12, 4);
    kept.judged(1, 90);
    kept.judged(2, null);
    expect(open()).toEqual([2, 3, 4]);
    kept.judged(3, null);
    expect(open()).toEqual([3, 4]);
    kept.passedOver(4);
    expect(open()).toEqual([3, 4]);
  });

  test('a picture that is taken is the taker’s; one that is gone is replaced by the newest', () => {
    const { kept, pictures } = keep(2, 3);
    const newest = kept.take(1)!;
    expect(newest.seq).toBe(3);
    kept.clear();
    expect(pictures.map(({ closed }) => closed)).toEqual([1, 1, 0]);
    newest.release();
    expect(pictures[2]!.closed).toBe(1);
    expect(kept.take(1)).toBeNull();
  });
});

test('whatever happens, each picture is closed exactly once', () => {
  const happenings = fc.array(
    fc.record({
      kind: fc.constantFrom('keep', 'keep', 'judge', 'fail', 'skip', 'take', 'clear'),
      which: fc.nat(30),
    }),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(happenings, fc.integer({ min: 1, max: 6 }), (script, most) => {
      const kept = createKeptPictures<Counted>(most);
      const pictures: Counted[] = [];
      const taken: (() => void)[] = [];
      for (const { kind, which } of script) {
        const seq = (which % Math.max(1, pictures.length)) + 1;
        if (kind === 'keep') {
          const picture = counted();
          pictures.push(picture);
          kept.keep(pictures.length, sharePicture(picture));
        } else if (kind === 'judge') kept.judged(seq, which * 3);
        else if (kind === 'fail') kept.judged(seq, null);
        else if (kind === 'skip') kept.passedOver(seq);
        else if (kind === 'clear') kept.clear();
        else {
          const entry = kept.take(seq);
          if (entry !== null) taken.push(entry.release);
        }
        expect(kept.count).toBeLessThanOrEqual(most);
        expect(Math.max(0, ...pictures.map(({ closed }) => closed))).toBeLessThanOrEqual(1);
      }
      kept.clear();
      for (const release of [...taken, ...taken]) release();
      expect(pictures.every(({ closed }) => closed === 1)).toBe(true);
    }),
    { numRuns: 300 },
  );
});
