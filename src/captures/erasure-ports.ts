/** What an erasure has to reach; `state`, `bus`, `storage`, `jobs` and `accounts` implement it. */
import type { JobDesk } from '../jobs/types.ts';
import type { RecordTable } from '../protocol/body-captures.ts';
import type { ObjectStorage } from '../storage/types.ts';
import type { CaptureStore } from './types.ts';

export interface OpenErasure {
  readonly erasureId: string;
  readonly subjectType: 'user' | 'capture';
  readonly subjectId: string;
  readonly requestedAtMs: number;
}

/** Ids that belong to whom an erasure is about. Jobs are among the captures: their results are filed alike. */
export interface ErasedIds {
  readonly captureIds: readonly string[];
  readonly sessionIds: readonly string[];
}

/** Erasures that have begun and not ended, kept where they outlive this process. */
export interface ErasureBook {
  /** The erasure of this subject that is open; else `erasure`, which is from now on. */
  begin(erasure: OpenErasure): Promise<OpenErasure>;
  /** Adds what was found to be its subject's, before it is removed: what is gone tells nobody of the rest. */
  found(erasureId: string, ids: ErasedIds): Promise<void>;
  idsOf(erasureId: string): Promise<ErasedIds>;
  end(erasure: OpenErasure): Promise<void>;
  open(): Promise<readonly OpenErasure[]>;
}

export interface ErasureMessages {
  /** What else belongs to them, as far as messages tell. */
  theirs(who: { readonly userId: string | null; readonly captureIds: readonly string[] }): Promise<ErasedIds>;
  /** Removes every message that names one of the ids; gives how many. */
  erase(ids: ErasedIds & { readonly userId: string | null }): Promise<number>;
}

export interface ErasureDeps {
  readonly captures: Pick<CaptureStore, 'read' | 'listOf' | 'remove'>;
  readonly jobs: Pick<JobDesk, 'forget'>;
  readonly storage: Pick<ObjectStorage, 'list' | 'remove'>;
  /** The account with its address and its sign-ins. Says nothing where it is gone. */
  readonly accounts: { remove(userId: string): Promise<unknown> };
  readonly messages: ErasureMessages;
  /** Resolves when the record is durable: history is erased by it. */
  readonly records: {
    put(table: RecordTable, recordId: string, row: Readonly<Record<string, unknown>>): Promise<void>;
  };
  readonly book: ErasureBook;
  readonly nowMs: () => number;
  readonly newId: () => string;
}
