export interface RoundDeps<Member> {
  /** Each member is visited once in this time. */
  readonly periodMs: number;
  readonly setTimer: (delayMs: number, fire: () => void) => () => void;
  readonly visit: (member: Member) => void;
}

/** Regular visits to many members, spread evenly over the period, with one timer while there are any. */
export interface Round<Member> extends Iterable<Member> {
  add(member: Member): void;
  remove(member: Member): void;
  readonly size: number;
  close(): void;
}

/** Short enough that what ten thousand members need in five seconds holds up a frame by a millisecond or two. */
const TURN_MS = 100;

export function createRound<Member>({ periodMs, setTimer, visit }: RoundDeps<Member>): Round<Member> {
  const slices = Array.from({ length: Math.max(1, Math.round(periodMs / TURN_MS)) }, () => new Set<Member>());
  const sliceOf = new Map<Member, Set<Member>>();
  let nextTurn = 0;
  let nextPlace = 0;
  let cancel: (() => void) | null = null;

  function turn(): void {
    const slice = slices[nextTurn++ % slices.length]!;
    for (const member of slice) visit(member);
    cancel = sliceOf.size > 0 ? setTimer(periodMs / slices.length, turn) : null;
  }

  function stop(): void {
    cancel?.();
    cancel = null;
  }

  return {
    add(member) {
      // In turn, not by the time of arrival: those who come together must not stay together.
      const slice = slices[nextPlace++ % slices.length]!;
      slice.add(member);
      sliceOf.set(member, slice);
      cancel ??= setTimer(periodMs / slices.length, turn);
    },
    remove(member) {
      sliceOf.get(member)?.delete(member);
      sliceOf.delete(member);
      if (sliceOf.size === 0) stop();
    },
    get size() {
      return sliceOf.size;
    },
    close: stop,
    [Symbol.iterator]: () => sliceOf.keys(),
  };
}
