import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAudit } from '../../src/captures/audit.ts';
import type { CaptureDesk } from '../../src/captures/create-capture-desk.ts';
import { createEraser, type Eraser } from '../../src/captures/erase.ts';
import type { ErasedIds, ErasureBook, OpenErasure } from '../../src/captures/erasure-ports.ts';
import type {
  AccountReader,
  CaptureBook,
  CaptureStore,
  EvidenceStore,
  RecordLog,
} from '../../src/captures/types.ts';
import { openCaptureBook, openCaptureDesk } from '../../src/cli/roles/open-captures.ts';
import { type Environment, parseConfig, thisMachine } from '../../src/config/parse-config.ts';
import type { JobDesk, JobHandler } from '../../src/jobs/types.ts';
import type { Account, ConsentFlags } from '../../src/protocol/accounts.ts';
import type { FramegateError } from '../../src/protocol/framegate-error.ts';
import { createFolderStorage } from '../../src/storage/folder-storage.ts';
import type { ObjectStorage } from '../../src/storage/types.ts';
import { createFakeJobDesk, type FakeJobDesk } from './fake-job-desk.ts';
import { createMemoryCaptureStore } from './memory-capture-store.ts';

export interface TestCaptures {
  readonly desk: CaptureDesk;
  readonly book: CaptureBook;
  readonly evidence: EvidenceStore;
  readonly store: CaptureStore;
  readonly jobs: FakeJobDesk;
  readonly storage: ObjectStorage;
  readonly accounts: AccountReader;
  readonly eraser: Eraser;
  readonly records: RecordLog;
  /** What went to history, in order. */
  readonly rows: readonly {
    readonly table: string;
    readonly id: string;
    readonly row: Record<string, unknown>;
  }[];
  rowsOf(table: string): Record<string, unknown>[];
  /** What the account allows from now on; null: it is gone. */
  setConsent(userId: string, consent: ConsentFlags | null): void;
  /** The next job cannot be handed in. */
  failNextSubmission(error: FramegateError): void;
  /** Moves the desk's clock on. */
  passTime(ms: number): void;
  /** Keys of all that is in storage. */
  files(): Promise<string[]>;
  close(): Promise<void>;
}

interface Options {
  readonly environment?: Environment;
  /** What a worker does with jobs of kind `body`, when `jobs.work()` is called. */
  readonly handler?: (book: CaptureBook, evidence: EvidenceStore) => JobHandler;
  /** What workers do with other jobs. */
  readonly handlers?: (given: Pick<TestCaptures, 'store' | 'accounts' | 'records'>) => readonly JobHandler[];
}

/**
 * Captures as the api role and a worker open them: documents in memory, files in a folder of their own, jobs that are
 * worked on when `jobs.work()` is called. Accounts exist as soon as somebody asks for them, and allow nothing.
 */
export async function openTestCaptures({
  environment = {},
  handler,
  handlers = () => [],
}: Options = {}): Promise<TestCaptures> {
  const folder = await mkdtemp(join(tmpdir(), 'framegate-captures-'));
  const config = parseConfig(environment, thisMachine());
  const storage = createFolderStorage(folder);
  const store = createMemoryCaptureStore();
  const consents = new Map<string, ConsentFlags | null>();
  const rows: { table: string; id: string; row: Record<string, unknown> }[] = [];
  const records = {
    write: (table: string, id: string, row: Readonly<Record<string, unknown>>) =>
      void rows.push({ table, id, row }),
  };
  const accounts = {
    read: async (userId: string): Promise<Account | null> => {
      const consent = consents.get(userId);
      if (consent === null) return null;
      return {
        userId,
        email: `${userId}@example.org`,
        displayName: null,
        passwordHash: '',
        role: 'user',
        consent: consent ?? { store_images: false, training: false },
        createdAtMs: 0,
        lastLoginAtMs: null,
      };
    },
  };
  const given = { redis: { captures: store, accounts }, storage, records };
  const { book, evidence } = openCaptureBook(config, given);
  const jobs = await createFakeJobDesk([
    ...(handler === undefined ? [] : [handler(book, evidence)]),
    ...handlers({ store, accounts, records }),
  ]);
  let refusal: FramegateError | null = null;
  let aheadMs = 0;
  const desk: JobDesk = {
    ...jobs.desk,
    submit: async (job) => {
      const thrown = refusal;
      refusal = null;
      if (thrown !== null) throw thrown;
      return jobs.desk.submit(job);
    },
  };
  const eraser = createEraser({
    captures: store,
    jobs: jobs.desk,
    storage,
    accounts: { remove: async () => undefined },
    // Without NATS there are no messages that tell of anybody.
    messages: { theirs: async () => ({ captureIds: [], sessionIds: [] }), erase: async () => 0 },
    records: { put: async (table, id, row) => records.write(table, id, row) },
    book: createMemoryErasureBook(),
    nowMs: Date.now,
    newId: randomUUID,
  });
  return {
    desk: openCaptureDesk(config, {
      ...given,
      jobs: desk,
      eraser,
      audit: createAudit(records),
      nowMs: () => Date.now() + aheadMs,
    }),
    book,
    evidence,
    store,
    jobs,
    storage,
    accounts,
    eraser,
    records,
    rows,
    rowsOf: (table) => rows.filter((one) => one.table === table).map(({ row }) => row),
    failNextSubmission: (error) => {
      refusal = error;
    },
    passTime: (ms) => {
      aheadMs += ms;
    },
    setConsent: (userId, consent) => void consents.set(userId, consent),
    files: async () => {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      return entries
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
        .sort();
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

function createMemoryErasureBook(): ErasureBook {
  const erasures = new Map<string, OpenErasure>();
  const ids = new Map<string, ErasedIds>();
  const idsOf = (erasureId: string) => ids.get(erasureId) ?? { captureIds: [], sessionIds: [] };
  return {
    begin: async (erasure) => {
      erasures.set(erasure.erasureId, erasure);
      return erasure;
    },
    found: async (erasureId, more) => {
      const { captureIds, sessionIds } = idsOf(erasureId);
      ids.set(erasureId, {
        captureIds: [...new Set([...captureIds, ...more.captureIds])],
        sessionIds: [...new Set([...sessionIds, ...more.sessionIds])],
      });
    },
    idsOf: async (erasureId) => idsOf(erasureId),
    end: async ({ erasureId }) => void erasures.delete(erasureId),
    open: async () => [...erasures.values()],
  };
}
