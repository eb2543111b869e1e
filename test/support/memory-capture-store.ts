import type { CapturePage, CaptureStore } from '../../src/captures/types.ts';
import type { BodyCapture } from '../../src/protocol/body-captures.ts';

const LONGEST_WAIT_MS = 24 * 3_600_000;

/** The capture store of tests: the same contract as the one in Redis, in one process. */
export function createMemoryCaptureStore(): CaptureStore {
  const captures = new Map<string, BodyCapture>();
  const queue = new Map<string, number>();
  const read = async (captureId: string) => structuredClone(captures.get(captureId) ?? null);

  function listed(
    { limit, beforeMs = Number.POSITIVE_INFINITY }: CapturePage,
    wanted: (one: BodyCapture) => boolean,
  ) {
    const all = [...captures.values()]
      .filter((one) => wanted(one) && one.createdAtMs < beforeMs)
      .sort((a, b) => b.createdAtMs - a.createdAtMs);
    const last = all[Math.min(limit, all.length) - 1];
    return structuredClone(all.filter((one) => last !== undefined && one.createdAtMs >= last.createdAtMs));
  }

  const change: CaptureStore['change'] = async (captureId, apply) => {
    const before = await read(captureId);
    if (before === null) return null;
    const applied = apply(before);
    if (applied === null || applied === before) return before;
    const after = { ...applied, revision: before.revision + 1 };
    captures.set(captureId, structuredClone(after));
    return after;
  };

  return {
    create: async (capture) => {
      if (captures.has(capture.captureId)) return false;
      captures.set(capture.captureId, structuredClone(capture));
      return true;
    },
    read,
    change,
    listOf: async (userId, page) => listed(page, (one) => one.userId === userId),
    listAll: async ({ status, ...page }) =>
      listed(page, (one) => status === undefined || one.status === status),
    listOfPartner: async (partnerId, page) => listed(page, (one) => one.partner?.partnerId === partnerId),
    remove: async (captureId) => {
      captures.delete(captureId);
      queue.delete(captureId);
    },
    enqueue: async (captureId, atMs) => {
      for (const [id, sinceMs] of queue) if (sinceMs <= atMs - LONGEST_WAIT_MS) queue.delete(id);
      queue.set(captureId, atMs);
    },
    dequeue: async (captureId) => void queue.delete(captureId),
    queuePosition: async (captureId) => {
      const order = [...queue].sort((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1)).map(([id]) => id);
      const at = order.indexOf(captureId);
      return at === -1 ? null : at + 1;
    },
    dueArtifacts: async (nowMs, limit) =>
      [...captures.values()]
        .flatMap(({ artifacts }) => artifacts)
        .filter(({ removeAtMs }) => removeAtMs !== null && removeAtMs <= nowMs)
        .sort((a, b) => (a.removeAtMs ?? 0) - (b.removeAtMs ?? 0))
        .slice(0, limit),
    removeArtifact: async (captureId, artifactId) => {
      await change(captureId, (one) =>
        one.artifacts.some((artifact) => artifact.artifactId === artifactId)
          ? { ...one, artifacts: one.artifacts.filter((artifact) => artifact.artifactId !== artifactId) }
          : null,
      );
    },
  };
}
