export interface AcknowledgedCapture {
  readonly captureId: string;
  readonly sessionId: string;
  readonly acknowledgedMs: number;
  /** When all of its rows were first seen; null as long as some are missing. */
  storedMs: number | null;
}

/** The captures that clients were told `captured` of: these must never be lost. */
export interface CaptureBook {
  acknowledged(captureId: string, sessionId: string, nowMs: number): void;
  /** A `result` message, each as it came over the wire. */
  resulted(captureId: string, kind: string): void;
  stored(captureId: string, nowMs: number): void;
  readonly captures: ReadonlyMap<string, AcknowledgedCapture>;
  missingRows(): AcknowledgedCapture[];
  /** 0 before the first. */
  lastAcknowledgedMs(): number;
  /** Results that a client was given more than once (RE1). */
  readonly repeatedResults: readonly string[];
}

export function createCaptureBook(): CaptureBook {
  const captures = new Map<string, AcknowledgedCapture>();
  const missing = new Set<AcknowledgedCapture>();
  const results = new Set<string>();
  const repeatedResults: string[] = [];
  let lastMs = 0;
  return {
    acknowledged(captureId, sessionId, nowMs) {
      if (captures.has(captureId)) return;
      const capture: AcknowledgedCapture = { captureId, sessionId, acknowledgedMs: nowMs, storedMs: null };
      captures.set(captureId, capture);
      missing.add(capture);
      lastMs = nowMs;
    },
    resulted(captureId, kind) {
      const key = `${captureId}/${kind}`;
      if (results.has(key)) repeatedResults.push(key);
      results.add(key);
    },
    stored(captureId, nowMs) {
      const capture = captures.get(captureId);
      if (capture === undefined || capture.storedMs !== null) return;
      capture.storedMs = nowMs;
      missing.delete(capture);
    },
    captures,
    missingRows: () => [...missing],
    lastAcknowledgedMs: () => lastMs,
    repeatedResults,
  };
}
