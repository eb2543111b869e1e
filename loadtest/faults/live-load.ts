import type { BenchFrame } from '../bench/frames.ts';
import { type CaptureBook, createCaptureBook } from './capture-book.ts';
import type { FaultRandom } from './fault-random.ts';
import { type LiveSession, startLiveSession } from './live-session.ts';

export interface LiveLoadOptions {
  readonly edgeUrls: readonly string[];
  readonly sessions: number;
  readonly fps: number;
  readonly frames: readonly BenchFrame[];
  readonly random: FaultRandom;
}

/** People before cameras, some of whom leave and are followed by others. */
export interface LiveLoad {
  readonly book: CaptureBook;
  /** Those who are there now. */
  readonly sessions: readonly LiveSession[];
  /** Frames answered by sessions of now and before. */
  answered(): number;
  /** Sessions that could not go on as themselves. */
  readonly lost: readonly string[];
  /** What was wrong in any session's sequence so far. */
  broken(): readonly string[];
  /** Longest time that any session was without guidance since the last call. */
  takeLongestGap(): { readonly gapMs: number; readonly name: string };
  /** Everyone leaves, after what is owed to them has come. */
  end(): Promise<void>;
}

const STAY_MS = { from: 20_000, to: 50_000 } as const;

export function startLiveLoad(options: LiveLoadOptions): LiveLoad {
  const { edgeUrls, frames, fps, random } = options;
  const book = createCaptureBook();
  const lost: string[] = [];
  const past: LiveSession[] = [];
  const leaving = new Set<Promise<void>>();
  const here = Array.from({ length: options.sessions }, (_, place) => take(place, 1));
  const timers = new Set<ReturnType<typeof setTimeout>>();
  let isOver = false;
  let pastGap = { gapMs: 0, name: '' };
  for (const place of here.keys()) planLeaving(place, 1);

  function take(place: number, visit: number): LiveSession {
    // Half of them begin at each edge, and all know the others.
    const urls = edgeUrls.map((_, index) => edgeUrls[(index + place) % edgeUrls.length]!);
    const name = `session ${place + 1}.${visit}`;
    return startLiveSession({
      name,
      urls,
      frames,
      fps,
      random,
      book,
      onLost: (why) => lost.push(why),
    });
  }

  function planLeaving(place: number, visit: number): void {
    const timer = setTimeout(
      () => {
        timers.delete(timer);
        const session = here[place]!;
        // Whoever is being reconnected stays to see how it ends.
        if (session.state === 'live') {
          leave(session);
          here[place] = take(place, visit + 1);
        } else if (session.state === 'closed') here[place] = take(place, visit + 1);
        planLeaving(place, visit + 1);
      },
      random.between(STAY_MS.from, STAY_MS.to),
    );
    timers.add(timer);
  }

  function leave(session: LiveSession): void {
    pastGap = longerGap(pastGap, session);
    const left: Promise<void> = session.end().finally(() => leaving.delete(left));
    leaving.add(left);
    past.push(session);
  }

  return {
    book,
    get sessions() {
      return here;
    },
    answered: () => [...past, ...here].reduce((sum, { ledger }) => sum + ledger.answeredCount, 0),
    lost,
    broken: () => [...past, ...here].flatMap(({ ledger }) => ledger.broken),
    takeLongestGap() {
      const longest = here.reduce(longerGap, pastGap);
      pastGap = { gapMs: 0, name: '' };
      return longest;
    },
    async end() {
      if (isOver) return;
      isOver = true;
      for (const timer of timers) clearTimeout(timer);
      for (const session of here) leave(session);
      await Promise.all(leaving);
      here.length = 0;
    },
  };
}

function longerGap(longest: { gapMs: number; name: string }, session: LiveSession) {
  const gapMs = session.ledger.takeLongestGapMs(performance.now());
  return gapMs > longest.gapMs ? { gapMs, name: session.name } : longest;
}
