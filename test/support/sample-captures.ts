import { uploadedCapture } from '../../src/captures/new-capture.ts';
import type { BodyCapture } from '../../src/protocol/body-captures.ts';
import type {
  BodyMeasurement,
  BodyMetrics,
  BodyView,
  BodyViewEvidence,
} from '../../src/protocol/body-measurement.ts';
import { BODY_POINT_COUNT } from '../../src/vision/body-points.ts';

export const SAMPLE_METRICS: BodyMetrics = {
  height_cm: 172.4,
  shoulder_width_cm: 41.2,
  chest_circumference_cm: 95.6,
  waist_circumference_cm: 75,
  hip_circumference_cm: 99.2,
  inseam_cm: 78.3,
  torso_length_cm: 52.1,
  neck_circumference_cm: 36.5,
  sleeve_length_cm: null,
};

/** As a worker measures a body, with some of these metrics. */
export function sampleMeasurement(metrics: Partial<BodyMetrics> = {}): BodyMeasurement {
  const all = { ...SAMPLE_METRICS, ...metrics };
  return {
    metrics: all,
    skin: {
      ita: 18.3,
      lab: { L: 56.2, a: 13.1, b: 16.5 },
      monk_bucket: 6,
      undertone: 'warm',
      palette: [{ hex: '#8B4B2F', reason: 'high-contrast warm' }],
    },
    shape: { type: 'hourglass', confidence: 0.82 },
    quality: { lighting_ok: true, card_detected: true, overall_confidence: 0.78 },
    intervals: { ...all, waist_circumference_cm: 4 },
    confidences: { ...all, waist_circumference_cm: 0.8 },
    scale: { source: 'card', relativeSd: 0.01 },
    flags: [{ code: 'low-confidence', metric: 'inseam_cm', message: 'the feet are hidden' }],
    lines: [{ view: 'front', metric: 'waist_circumference_cm', from: [300, 620], to: [420, 622] }],
    stages: [{ stage: 'card', confidence: 0.9, durationMs: 12 }],
    models: [{ name: 'pose', version: '1.0', sha256: 'ab'.repeat(32) }],
  };
}

export const SAMPLE_CAPTURE_ID = '3d0f8a52-9c1e-4b7d-8e2a-5f6b7c8d9e0f';
export const SAMPLE_TIME_MS = 1_765_370_025_000;

/** An uploaded capture of ann that waits for its worker. */
export function sampleCapture(changes: Partial<BodyCapture> = {}): BodyCapture {
  return {
    ...uploadedCapture(
      {
        captureId: SAMPLE_CAPTURE_ID,
        userId: 'ann',
        nowMs: SAMPLE_TIME_MS,
        storeImages: false,
        consent: { store_images: false, training: false },
        source: 'web',
        stated: { heightCm: 172, sex: 'female' },
      },
      ['front', 'side'],
      'job-1',
    ),
    ...changes,
  };
}

export function sampleEvidence(view: BodyView, changes: Partial<BodyViewEvidence> = {}): BodyViewEvidence {
  return {
    view,
    imageSha256: 'cd'.repeat(32),
    width: 720,
    height: 1280,
    focalPx: null,
    problems: [],
    lightingOk: true,
    card: null,
    body: null,
    face: null,
    skin: [],
    models: [],
    ...changes,
  };
}

/** Joints on two upright lines in a picture of 720 × 1280, from the shoulders down to the ankles. */
export function standingBody(): NonNullable<BodyViewEvidence['body']> {
  const landmarks = Array.from({ length: BODY_POINT_COUNT }, (_, index) => [
    index % 2 === 1 ? 400 : 320,
    200 + index * 28,
    0,
  ]).flat();
  const sure = Array<number>(BODY_POINT_COUNT).fill(1);
  return {
    landmarks,
    worldLandmarks: landmarks.map(() => 0),
    visibility: sure,
    presence: sure,
    score: 1,
    mask: { region: { centerX: 360, centerY: 640, sizePx: 1280, rotationRad: 0 }, deflated: '' },
  };
}
