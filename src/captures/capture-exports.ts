import type { Caller } from '../protocol/accounts.ts';
import type { Audit } from '../protocol/audit.ts';
import type { BodyCapture } from '../protocol/body-captures.ts';
import { FramegateError } from '../protocol/framegate-error.ts';
import { capturePages } from './capture-pages.ts';
import { noSuchCapture, seen } from './capture-rights.ts';
import { metricsOf } from './edited-capture.ts';
import type { AccountReader, CapturePage, CaptureStore } from './types.ts';

export interface SheetLook {
  readonly paper: 'a4' | 'letter';
  /** Skin tone and shape are told only where somebody asks for them. */
  readonly withSkin: boolean;
  readonly withShape: boolean;
}

/** A capture that has metrics, with the name of its owner where that is known. */
export interface NamedCapture {
  readonly capture: BodyCapture;
  readonly displayName: string | null;
}

export interface ZipFile {
  /** `sheets/r-1.pdf` */
  readonly name: string;
  readonly data: Uint8Array;
  readonly atMs: number;
}

/** What writes documents. */
export interface CaptureDocuments {
  /** One page of PDF. */
  sheet(named: NamedCapture, look: SheetLook, issuedAtMs: number): Promise<Uint8Array>;
  /** CSV with a row each, asked for as it is taken. */
  table(captures: AsyncIterable<NamedCapture>, look: SheetLook, issuedAtMs: number): AsyncIterable<string>;
  zip(files: AsyncIterable<ZipFile>): AsyncIterable<Uint8Array>;
}

export interface CaptureExports {
  /**
   * The sheet as PDF. Rejects with not-found, capture-not-ready or job-failed.
   * @param partnerId whose customer it has to be
   */
  sheet(caller: Caller, captureId: string, look: SheetLook, partnerId?: string): Promise<Uint8Array>;
  /** The same as a table of one row. Rejects as `sheet`. */
  table(caller: Caller, captureId: string, look: SheetLook): Promise<AsyncIterable<string>>;
  /** A partner's captures with metrics, newest first. All of these reject with not-found for another partner's. */
  partnerPage(caller: Caller, partnerId: string, page: CapturePage): Promise<PartnerPage>;
  partnerTable(
    caller: Caller,
    partnerId: string,
    page: CapturePage,
    look: SheetLook,
  ): Promise<AsyncIterable<string>>;
  /** A sheet each. */
  partnerZip(
    caller: Caller,
    partnerId: string,
    page: CapturePage,
    look: SheetLook,
  ): Promise<AsyncIterable<Uint8Array>>;
}

export interface PartnerPage {
  readonly captures: readonly BodyCapture[];
  /** For the next page; null where there is none. */
  readonly nextBeforeMs: number | null;
}

export interface CaptureExportsDeps {
  readonly store: Pick<CaptureStore, 'read' | 'listOfPartner'>;
  readonly accounts: AccountReader;
  readonly audit: Audit;
  readonly documents: CaptureDocuments;
  readonly nowMs: () => number;
}

/** Measurement sheets and tables; each capture that leaves in one is told to the audit trail. */
export function createCaptureExports(deps: CaptureExportsDeps): CaptureExports {
  const { store, accounts, audit, documents, nowMs } = deps;

  function tell({ userId, role }: Caller, captureId: string, format: string): void {
    audit.record({
      actorId: userId,
      action: 'capture.exported',
      resourceType: 'capture',
      resourceId: captureId,
      metadata: { role, format },
    });
  }

  async function found(caller: Caller, captureId: string): Promise<NamedCapture> {
    const capture = seen(caller, await store.read(captureId));
    metricsOf(capture);
    return { capture, displayName: (await accounts.read(capture.userId))?.displayName ?? null };
  }

  /** Throws not-found where the caller may not have this partner's, or there is no such partner. */
  async function checkPartner({ userId, role }: Caller, partnerId: string): Promise<void> {
    const isTheirs = userId === partnerId || (role === 'admin' && (await accounts.read(partnerId)) !== null);
    if (!isTheirs) throw new FramegateError('not-found', 'no partner of this id');
  }

  /** What a partner has, with the name that it has given; its own name is on no sheet. */
  async function* ofPartner(
    caller: Caller,
    partnerId: string,
    { limit, beforeMs }: CapturePage,
    format: string,
  ): AsyncGenerator<NamedCapture, void, undefined> {
    let given = 0;
    let lastMs: number | null = null;
    for await (const capture of capturePages((page) => store.listOfPartner(partnerId, page), beforeMs)) {
      if (capture.metrics === null) continue;
      // Not inside of one millisecond: what is asked for next begins before it.
      if (given >= limit && capture.createdAtMs !== lastMs) return;
      given++;
      lastMs = capture.createdAtMs;
      tell(caller, capture.captureId, format);
      yield { capture, displayName: null };
    }
  }

  async function* sheets(
    captures: AsyncIterable<NamedCapture>,
    look: SheetLook,
  ): AsyncGenerator<ZipFile, void, undefined> {
    for await (const named of captures) {
      const { capture } = named;
      const data = await documents.sheet(named, look, nowMs());
      yield { name: sheetFileName(capture), data, atMs: capture.updatedAtMs };
    }
  }

  return {
    async sheet(caller, captureId, look, partnerId) {
      if (partnerId !== undefined) await checkPartner(caller, partnerId);
      const named = await found(caller, captureId);
      if (partnerId !== undefined && named.capture.partner?.partnerId !== partnerId) throw noSuchCapture();
      const pdf = await documents.sheet(named, look, nowMs());
      tell(caller, captureId, 'pdf');
      return pdf;
    },
    async table(caller, captureId, look) {
      const named = await found(caller, captureId);
      tell(caller, captureId, 'csv');
      return documents.table(one(named), look, nowMs());
    },
    async partnerPage(caller, partnerId, page) {
      await checkPartner(caller, partnerId);
      const captures = await store.listOfPartner(partnerId, page);
      const last = captures.length < page.limit ? undefined : captures.at(-1);
      return {
        captures: captures.filter(({ metrics }) => metrics !== null),
        nextBeforeMs: last?.createdAtMs ?? null,
      };
    },
    async partnerTable(caller, partnerId, page, look) {
      await checkPartner(caller, partnerId);
      return documents.table(ofPartner(caller, partnerId, page, 'csv'), look, nowMs());
    },
    async partnerZip(caller, partnerId, page, look) {
      await checkPartner(caller, partnerId);
      return documents.zip(sheets(ofPartner(caller, partnerId, page, 'pdf'), look));
    },
  };
}

async function* one<T>(value: T): AsyncGenerator<T, void, undefined> {
  yield value;
}

/** What is no plain letter in a reference stays out of a file's name; the id keeps names apart. */
function sheetFileName({ captureId, partner }: BodyCapture): string {
  const reference = (partner?.reference ?? '').replace(/[^A-Za-z0-9_-]+/g, '-').replace(/^-+|-+$/g, '');
  return `${reference === '' ? '' : `${reference.slice(0, 60)}_`}${captureId}.pdf`;
}
