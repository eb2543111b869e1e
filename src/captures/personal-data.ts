import type { Account, Caller } from '../protocol/accounts.ts';
import type { Audit, AuditAction } from '../protocol/audit.ts';
import type { BodyCapture } from '../protocol/body-captures.ts';
import { FramegateError } from '../protocol/framegate-error.ts';
import type { ObjectStorage } from '../storage/types.ts';
import type { CaptureDocuments, ZipFile } from './capture-exports.ts';
import { capturePages } from './capture-pages.ts';
import type { Eraser } from './erase.ts';
import type { AccountReader, CaptureStore } from './types.ts';

export interface PersonalData {
  /**
   * All that is kept of the caller as a ZIP: the account, each capture with its edits and labels, and its files; pictures
   * where they are asked for. Rejects with not-found.
   */
  export(caller: Caller, options: { readonly withImages: boolean }): Promise<AsyncIterable<Uint8Array>>;
  /**
   * Removes the account with all that is its own; nobody can sign in with it any more. Rejects with not-found where there
   * is nothing of it.
   */
  erase(caller: Caller, userId: string): Promise<ErasedUser>;
}

export interface ErasedUser {
  readonly userId: string;
  /** As many as there were when it began. */
  readonly captures: number;
  readonly files: number;
  /** false: something could not be reached; it goes on by itself. */
  readonly isFinished: boolean;
}

export interface PersonalDataDeps {
  readonly store: Pick<CaptureStore, 'listOf'>;
  readonly accounts: AccountReader;
  readonly storage: Pick<ObjectStorage, 'get'>;
  readonly eraser: Pick<Eraser, 'eraseUser'>;
  readonly documents: Pick<CaptureDocuments, 'zip'>;
  readonly audit: Audit;
  readonly nowMs: () => number;
}

/** What people may ask for of their own: a copy of it, and that it goes. */
export function createPersonalData(deps: PersonalDataDeps): PersonalData {
  const { store, accounts, storage, eraser, documents, audit } = deps;
  const capturesOf = (userId: string) => capturePages((page) => store.listOf(userId, page));

  function tell(
    { userId: actorId, role }: Caller,
    action: AuditAction,
    resourceId: string,
    metadata: Record<string, unknown>,
  ): void {
    audit.record({ actorId, action, resourceType: 'account', resourceId, metadata: { role, ...metadata } });
  }

  async function* filesOf(account: Account, withImages: boolean): AsyncGenerator<ZipFile, void, undefined> {
    yield jsonFile('account.json', accountBody(account), deps.nowMs());
    for await (const capture of capturesOf(account.userId)) {
      const folder = `captures/${capture.captureId}`;
      yield jsonFile(`${folder}/capture.json`, captureBody(capture), capture.updatedAtMs);
      for (const { bucketPath, artifactType, createdAtMs } of capture.artifacts) {
        if (artifactType === 'raw' && !withImages) continue;
        const data = await bytesOf(bucketPath);
        const name = `${folder}/${artifactType}/${bucketPath.split('/').at(-1)}`;
        if (data !== null) yield { name, data, atMs: createdAtMs };
      }
    }
  }

  /** null for a file whose time was over meanwhile. */
  async function bytesOf(bucketPath: string): Promise<Uint8Array | null> {
    try {
      return (await storage.get(bucketPath)).data;
    } catch (thrown) {
      if (thrown instanceof FramegateError && thrown.code === 'object-missing') return null;
      throw thrown;
    }
  }

  async function amountOf(userId: string): Promise<Pick<ErasedUser, 'captures' | 'files'>> {
    let captures = 0;
    let files = 0;
    for await (const { artifacts } of capturesOf(userId)) {
      captures++;
      files += artifacts.length;
    }
    return { captures, files };
  }

  return {
    async export(caller, { withImages }) {
      const account = await accounts.read(caller.userId);
      if (account === null) throw noSuchAccount();
      tell(caller, 'account.exported', caller.userId, { withImages });
      return documents.zip(filesOf(account, withImages));
    },
    async erase(caller, userId) {
      const amount = await amountOf(userId);
      if ((await accounts.read(userId)) === null && amount.captures === 0) throw noSuchAccount();
      let isFinished = true;
      try {
        await eraser.eraseUser(userId);
      } catch (thrown) {
        // Begun, and written down: the retention sweep ends it. Else nothing has happened.
        if ((await accounts.read(userId)) !== null) throw thrown;
        isFinished = false;
      }
      tell(caller, 'account.erased', userId, { ...amount, own: caller.userId === userId });
      return { userId, ...amount, isFinished };
    },
  };
}

function noSuchAccount(): FramegateError {
  return new FramegateError('not-found', 'there is no such account');
}

function jsonFile(name: string, value: unknown, atMs: number): ZipFile {
  return { name, data: new TextEncoder().encode(JSON.stringify(value, null, 2)), atMs };
}

function accountBody({ passwordHash: _secret, ...account }: Account) {
  return account;
}

/** Without what opens it to others. */
function captureBody({ ticketHash: _secret, ...capture }: BodyCapture) {
  return capture;
}
