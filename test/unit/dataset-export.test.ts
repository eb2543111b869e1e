import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { readDataset } from '../../src/captures/dataset/dataset-draft.ts';
import {
  type ExportDeps,
  type ExportOptions,
  exportDataset,
} from '../../src/captures/dataset/export-dataset.ts';
import { createPseudonyms } from '../../src/captures/dataset/pseudonyms.ts';
import { createStoredEvidence } from '../../src/captures/stored-evidence.ts';
import type { Account, ConsentFlags } from '../../src/protocol/accounts.ts';
import type { AuditEntry } from '../../src/protocol/audit.ts';
import type { Adjustment, BodyCapture, Label } from '../../src/protocol/body-captures.ts';
import { FramegateError } from '../../src/protocol/framegate-error.ts';
import { bodyEvidence } from '../support/body-evidence.ts';
import { createMemoryCaptureStore } from '../support/memory-capture-store.ts';
import {
  SAMPLE_METRICS,
  SAMPLE_TIME_MS,
  sampleCapture,
  sampleMeasurement,
} from '../support/sample-captures.ts';

const SECRET = 'a secret of tests';
const PICTURE = Uint8Array.of(1, 2, 3);
const BOTH: ConsentFlags = { store_images: true, training: true };
const INPUTS = { statureMm: 1724 };

let out: string;
beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), 'framegate-dataset-'));
});
afterEach(() => rm(out, { recursive: true, force: true }));

function adjustment(changes: Partial<Adjustment> = {}): Adjustment {
  return {
    adjustmentId: 'edit',
    captureId: '',
    userId: 'ann',
    originalMetrics: SAMPLE_METRICS,
    adjustedMetrics: { waist_circumference_cm: 76 },
    keypoints: null,
    notes: 'Ann’s own tape',
    source: 'user',
    approved: true,
    approverId: 'ada',
    approvedAtMs: SAMPLE_TIME_MS,
    createdAtMs: SAMPLE_TIME_MS,
    promoted: false,
    ...changes,
  };
}

function label(changes: Partial<Label> = {}): Label {
  return {
    labelId: 'label',
    captureId: '',
    labelerId: 'lea',
    measurements: { waist_circumference_cm: 77, hip_circumference_cm: null },
    approved: true,
    notes: 'at the shop',
    createdAtMs: SAMPLE_TIME_MS,
    ...changes,
  };
}

/** A shop of captures over memory, whose accounts can be changed at any time. */
async function shop() {
  const store = createMemoryCaptureStore();
  const files = new Map<string, Uint8Array>();
  const storage = {
    put: async (path: string, data: Uint8Array) => void files.set(path, Uint8Array.from(data)),
    get: async (path: string) => {
      const data = files.get(path);
      if (data === undefined) throw new FramegateError('object-missing', 'there is no such object');
      return { data: Uint8Array.from(data), contentType: 'image/jpeg' };
    },
    remove: async () => {},
  };
  const consents = new Map<string, ConsentFlags>([
    ['ann', BOTH],
    ['bob', BOTH],
  ]);
  const audited: AuditEntry[] = [];
  const rows: string[] = [];
  const evidence = createStoredEvidence(storage);
  const deps: ExportDeps = {
    store,
    accounts: {
      read: async (userId) => {
        const consent = consents.get(userId);
        return consent === undefined
          ? null
          : ({ userId, email: `${userId}@example.org`, consent } as Account);
      },
    },
    evidence,
    storage,
    records: { write: (table, id) => void rows.push(`${table} ${id}`) } as ExportDeps['records'],
    audit: { record: (entry) => void audited.push(entry) },
    actorId: 'operator',
    tool: 'framegate test',
    pseudonyms: createPseudonyms(SECRET),
    inputsOf: (seen) => (seen.length === 0 ? null : INPUTS),
  };
  let count = 0;
  return {
    deps,
    store,
    consents,
    audited,
    rows,
    files,
    evidence,
    async add(changes: Partial<BodyCapture> = {}): Promise<string> {
      const captureId = changes.captureId ?? `capture-${++count}`;
      const measured = sampleMeasurement();
      const capture = sampleCapture({
        captureId,
        createdAtMs: SAMPLE_TIME_MS + count,
        status: 'done',
        adjustments: [adjustment()],
        metrics: {
          original: measured,
          current: measured.metrics,
          overallConfidence: 0.7,
          latestAdjustmentId: 'edit',
        },
        artifacts: [
          {
            artifactId: `raw-${captureId}`,
            captureId,
            bucketPath: `raw-captures/${captureId}/front.jpg`,
            artifactType: 'raw',
            createdAtMs: SAMPLE_TIME_MS,
            removeAtMs: null,
          },
        ],
        ...changes,
      });
      await store.create(capture);
      await evidence.put(captureId, bodyEvidence('front'));
      files.set(`raw-captures/${captureId}/front.jpg`, PICTURE);
      return captureId;
    },
    run: (options: Partial<ExportOptions> = {}, changes: Partial<ExportDeps> = {}) =>
      exportDataset({ ...deps, ...changes }, { outFolder: out, since: null, withImages: false, ...options }),
  };
}

/** What was written; fails where nothing was. */
async function written(running: ReturnType<typeof exportDataset>) {
  const report = await running;
  if (report.status !== 'written') throw new Error(`nothing was written: ${report.status}`);
  return { ...(await readDataset(report.folder)), folder: report.folder };
}

describe('what is exported', () => {
  it('is a record that says what was measured and what is true, and nothing of who it is', async () => {
    const { add, run, audited } = await shop();
    const captureId = await add({ labels: [label()] });
    const { records, manifest, folder } = await written(run());
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({
      stated: { heightCm: 172, sex: 'female' },
      original: SAMPLE_METRICS,
      truth: { waist_circumference_cm: 77 },
      truthSources: { waist_circumference_cm: 'label' },
      skinTone: 6,
      skinToneBucket: 'monk 4–6',
      shape: 'hourglass',
      inputs: INPUTS,
      models: [{ name: 'pose', version: '1.0' }],
      images: [],
    });
    const evidence = records[0]?.evidence[0];
    expect(evidence?.body?.landmarks).toHaveLength(99);
    const text = await readFile(join(folder, 'records.jsonl'), 'utf8');
    for (const secret of [
      'ann',
      'example.org',
      captureId,
      'edit',
      'tape',
      'lea',
      'ada',
      'deflated',
      'aaaa',
    ]) {
      expect(text).not.toContain(secret);
    }
    expect(manifest).toMatchObject({
      version: 1,
      parent: null,
      tool: 'framegate test',
      counts: { records: 1, people: 1, images: 0, removed: 0, skinTones: { 'monk 4–6': 1 } },
      files: [
        {
          path: 'records.jsonl',
          bytes: Buffer.byteLength(text),
          sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        },
      ],
    });
    expect(audited).toEqual([
      expect.objectContaining({
        actorId: 'operator',
        action: 'dataset.exported',
        resourceId: manifest.contentSha256,
        metadata: expect.objectContaining({ version: 1, records: 1, withImages: false }),
      }),
    ]);
  });

  it('names a person alike in all of their captures, another one otherwise, and a partner’s customers each', async () => {
    const { add, run } = await shop();
    const partner = (reference: string) => ({ partnerId: 'p', customerName: 'x', reference });
    await add();
    await add();
    await add({ userId: 'bob' });
    await add({ userId: 'bob', partner: partner('1') });
    await add({ userId: 'bob', partner: partner('2') });
    const { records, manifest } = await written(run());
    expect(new Set(records.map(({ id }) => id)).size).toBe(5);
    expect(new Set(records.map(({ person }) => person)).size).toBe(4);
    expect(manifest.counts.people).toBe(4);
    const { ofCapture } = createPseudonyms('another secret');
    expect(records.map(({ id }) => id)).not.toContain(ofCapture({ captureId: 'capture-1' }));
  });

  const keypoints = [{ view: 'front' as const, point: 'leftHip', x: 1, y: 2 }];
  test.each<[string, Partial<BodyCapture>, object | null]>([
    ['an approved edit', {}, { waist_circumference_cm: 'adjustment' }],
    ['an approved label', { adjustments: [], labels: [label()] }, { waist_circumference_cm: 'label' }],
    [
      'an approved correction of key points',
      { adjustments: [adjustment({ keypoints })] },
      { waist_circumference_cm: 'correction' },
    ],
    [
      'the later of two edits',
      {
        adjustments: [
          adjustment({ keypoints }),
          adjustment({ adjustmentId: 'b' }),
          adjustment({ adjustmentId: 'c', approved: false, adjustedMetrics: { hip_circumference_cm: 90 } }),
        ],
      },
      { waist_circumference_cm: 'adjustment' },
    ],
    ['no edit that waits', { adjustments: [adjustment({ approved: null })] }, null],
    ['no edit that was refused', { adjustments: [adjustment({ approved: false })] }, null],
    ['no label that is not approved', { adjustments: [], labels: [label({ approved: false })] }, null],
    ['nothing that nobody approved, marked or not', { adjustments: [], forTraining: true }, null],
    ['nothing that was not measured', { metrics: null }, null],
  ])('counts %s', async (_, changes, sources) => {
    const { add, run } = await shop();
    await add(changes);
    if (sources === null) {
      expect(await run()).toEqual({ status: 'empty' });
      expect(await readdir(out)).toEqual([]);
    } else {
      expect((await written(run())).records[0]?.truthSources).toEqual(sources);
    }
  });

  it('is what was made since a day, where one is named', async () => {
    const { add, run } = await shop();
    await add({ createdAtMs: SAMPLE_TIME_MS - 1000 });
    await add({ createdAtMs: SAMPLE_TIME_MS + 1000 });
    const { records, manifest } = await written(run({ since: new Date(SAMPLE_TIME_MS) }));
    expect(records).toHaveLength(1);
    expect(manifest.since).toBe(new Date(SAMPLE_TIME_MS).toISOString());
  });

  it('is all of many, over pages', async () => {
    const { add, run } = await shop();
    for (let index = 0; index < 130; index++) await add();
    expect((await written(run())).records).toHaveLength(130);
  });
});

describe('consent', () => {
  it('is asked of the account now, not of the capture', async () => {
    const { add, run, consents } = await shop();
    await add({ consent: BOTH });
    const evidence: ExportDeps['evidence'] = {
      all: async () => {
        throw new Error('nothing is to be read of them');
      },
    };
    consents.set('ann', { store_images: true, training: false });
    expect(await run({}, { evidence })).toEqual({ status: 'empty' });
    consents.delete('ann');
    expect(await run({}, { evidence })).toEqual({ status: 'empty' });
  });

  it('that is withdrawn while it runs keeps the capture out, and its files', async () => {
    const { add, run, consents, deps, store } = await shop();
    await add();
    const gone = await add({ userId: 'bob' });
    const storage: ExportDeps['storage'] = {
      get: (path) => {
        consents.set('bob', { store_images: false, training: false });
        return deps.storage.get(path);
      },
    };
    const { records, folder } = await written(run({ withImages: true }, { storage }));
    expect(records).toHaveLength(1);
    expect(await readdir(join(folder, 'images'))).toEqual([records[0]?.id]);
    expect((await store.read(gone))?.adjustments[0]?.promoted).toBe(false);
  });

  it('that is withdrawn later keeps the capture out of the next version, which counts it', async () => {
    const { add, run, consents } = await shop();
    await add();
    await add({ userId: 'bob' });
    await written(run());
    consents.set('bob', { store_images: true, training: false });
    const { manifest, records } = await written(run());
    expect(manifest).toMatchObject({
      version: 2,
      parent: { version: 1 },
      counts: { records: 1, removed: 1 },
    });
    expect(records).toHaveLength(1);
    consents.clear();
    expect((await written(run())).manifest.counts).toMatchObject({ records: 0, removed: 1 });
  });

  it('to keep pictures is asked for pictures', async () => {
    const { add, run, consents, deps } = await shop();
    await add();
    await add({ userId: 'bob' });
    consents.set('bob', { store_images: false, training: true });
    const read: string[] = [];
    const storage: ExportDeps['storage'] = {
      get: (path) => {
        read.push(path);
        return deps.storage.get(path);
      },
    };
    const { records, manifest, folder } = await written(run({ withImages: true }, { storage }));
    expect(read).toEqual(['raw-captures/capture-1/front.jpg']);
    const [mine] = records.filter(({ images }) => images.length > 0);
    expect(records).toHaveLength(2);
    expect(manifest.counts.images).toBe(1);
    expect(mine?.images).toEqual([
      { view: 'front', file: `images/${mine?.id}/front.jpg`, sha256: expect.any(String) },
    ]);
    expect(new Uint8Array(await readFile(join(folder, mine?.images[0]?.file ?? '')))).toEqual(PICTURE);
    expect(manifest.files.map(({ path }) => path)).toEqual(['records.jsonl', mine?.images[0]?.file]);
  });

  it('gives no picture whose time is over', async () => {
    const { add, run, files } = await shop();
    const captureId = await add();
    files.delete(`raw-captures/${captureId}/front.jpg`);
    expect((await written(run({ withImages: true }))).records[0]?.images).toEqual([]);
  });
});

describe('versions', () => {
  it('are the same files for the same captures, wherever and in whatever order', async () => {
    const { add, run } = await shop();
    for (let index = 0; index < 5; index++) await add();
    const first = await written(run());
    const other = await shop();
    for (const index of [3, 1, 5, 2, 4]) await other.add({ captureId: `capture-${index}` });
    const second = await written(other.run({ outFolder: join(out, 'elsewhere') }));
    expect(second.manifest).toEqual(first.manifest);
  });

  it('are none where nothing has changed; the edits are promoted once', async () => {
    const { add, run, store, rows, audited } = await shop();
    const captureId = await add();
    const first = await written(run());
    expect((await store.read(captureId))?.adjustments[0]?.promoted).toBe(true);
    const told = rows.length;
    expect(rows.some((row) => row.startsWith('user_adjustments edit-'))).toBe(true);
    expect(await run()).toMatchObject({ status: 'unchanged', folder: first.folder });
    expect(await readdir(out)).toEqual(['v1']);
    expect(rows).toHaveLength(told);
    expect(audited).toHaveLength(1);
  });

  it('come one after the other as captures come', async () => {
    const { add, run } = await shop();
    await add();
    const first = await written(run());
    await add();
    const second = await written(run());
    expect(second.manifest).toMatchObject({
      version: 2,
      parent: { version: 1, contentSha256: first.manifest.contentSha256 },
      counts: { records: 2, removed: 0 },
    });
    expect((await readdir(out)).sort()).toEqual(['v1', 'v2']);
  });

  it('are there as a whole or not at all', async () => {
    const { add, run } = await shop();
    await add();
    const storage = {
      get: async () => {
        throw new FramegateError('storage-unavailable', 'away', { retryable: true });
      },
    };
    await expect(run({ withImages: true }, { storage })).rejects.toMatchObject({
      code: 'storage-unavailable',
    });
    expect(await readdir(out)).toEqual([]);
  });

  it('that are damaged are not read, nor followed', async () => {
    const { add, run } = await shop();
    await add();
    const { folder } = await written(run());
    const path = join(folder, 'records.jsonl');
    await writeFile(path, (await readFile(path, 'utf8')).replace('"skinTone":6', '"skinTone":7'));
    await expect(readDataset(folder)).rejects.toMatchObject({ code: 'config-invalid' });
    await expect(run()).rejects.toMatchObject({ code: 'config-invalid' });
    await expect(readDataset(join(out, 'nowhere'))).rejects.toMatchObject({ code: 'config-invalid' });
  });
});
