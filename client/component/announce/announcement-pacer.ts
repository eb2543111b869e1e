/**
 * `hint`: what to do; told again while nothing changes. `status`: told once. `important`: a capture, a result, a
 * failure; told at once, and even when something else is already to be said.
 */
export type AnnouncementKind = 'hint' | 'status' | 'important';

export interface Announcement {
  readonly text: string;
  readonly kind: AnnouncementKind;
  /** 0, and counting up for a hint that still stands. */
  readonly repeat: number;
}

export interface PacerLimits {
  /** The least time between two announcements; a longer text is given as long as it takes to say it. */
  readonly gapMs: number;
  readonly repeatAfterMs: number;
  readonly repeats: number;
  /** What comes back within this time, nothing else having been said, is not said anew. */
  readonly flickerMs: number;
}

export const PACER_LIMITS: PacerLimits = { gapMs: 1500, repeatAfterMs: 8000, repeats: 2, flickerMs: 3000 };

/** Decides when what is said. The caller brings the time, which never goes back. */
export interface AnnouncementPacer {
  /** What ought to be said from now on, in place of what ought to be said before; null for nothing. */
  stand(text: string | null, kind: AnnouncementKind, nowMs: number): void;
  /** What is to be said at this moment; counts as said. Ask again until it is null. */
  take(nowMs: number): Announcement | null;
  /** When to ask next; null while there is nothing to wait for. */
  dueAtMs(): number | null;
  clear(): void;
}

interface Standing {
  readonly text: string;
  readonly kind: AnnouncementKind;
  /** How often it was said. */
  said: number;
}

/** Important announcements that wait for their turn. More than these come only from a fault. */
const MAX_WAITING = 4;

export function createAnnouncementPacer(limits: PacerLimits = PACER_LIMITS): AnnouncementPacer {
  let standing: Standing | null = null;
  let waiting: string[] = [];
  let last: (Announcement & { readonly atMs: number }) | null = null;
  /** When that which was said last ceased to stand. */
  let leftAtMs = Number.NEGATIVE_INFINITY;

  function freeAtMs(): number {
    return last === null ? Number.NEGATIVE_INFINITY : last.atMs + Math.max(limits.gapMs, sayingMs(last.text));
  }

  function dueAtMs(): number | null {
    if (waiting.length > 0) return last?.kind === 'important' ? freeAtMs() : Number.NEGATIVE_INFINITY;
    if (standing === null) return null;
    if (standing.said === 0) return freeAtMs();
    if (standing.kind !== 'hint' || standing.said > limits.repeats || last === null) return null;
    return Math.max(freeAtMs(), last.atMs + limits.repeatAfterMs);
  }

  return {
    stand(text, kind, nowMs) {
      if (text === (standing?.text ?? null)) return;
      if (standing !== null && standing.text === last?.text) leftAtMs = nowMs;
      if (text === null) {
        standing = null;
        return;
      }
      if (kind === 'important') {
        if (waiting.length < MAX_WAITING) waiting.push(text);
        standing = { text, kind, said: 1 };
        return;
      }
      const isBack = last !== null && last.text === text && nowMs - leftAtMs < limits.flickerMs;
      standing = { text, kind, said: isBack ? last!.repeat + 1 : 0 };
    },
    take(nowMs) {
      const atMs = dueAtMs();
      if (atMs === null || atMs > nowMs) return null;
      const important = waiting.shift();
      let next: Announcement;
      if (important !== undefined) {
        next = { text: important, kind: 'important', repeat: 0 };
      } else {
        next = { text: standing!.text, kind: standing!.kind, repeat: standing!.said };
        standing!.said++;
      }
      last = { ...next, atMs: nowMs };
      return next;
    },
    dueAtMs,
    clear() {
      standing = null;
      waiting = [];
      last = null;
    },
  };
}

const LONGEST_SAYING_MS = 4000;
const LETTER_MS = 60;
/** A character of Chinese or Japanese is about a syllable. */
const SYLLABLE_MS = 150;

/** About how long a voice at its usual rate takes, so that the next announcement does not cut this one off. */
export function sayingMs(text: string): number {
  const syllables = text.match(/[\u3040-\u30ff\u3400-\u9fff]/g)?.length ?? 0;
  return Math.min(LONGEST_SAYING_MS, syllables * SYLLABLE_MS + (text.length - syllables) * LETTER_MS);
}
