/** Captures and results of one session, across its connections: what was heard once must not be heard twice. */
export interface ResultLedger {
  stillSent(captureId: string, nowMs: number): void;
  /** Milliseconds since its still; null where this was told before, or no still of ours was its source. */
  captured(captureId: string, nowMs: number): number | null;
  /** The same for a result; `twice` where it came before. */
  result(captureId: string, kind: string, nowMs: number): number | null | 'twice';
  /** The newest, for `hello.resume.results`. */
  received(): string[];
}

const TOLD_ON_RESUME = 32;
/** Captures whose times are still waited for; older ones have been given up. */
const KEPT_CAPTURES = 64;

export function createResultLedger(): ResultLedger {
  const stills = new Map<string, { readonly sentAtMs: number; captured: boolean }>();
  const results = new Set<string>();
  return {
    stillSent(captureId, nowMs) {
      if (stills.has(captureId)) return;
      stills.set(captureId, { sentAtMs: nowMs, captured: false });
      if (stills.size > KEPT_CAPTURES) stills.delete(stills.keys().next().value!);
    },
    captured(captureId, nowMs) {
      const still = stills.get(captureId);
      if (still === undefined || still.captured) return null;
      still.captured = true;
      return nowMs - still.sentAtMs;
    },
    result(captureId, kind, nowMs) {
      const key = `${captureId}/${kind}`;
      if (results.has(key)) return 'twice';
      results.add(key);
      const still = stills.get(captureId);
      return still === undefined ? null : nowMs - still.sentAtMs;
    },
    received: () => [...results].slice(-TOLD_ON_RESUME),
  };
}
