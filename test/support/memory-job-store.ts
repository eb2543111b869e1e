import { applyChange, isFinal } from '../../src/jobs/apply-change.ts';
import type { JobStore } from '../../src/jobs/job-store.ts';
import { FINAL_JOB_STATES, JOB_STATES, type JobState, type JobStatus } from '../../src/protocol/jobs.ts';

interface Kept {
  status: JobStatus;
  touchedAtMs: number;
  result: Record<string, unknown> | null;
}

const DAY_MS = 24 * 3_600_000;

/** The job store of tests: the same contract as the one in Redis, in one process. */
export function createMemoryJobStore(nowMs: () => number = Date.now): JobStore {
  const jobs = new Map<string, Kept>();
  const keys = new Map<string, { jobId: string; contentHash: string }>();
  const listeners = new Set<(jobId: string) => void>();

  function tell(jobId: string): void {
    for (const listener of [...listeners]) queueMicrotask(() => listener(jobId));
  }

  function ofKind(kind: string): JobStatus[] {
    return [...jobs.values()].map(({ status }) => status).filter((status) => status.kind === kind);
  }

  return {
    create: async (status, idempotency) => {
      if (idempotency !== null) {
        const first = keys.get(idempotency.key);
        if (first !== undefined && jobs.has(first.jobId)) {
          const { jobId, contentHash } = first;
          return { existing: { jobId, sameContent: contentHash === idempotency.contentHash } };
        }
        keys.set(idempotency.key, { jobId: status.jobId, contentHash: idempotency.contentHash });
      }
      jobs.set(status.jobId, { status, touchedAtMs: nowMs(), result: null });
      return { existing: null };
    },
    read: async (jobId) => jobs.get(jobId)?.status ?? null,
    result: async (jobId) => jobs.get(jobId)?.result ?? null,
    change: async (jobId, change) => {
      const kept = jobs.get(jobId);
      if (kept === undefined) return null;
      const status = applyChange(kept.status, change);
      if (status === kept.status) return { status, changed: false };
      const result = change.type === 'complete' ? change.result : kept.result;
      jobs.set(jobId, { status, touchedAtMs: nowMs(), result });
      if (isFinal(status.state)) tell(jobId);
      return { status, changed: true };
    },
    touch: async (jobId, progress) => {
      const kept = jobs.get(jobId);
      if (kept === undefined || isFinal(kept.status.state)) return;
      kept.status = { ...kept.status, progress: Math.max(kept.status.progress, progress) };
      kept.touchedAtMs = nowMs();
    },
    remove: async (jobId) => {
      if (jobs.delete(jobId)) tell(jobId);
    },
    counts: async (kind) => {
      const times = ofKind(kind)
        .filter(({ state, finishedAtMs }) => state === 'completed' && (finishedAtMs ?? 0) > nowMs() - DAY_MS)
        .map((status) => (status.finishedAtMs ?? 0) - (status.startedAtMs ?? status.createdAtMs));
      return {
        byState: Object.fromEntries(
          JOB_STATES.map((state) => [state, ofKind(kind).filter((status) => status.state === state).length]),
        ) as Record<JobState, number>,
        completedIn24h: times.length,
        meanProcessingMs:
          times.length === 0 ? null : times.reduce((sum, time) => sum + time, 0) / times.length,
      };
    },
    failed: async (kind, limit) =>
      ofKind(kind)
        .filter(({ state }) => state === 'failed')
        .sort((a, b) => (b.finishedAtMs ?? 0) - (a.finishedAtMs ?? 0))
        .slice(0, limit),
    idleSince: async (atMs, limit) =>
      [...jobs.values()]
        .filter(({ status, touchedAtMs }) => !FINAL_JOB_STATES.includes(status.state) && touchedAtMs <= atMs)
        .sort((a, b) => a.touchedAtMs - b.touchedAtMs)
        .slice(0, limit)
        .map(({ status }) => status.jobId),
    onEnd: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
