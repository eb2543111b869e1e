/**
 * What one client was owed and what it got: by SPEC.md one feedback for each accepted frame in increasing order while
 * its connection lives (FB1, FB2), and none of an earlier connection (RS4).
 */
export interface SessionLedger {
  /** A connection is open: frames of the last one count as skipped. */
  connected(lastSeq: number): void;
  sent(seq: number): void;
  answered(seq: number, isGuidance: boolean, nowMs: number): void;
  /** An error that names the frame: it gets no feedback. */
  refused(seq: number): void;
  disconnected(): void;
  /** All that could come has come: what is owed still is missing. */
  finished(): void;
  /** Frames of this connection that are still owed an answer. */
  readonly unanswered: number;
  /** When guidance was last given. */
  readonly lastGuidanceMs: number;
  readonly answeredCount: number;
  /** Longest time without guidance since the last call, the one that still lasts included. */
  takeLongestGapMs(nowMs: number): number;
  /** What was wrong, in words. */
  readonly broken: readonly string[];
}

export function createSessionLedger(name: string, startedMs: number): SessionLedger {
  const owed = new Set<number>();
  const broken: string[] = [];
  let highestSent = 0;
  let highestAnswered = 0;
  let lastGuidanceMs = startedMs;
  let longestGapMs = 0;
  let answeredCount = 0;

  return {
    connected(lastSeq) {
      owed.clear();
      if (lastSeq > highestSent)
        broken.push(`${name}: welcome says that frame ${lastSeq} came; ${highestSent} was the last one sent`);
    },
    sent(seq) {
      owed.add(seq);
      highestSent = Math.max(highestSent, seq);
    },
    answered(seq, isGuidance, nowMs) {
      if (!owed.delete(seq)) broken.push(`${name}: feedback for frame ${seq}, which is not under way`);
      if (seq <= highestAnswered) broken.push(`${name}: feedback for ${seq} after ${highestAnswered}`);
      const earlier = [...owed].filter((waiting) => waiting < seq);
      if (earlier.length > 0) broken.push(`${name}: feedback for ${seq} while ${earlier} had none`);
      for (const passedOver of earlier) owed.delete(passedOver);
      highestAnswered = seq;
      answeredCount++;
      if (!isGuidance) return;
      longestGapMs = Math.max(longestGapMs, nowMs - lastGuidanceMs);
      lastGuidanceMs = nowMs;
    },
    refused: (seq) => {
      owed.delete(seq);
    },
    disconnected: () => owed.clear(),
    finished: () => {
      if (owed.size > 0) broken.push(`${name}: frames ${[...owed]} were never answered`);
      owed.clear();
    },
    get unanswered() {
      return owed.size;
    },
    get lastGuidanceMs() {
      return lastGuidanceMs;
    },
    get answeredCount() {
      return answeredCount;
    },
    takeLongestGapMs(nowMs) {
      const longest = Math.max(longestGapMs, nowMs - lastGuidanceMs);
      longestGapMs = 0;
      return longest;
    },
    broken,
  };
}
