import type { BodyCaptureStatus } from '../../../src/protocol/body-captures.ts';
import type { CaptureRow, RowPage } from '../api/review.ts';
import type { CaptureSource } from './capture-words.ts';

export interface ListFilter {
  /** null: any. */
  readonly status: BodyCaptureStatus | null;
  readonly source: CaptureSource | null;
  /** Only those with an edit that waits. */
  readonly openOnly: boolean;
}

export interface CaptureList {
  readonly filter: ListFilter;
  /** null until the first page has come. */
  readonly rows: readonly CaptureRow[] | null;
  /** Where the next page begins; null where there is none. */
  readonly nextBefore: number | null;
}

export const EMPTY_LIST: CaptureList = {
  filter: { status: null, source: null, openOnly: false },
  rows: null,
  nextBefore: null,
};

/** The list with a page more, or begun anew with it; edits that wait first, the newest of each kind above. Pure. */
export function withPage(list: CaptureList, page: RowPage, isFirst: boolean): CaptureList {
  const known = isFirst ? [] : (list.rows ?? []);
  const ids = new Set(known.map(({ captureId }) => captureId));
  const all = [...known, ...page.rows.filter(({ captureId }) => !ids.has(captureId))];
  return {
    ...list,
    rows: [...all.filter(({ waits }) => waits), ...all.filter(({ waits }) => !waits)],
    nextBefore: page.nextBefore,
  };
}

/** A row that a decision has changed stays where it is: the list does not jump under the reader. Pure. */
export function withRow(list: CaptureList, row: CaptureRow): CaptureList {
  const rows = list.rows?.map((one) => {
    if (one.captureId !== row.captureId) return one;
    return { ...row, customer: row.customer ?? one.customer, createdAt: one.createdAt };
  });
  return { ...list, rows: rows ?? null };
}

/** The capture beside this one; the first where none is given, null at an end. Pure. */
export function neighbour({ rows }: CaptureList, captureId: string | null, step: 1 | -1): string | null {
  const ids = (rows ?? []).map((row) => row.captureId);
  const at = captureId === null ? -1 : ids.indexOf(captureId);
  return (at < 0 ? ids[0] : ids[at + step]) ?? null;
}

/** The address of a page of the list. */
export function listQuery({ status, source, openOnly }: ListFilter, before: number | null): string {
  const query = new URLSearchParams();
  if (status !== null) query.set('status', status);
  if (source !== null) query.set('source', source);
  if (openOnly) query.set('has_open_adjustment', 'true');
  if (before !== null) query.set('before', String(before));
  return query.size === 0 ? '' : `?${query}`;
}
