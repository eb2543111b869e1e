import { createCaptureBook } from '../../src/captures/create-capture-book.ts';
import { uploadedCapture } from '../../src/captures/new-capture.ts';
import { createStoredEvidence } from '../../src/captures/stored-evidence.ts';
import type { Account } from '../../src/protocol/accounts.ts';
import type { BodyCapture } from '../../src/protocol/body-captures.ts';
import {
  BODY_METRICS,
  type BodyMeasurement,
  type BodyMetrics,
  type BodyView,
  type BodyViewEvidence,
} from '../../src/protocol/body-measurement.ts';
import { FramegateError } from '../../src/protocol/framegate-error.ts';
import { createMemoryCaptureStore } from './memory-capture-store.ts';
import { sampleEvidence } from './sample-captures.ts';

const NOW_MS = Date.UTC(2025, 5, 2, 12);
export const CAPTURE_ID = 'capture-1';
export const OWNER: Account = {
  userId: 'owner',
  email: 'owner@example.com',
  displayName: null,
  passwordHash: '',
  role: 'user',
  consent: { store_images: true, training: false },
  createdAtMs: NOW_MS,
  lastLoginAtMs: null,
};

/** One capture with all that a worker writes about it: the real book and evidence, over memory. */
export async function bodyCaptureFixture(changes: Partial<BodyCapture> = {}) {
  const store = createMemoryCaptureStore();
  const files = new Map<string, Uint8Array>();
  const storage = {
    put: async (path: string, data: Uint8Array) => void files.set(path, Uint8Array.from(data)),
    get: async (path: string) => {
      const data = files.get(path);
      if (data === undefined) throw new FramegateError('object-missing', 'there is no such object');
      return { data, contentType: 'application/octet-stream' };
    },
    remove: async (paths: readonly string[]) => {
      for (const path of paths) files.delete(path);
    },
  };
  const accounts = new Map([[OWNER.userId, OWNER]]);
  let ids = 0;
  const evidence = createStoredEvidence(storage as never);
  const book = createCaptureBook({
    store,
    records: { write: () => {} },
    accounts: { read: async (userId) => accounts.get(userId) ?? null },
    evidence,
    storage: storage as never,
    retention: { policy: 'consent', days: 30 },
    withoutMetadata: (data) => data,
    nowMs: () => NOW_MS,
    newId: () => `id-${++ids}`,
  });
  const capture = uploadedCapture(
    {
      captureId: CAPTURE_ID,
      userId: OWNER.userId,
      nowMs: NOW_MS,
      storeImages: true,
      consent: OWNER.consent,
      source: 'web',
      stated: { heightCm: 172, sex: null },
    },
    ['front', 'side'],
    'job-1',
  );
  await store.create({ ...capture, ...changes });
  return {
    store,
    book,
    evidence,
    /** By their path in object storage. */
    files,
    accounts,
    capture: async () => store.read(CAPTURE_ID),
    /** As the desk removes one: files, document, and files again. */
    remove: async () => {
      files.clear();
      await store.remove(CAPTURE_ID);
      files.clear();
    },
  };
}

export function viewEvidence(view: BodyView, imageSha256: string): BodyViewEvidence {
  return sampleEvidence(view, { imageSha256, width: 900, height: 1600 });
}

export function bodyMeasurementOf(metrics: Partial<BodyMetrics>): BodyMeasurement {
  const all = (value: number | null) =>
    Object.fromEntries(BODY_METRICS.map((metric) => [metric, value])) as BodyMetrics;
  return {
    metrics: { ...all(null), ...metrics },
    skin: null,
    shape: null,
    quality: { lighting_ok: true, card_detected: false, overall_confidence: 0.7 },
    intervals: all(3),
    confidences: all(0.8),
    scale: { source: 'stature', relativeSd: 0.01 },
    flags: [],
    lines: [],
    stages: [{ stage: 'pose', confidence: 0.9, durationMs: 1 }],
    models: [],
  };
}
