import { describe, expect, it } from 'vitest';
import { emptyCapture } from '../../src/captures/new-capture.ts';
import { type RetentionSweepDeps, startRetentionSweep } from '../../src/captures/retention-sweep.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import type { AuditEntry } from '../../src/protocol/audit.ts';
import type { Artifact } from '../../src/protocol/body-captures.ts';
import { FramegateError } from '../../src/protocol/framegate-error.ts';
import { createMemoryCaptureStore } from '../support/memory-capture-store.ts';

const NOW_MS = Date.UTC(2025, 5, 2, 12);
const HOUR_MS = 3_600_000;

async function setUp(removeAtMs: readonly (number | null)[]) {
  const captures = createMemoryCaptureStore();
  const artifacts = removeAtMs.map(
    (at, i): Artifact => ({
      artifactId: `a${i}`,
      captureId: 'c',
      bucketPath: `raw-captures/c/${i}.jpg`,
      artifactType: 'raw',
      createdAtMs: NOW_MS - HOUR_MS,
      removeAtMs: at,
    }),
  );
  await captures.create({
    ...emptyCapture({
      captureId: 'c',
      userId: 'u',
      nowMs: NOW_MS - HOUR_MS,
      storeImages: true,
      consent: { store_images: true, training: false },
      source: 'web',
      stated: { heightCm: null, sex: null },
    }),
    artifacts,
  });
  const files = new Set(artifacts.map(({ bucketPath }) => bucketPath));
  const rows: Record<string, unknown>[] = [];
  const audits: AuditEntry[] = [];
  const failures: FramegateError[] = [];
  const leases = new Map<string, number>();
  const clock = { nowMs: NOW_MS };
  const state = { storageIsAway: false };
  const metrics = createMetrics({ node: 'n', version: '0' });
  const deps: RetentionSweepDeps = {
    captures,
    storage: {
      remove: async (keys) => {
        if (state.storageIsAway) throw new FramegateError('storage-unavailable', 'away', { retryable: true });
        for (const key of keys) files.delete(key);
      },
    },
    records: { write: (table, recordId, row) => rows.push({ table, recordId, ...row }) },
    audit: { record: (entry) => audits.push(entry) },
    erasures: { finishOpen: async () => ({ finished: 0, failed: [] }) },
    takeLease: async (work, ttlMs) => {
      if ((leases.get(work) ?? 0) > clock.nowMs) return null;
      leases.set(work, clock.nowMs + ttlMs);
      return async () => void leases.delete(work);
    },
    nowMs: () => clock.nowMs,
    everyMs: 24 * HOUR_MS,
    onSwept: (swept) => metrics.retention.swept(swept),
    onFailure: (error) => failures.push(error),
  };
  return { deps, captures, files, rows, audits, failures, leases, clock, state, metrics };
}

describe('the retention sweep', () => {
  it('removes what is due and nothing else, tells history, and proves it', async () => {
    const { deps, captures, files, rows, audits, metrics } = await setUp([
      NOW_MS - 1,
      NOW_MS - 5000,
      NOW_MS + 1,
      null,
    ]);
    const sweep = startRetentionSweep(deps);
    expect(await sweep.sweep()).toMatchObject({ removed: 2, kept: 0, oldestDueMs: NOW_MS - 5000 });
    await sweep.stop();
    expect([...files]).toEqual(['raw-captures/c/2.jpg', 'raw-captures/c/3.jpg']);
    expect((await captures.read('c'))?.artifacts.map(({ artifactId }) => artifactId)).toEqual(['a2', 'a3']);
    expect(rows).toEqual([
      expect.objectContaining({ table: 'artifacts', id: 'a1', removed_at_ms: NOW_MS }),
      expect.objectContaining({ table: 'artifacts', id: 'a0', removed_at_ms: NOW_MS }),
    ]);
    expect(audits).toEqual([
      expect.objectContaining({
        action: 'retention.swept',
        actorId: 'system',
        metadata: expect.objectContaining({ removed: 2, kept: 0, oldestDueMs: NOW_MS - 5000 }),
      }),
    ]);
    const text = await metrics.text();
    expect(text).toContain(`framegate_retention_last_run_timestamp_seconds{node="n"} ${NOW_MS / 1000}`);
    expect(text).toContain('framegate_retention_removed_files_total{node="n"} 2');
  });

  it('proves that it ran where nothing was due, once an hour', async () => {
    const { deps, audits, clock } = await setUp([]);
    const sweep = startRetentionSweep(deps);
    for (let minutes = 0; minutes < 130; minutes += 10) {
      expect(await sweep.sweep()).toMatchObject({ removed: 0, oldestDueMs: null });
      clock.nowMs += 10 * 60_000;
    }
    await sweep.stop();
    expect(audits.map(({ resourceId }) => resourceId)).toEqual([
      '2025-06-02T12:00:00.000Z',
      '2025-06-02T13:00:00.000Z',
      '2025-06-02T14:00:00.000Z',
    ]);
  });

  it('keeps what could not be removed for the next run, and says how much', async () => {
    const { deps, captures, rows, audits, failures, state } = await setUp([NOW_MS - 1, NOW_MS - 2]);
    state.storageIsAway = true;
    const sweep = startRetentionSweep(deps);
    expect(await sweep.sweep()).toMatchObject({ removed: 0, kept: 2 });
    expect(failures).toMatchObject([{ code: 'storage-unavailable' }]);
    expect(rows).toEqual([]);
    expect((await captures.read('c'))?.artifacts).toHaveLength(2);
    state.storageIsAway = false;
    expect(await sweep.sweep()).toMatchObject({ removed: 2, kept: 0 });
    await sweep.stop();
    expect(audits.map(({ metadata }) => metadata)).toMatchObject([{ kept: 2 }, { removed: 2, kept: 0 }]);
  });

  it('goes on page by page', async () => {
    const { deps, files } = await setUp(Array.from({ length: 450 }, (_, i) => NOW_MS - i));
    const sweep = startRetentionSweep(deps);
    expect(await sweep.sweep()).toMatchObject({ removed: 450, oldestDueMs: NOW_MS - 449 });
    await sweep.stop();
    expect(files.size).toBe(0);
  });

  it('ends live captures whose views did not come within a day, and removes what came', async () => {
    const { deps, captures, files, clock } = await setUp([]);
    files.add('processed-artifacts/c/evidence-front.json.gz');
    const sweep = startRetentionSweep(deps);
    expect(await sweep.sweep()).toMatchObject({ abandoned: 0 });
    expect((await captures.read('c'))?.status).toBe('collecting');
    clock.nowMs += 24 * HOUR_MS;
    expect(await sweep.sweep()).toMatchObject({ abandoned: 1 });
    expect(await sweep.sweep()).toMatchObject({ abandoned: 0 });
    await sweep.stop();
    expect(await captures.read('c')).toMatchObject({ status: 'failed', error: { code: 'views-missing' } });
    expect([...files]).toEqual([]);
  });

  it('leaves it to the process that is at it', async () => {
    const { deps, files, audits, leases } = await setUp([NOW_MS - 1]);
    leases.set('retention-sweep', NOW_MS + 1);
    const sweep = startRetentionSweep(deps);
    expect(await sweep.sweep()).toBeNull();
    expect([files.size, audits.length]).toEqual([1, 0]);
    leases.clear();
    expect(await sweep.sweep()).toMatchObject({ removed: 1 });
    await sweep.stop();
    expect([...leases.keys()]).toEqual([]);
  });

  it('survives that nothing can be read', async () => {
    const { deps, failures } = await setUp([]);
    const away = new FramegateError('state-unavailable', 'away', { retryable: true });
    const sweep = startRetentionSweep({
      ...deps,
      captures: { ...deps.captures, dueArtifacts: () => Promise.reject(away) },
    });
    expect(await sweep.sweep()).toBeNull();
    await sweep.stop();
    expect(failures).toEqual([away]);
  });
});
