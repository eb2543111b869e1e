import type { CaptureRecord, EventRecord, FrameRecord, ResultRecord } from '../../src/protocol/records.ts';

/** Records as the bus carries them, made up: identities matter, measurements do not. */
export function captureRecord(captureId: string, overrides: Partial<CaptureRecord> = {}): CaptureRecord {
  return {
    captureId,
    sessionId: 'session-1',
    node: 'node-1',
    subject: null,
    profile: 'face-skin',
    level: 'moderate',
    thresholds: { yaw: { min: -10, max: 10 } },
    trigger: 'auto',
    source: 'still',
    seq: 7,
    capturedAtMs: 1_760_000_000_000,
    acceptedAtMs: 1_760_000_000_100,
    consent: { store: false, training: false },
    width: 640,
    height: 480,
    format: 'jpeg',
    imageBytes: 1000,
    imageSha256: 'ab'.repeat(32),
    quality: 90,
    checks: [],
    face: null,
    models: [],
    ...overrides,
  };
}

export function resultRecord(captureId: string, overrides: Partial<ResultRecord> = {}): ResultRecord {
  const sessionId = overrides.sessionId ?? 'session-1';
  return {
    captureId,
    sessionId,
    kind: 'face-quality',
    status: 'done',
    profile: 'face-skin',
    finishedAtMs: 1_760_000_001_000,
    durationMs: 100,
    attempt: 1,
    measurements: [],
    result: { score: 90 },
    error: null,
    provenance: {
      analyzer: 'face-quality',
      analyzerVersion: '1',
      codeVersion: '0',
      models: [],
      thresholds: {},
      sessionId,
      captureId,
      seq: 7,
      imageSha256: 'ab'.repeat(32),
    },
    ...overrides,
  };
}

export function frameRecord(seq: number, overrides: Partial<FrameRecord> = {}): FrameRecord {
  return {
    sessionId: 'session-1',
    seq,
    node: 'node-1',
    profile: 'face-skin',
    level: 'moderate',
    capturedAtMs: 1_760_000_000_000 + seq,
    receivedAtMs: 1_760_000_000_010 + seq,
    verdict: 'adjust',
    hint: 'come-closer',
    errorCode: null,
    checks: [],
    dwell: 0,
    face: null,
    faceCount: 0,
    width: 640,
    height: 480,
    format: 'jpeg',
    frameBytes: 20_000,
    timing: { queueMs: 0, decodeMs: 2, inferMs: 5, totalMs: 8 },
    models: [],
    ...overrides,
  };
}

export function eventRecord(eventId: string, overrides: Partial<EventRecord> = {}): EventRecord {
  return {
    eventId,
    entity: 'session',
    entityId: 'session-1',
    event: 'started',
    atMs: 1_760_000_000_000,
    node: 'node-1',
    actor: 'anonymous',
    details: {},
    ...overrides,
  };
}
