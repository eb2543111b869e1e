import { describe, expect, it } from 'vitest';
import { createEraser } from '../../src/captures/erase.ts';
import type { ErasedIds, ErasureDeps, OpenErasure } from '../../src/captures/erasure-ports.ts';
import { FramegateError } from '../../src/protocol/framegate-error.ts';
import { createMemoryCaptureStore } from '../support/memory-capture-store.ts';

const NOW_MS = Date.UTC(2025, 5, 2, 12);

/** Nothing but an erasure's own bookkeeping, and messages that tell of these captures. */
function setUp(captureIds: readonly string[], files: readonly string[] = []) {
  const kept = new Set(files);
  const listed: string[] = [];
  const open = new Map<string, OpenErasure>();
  const found = new Set<string>();
  const rows: Record<string, unknown>[] = [];
  const failing = new Set<string>();
  const deps: ErasureDeps = {
    captures: createMemoryCaptureStore(),
    jobs: { forget: async () => false },
    storage: {
      list: async function* (prefix) {
        listed.push(prefix);
        for (const key of kept) if (key.startsWith(prefix)) yield { key, bytes: 1 };
      },
      remove: async (keys) => {
        for (const key of keys) kept.delete(key);
      },
    },
    accounts: {
      remove: async (userId) => {
        if (failing.has(userId)) throw new FramegateError('state-unavailable', 'away', { retryable: true });
      },
    },
    messages: { theirs: async () => ({ captureIds, sessionIds: [] }), erase: async () => 0 },
    records: { put: async (_, recordId, row) => void rows.push({ recordId, ...row }) },
    book: {
      begin: async (erasure) => {
        const first = open.get(erasure.subjectId) ?? erasure;
        open.set(erasure.subjectId, first);
        return first;
      },
      found: async (_, ids: ErasedIds) => {
        for (const id of ids.captureIds) found.add(id);
      },
      idsOf: async () => ({ captureIds: [...found], sessionIds: [] }),
      end: async ({ subjectId }) => void open.delete(subjectId),
      open: async () => [...open.values()],
    },
    nowMs: () => NOW_MS,
    newId: () => 'e',
  };
  return { eraser: createEraser(deps), kept, listed, open, rows, failing };
}

describe('an erasure', () => {
  it('of very many captures says so in messages that NATS takes, with every id once', async () => {
    const ids = Array.from({ length: 10_001 }, (_, i) => `c${i}`);
    const { eraser, rows } = setUp(ids);
    await eraser.eraseUser('u');
    expect(rows.map(({ recordId, id, subject_id }) => [recordId, id, subject_id])).toEqual([
      ['e', 'e', 'u'],
      ['e-1', 'e-1', 'u'],
      ['e-2', 'e-2', 'u'],
    ]);
    expect(rows.flatMap(({ capture_ids }) => capture_ids)).toEqual(ids);
  });

  it('looks into storage once a folder where there are many, and takes no other’s files', async () => {
    const ids = Array.from({ length: 100 }, (_, i) => `c${i}`);
    const files = ['raw-captures/c7/front.jpg', 'exports/c8.pdf', 'exports/u/all.zip'];
    const others = ['raw-captures/c700/front.jpg', 'exports/c800.pdf', 'models/c7/a'];
    const { eraser, kept, listed } = setUp(ids, [...files, ...others]);
    await eraser.eraseUser('u');
    expect([...kept]).toEqual(others);
    expect(listed).toEqual(['raw-captures/', 'processed-artifacts/', 'exports/']);
  });

  it('that fails tells its caller, and holds up no other one', async () => {
    const { eraser, open, failing, rows } = setUp([]);
    failing.add('a');
    failing.add('b');
    for (const userId of ['a', 'b'])
      await expect(eraser.eraseUser(userId)).rejects.toMatchObject({ code: 'state-unavailable' });
    failing.delete('b');
    expect(await eraser.finishOpen(0)).toMatchObject({
      finished: 1,
      failed: [{ code: 'state-unavailable' }],
    });
    expect([...open.keys()]).toEqual(['a']);
    expect(rows.map(({ subject_id }) => subject_id)).toEqual(['b']);
  });
});
