/** Records as the edge and the workers publish them, made up from a number. */
import { MEASURE_IDS } from '../../src/protocol/checks.ts';
import type { CaptureRecord, EventRecord, FrameRecord, ResultRecord } from '../../src/protocol/records.ts';

const MODELS = [
  { name: 'face-detector', version: '1.0.0', sha256: 'a'.repeat(64) },
  { name: 'face-mesh', version: '1.0.0', sha256: 'b'.repeat(64) },
];

export const SAMPLE_START_MS = Date.UTC(2025, 5, 2, 12, 0, 0);

/** Frame `seq` of a session; every third passes, the others ask to come closer. */
export function sampleFrame(
  sessionId: string,
  seq: number,
  { startMs = SAMPLE_START_MS, intervalMs = 100 } = {},
): FrameRecord {
  const passes = seq % 3 === 0;
  return {
    sessionId,
    seq,
    node: 'edge-1',
    profile: 'face-skin',
    level: 'moderate',
    capturedAtMs: startMs + seq * intervalMs - 20,
    receivedAtMs: startMs + seq * intervalMs,
    verdict: passes ? 'pass' : 'adjust',
    hint: passes ? null : 'come-closer',
    errorCode: null,
    checks: MEASURE_IDS.map((id, i) => ({
      id,
      value: id === 'motion' ? null : ((seq * 31 + i * 17) % 1000) / 37,
      unit: 'deg',
      score: (seq * 7 + i * 13) % 101,
      status: id === 'motion' ? 'unknown' : passes || id !== 'face-ratio' ? 'pass' : 'adjust',
    })),
    dwell: (seq % 8) / 8,
    face: {
      box: { x: 201.25, y: 100.5, width: 240.75, height: 280.125 },
      yawDeg: ((seq * 13) % 200) / 10 - 10,
      pitchDeg: ((seq * 7) % 200) / 10 - 10,
      rollDeg: ((seq * 3) % 100) / 10 - 5,
    },
    faceCount: 1,
    width: 640,
    height: 480,
    format: 'jpeg',
    frameBytes: 40_000 + (seq % 997),
    timing: { queueMs: 0.25, decodeMs: 2.5, inferMs: 8 + (seq % 10) / 10, totalMs: 11 + (seq % 10) },
    models: MODELS,
  };
}

export function sampleCapture(captureId: string, sessionId: string): CaptureRecord {
  const frame = sampleFrame(sessionId, 3);
  return {
    captureId,
    sessionId,
    node: 'edge-1',
    subject: null,
    profile: 'face-skin',
    level: 'moderate',
    thresholds: { yaw: { min: -10, max: 10 } },
    trigger: 'auto',
    source: 'still',
    seq: 3,
    capturedAtMs: frame.capturedAtMs,
    acceptedAtMs: frame.receivedAtMs + 400,
    consent: { store: true, training: false },
    width: 1920,
    height: 1080,
    format: 'jpeg',
    imageBytes: 512_345,
    imageSha256: 'c'.repeat(64),
    quality: 91.5,
    checks: frame.checks,
    face: frame.face,
    models: MODELS,
  };
}

export function sampleResult(captureId: string, sessionId: string): ResultRecord {
  return {
    captureId,
    sessionId,
    kind: 'face-quality',
    status: 'done',
    profile: 'face-skin',
    finishedAtMs: SAMPLE_START_MS + 2000,
    durationMs: 85.5,
    attempt: 1,
    measurements: [
      { metric: 'ita', region: 'forehead', value: 31.5, unit: 'deg', confidence: 0.8 },
      { metric: 'sharpness', value: 0.71, unit: 'ratio', confidence: 1 },
      { metric: 'eyes-open', value: null, unit: 'ratio', confidence: 0 },
    ],
    result: { tone: { monk: 4, itaDeg: 31.5 }, note: 'é\n✓' },
    error: null,
    provenance: {
      analyzer: 'face-quality',
      analyzerVersion: '1.2.0',
      codeVersion: '0.1.0',
      models: MODELS,
      thresholds: { yaw: { min: -10, max: 10 } },
      sessionId,
      captureId,
      seq: 3,
      imageSha256: 'c'.repeat(64),
    },
  };
}

export function sampleSessionEvents(sessionId: string): EventRecord[] {
  const at = (event: string, atMs: number, details: Record<string, unknown>): EventRecord => ({
    eventId: `${sessionId}-${event}-${atMs}`,
    entity: 'session',
    entityId: sessionId,
    event,
    atMs,
    node: event === 'resumed' ? 'edge-2' : 'edge-1',
    actor: 'anonymous',
    details,
  });
  const opening = {
    profile: 'face-skin',
    level: 'moderate',
    thresholds: { yaw: { min: -10, max: 10 } },
    consent: { store: true, training: false },
    locale: 'de-DE',
    client: { sdk: 'web/1.0', camera: 'front', screen: '390x844' },
  };
  return [
    at('started', SAMPLE_START_MS, opening),
    at('resumed', SAMPLE_START_MS + 5000, opening),
    at('ended', SAMPLE_START_MS + 9000, {
      profile: 'face-skin',
      reason: 'bye',
      frames: 90,
      captures: 1,
      startedAtMs: SAMPLE_START_MS,
    }),
  ];
}
