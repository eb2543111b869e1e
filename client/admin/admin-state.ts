import type { Role } from '../../src/protocol/accounts.ts';
import type { BodyView } from '../../src/protocol/body-vocabulary.ts';
import type { ErrorCode } from '../../src/protocol/error-codes.ts';
import type { Reviewer } from './api/admin-answers.ts';
import type { Review, RowPage } from './api/review.ts';
import { type CaptureList, EMPTY_LIST, type ListFilter, withPage, withRow } from './review/capture-list.ts';
import { REVIEWING_ROLES } from './review/capture-words.ts';
import { EMPTY_DRAFT, type LabelDraft } from './review/label-draft.ts';

/** `refused`: signed in with a role that this page is not for. */
export type Access = 'loading' | 'no-api' | 'signed-out' | 'refused' | 'reviewing';

/** What is asked of the service; each at most once at a time, and each with its own place for what goes wrong. */
export type Task = 'sign-in' | 'list' | 'review' | 'decide' | 'label' | 'mark' | 'picture' | 'sheet' | 'role';

/** What waits for a second word, because it cannot be taken back or is logged. */
export type Asked =
  | { readonly what: 'decision'; readonly adjustmentId: string; readonly approve: boolean }
  | { readonly what: 'picture'; readonly artifactId: string };

export interface OpenPicture {
  readonly artifactId: string;
  readonly view: BodyView | null;
  /** Of this page alone. */
  readonly url: string;
  readonly width: number;
  readonly height: number;
}

export interface AdminState {
  readonly access: Access;
  /** Stays when the sign-in has run out, so that the same person goes on where they were. */
  readonly reviewer: Reviewer | null;
  readonly list: CaptureList;
  readonly openId: string | null;
  /** Of the open capture; null until it has come. */
  readonly review: Review | null;
  readonly asked: Asked | null;
  readonly picture: OpenPicture | null;
  /** Labels that are being typed, by capture. */
  readonly drafts: Readonly<Record<string, LabelDraft>>;
  /** The open capture's label was sent once as it is: what is wrong with it is shown. */
  readonly showsWrong: boolean;
  readonly roleChange: { readonly accountId: string; readonly role: Role };
  readonly busy: readonly Task[];
  readonly problem: { readonly task: Task; readonly code: ErrorCode } | null;
  /** What was done last, in words, for everybody to see and to hear. */
  readonly notice: string | null;
  /** Whether single letters are shortcuts. */
  readonly letters: boolean;
}

export type AdminEvent =
  | { readonly type: 'settled'; readonly hasApi: boolean }
  | { readonly type: 'signed-in'; readonly reviewer: Reviewer }
  /** `code`: why; null where the person asked for it. */
  | { readonly type: 'signed-out'; readonly code: ErrorCode | null }
  | { readonly type: 'begun'; readonly task: Task }
  | { readonly type: 'failed'; readonly task: Task; readonly code: ErrorCode }
  | { readonly type: 'done'; readonly task: Task; readonly notice: string | null }
  | { readonly type: 'filter'; readonly filter: Partial<ListFilter> }
  | { readonly type: 'page'; readonly page: RowPage; readonly filter: ListFilter; readonly isFirst: boolean }
  | { readonly type: 'open'; readonly captureId: string | null }
  | { readonly type: 'reviewed'; readonly review: Review }
  | { readonly type: 'ask'; readonly asked: Asked }
  | { readonly type: 'cancel' }
  | { readonly type: 'picture'; readonly captureId: string; readonly picture: OpenPicture }
  | { readonly type: 'close-picture' }
  | { readonly type: 'draft'; readonly captureId: string; readonly draft: LabelDraft }
  | { readonly type: 'show-wrong' }
  | { readonly type: 'labelled'; readonly captureId: string }
  | { readonly type: 'role-change'; readonly change: Partial<AdminState['roleChange']> }
  | { readonly type: 'letters'; readonly letters: boolean };

export const START: AdminState = {
  access: 'loading',
  reviewer: null,
  list: EMPTY_LIST,
  openId: null,
  review: null,
  asked: null,
  picture: null,
  drafts: {},
  showsWrong: false,
  roleChange: { accountId: '', role: 'labeler' },
  busy: [],
  problem: null,
  notice: null,
  letters: true,
};

/** All that the page shows, after what has happened; the same object where nothing changes. Pure. */
export function nextState(state: AdminState, event: AdminEvent): AdminState {
  switch (event.type) {
    case 'settled':
      return { ...state, access: event.hasApi ? 'signed-out' : 'no-api', busy: [] };
    case 'signed-in':
      return signedIn(state, event.reviewer);
    case 'signed-out':
      return signedOut(state, event.code);
    case 'begun':
      return begun(state, event.task);
    case 'failed':
      return failed(state, event.task, event.code);
    case 'done':
      return { ...ended(state, event.task), notice: event.notice ?? state.notice };
    case 'filter':
      return { ...state, list: { ...EMPTY_LIST, filter: { ...state.list.filter, ...event.filter } } };
    case 'page':
      // Of another filter: a newer list is on its way.
      if (state.access !== 'reviewing' || event.filter !== state.list.filter) return state;
      return { ...state, list: withPage(state.list, event.page, event.isFirst) };
    case 'open':
      return event.captureId === state.openId ? state : opened(state, event.captureId);
    case 'reviewed': {
      if (state.access !== 'reviewing') return state;
      const { review } = event;
      const list = withRow(state.list, review.row);
      return { ...state, list, review: review.row.captureId === state.openId ? review : state.review };
    }
    case 'ask':
      return { ...state, asked: event.asked, problem: null, notice: null };
    case 'cancel':
      return state.asked === null ? state : { ...state, asked: null };
    case 'picture':
      return event.captureId === state.openId ? { ...state, picture: event.picture, asked: null } : state;
    case 'close-picture':
      return { ...state, picture: null };
    case 'draft':
      return { ...state, drafts: { ...state.drafts, [event.captureId]: event.draft } };
    case 'show-wrong':
      return { ...state, showsWrong: true };
    case 'labelled':
      return {
        ...state,
        drafts: { ...state.drafts, [event.captureId]: EMPTY_DRAFT },
        showsWrong: false,
      };
    case 'role-change':
      return { ...state, roleChange: { ...state.roleChange, ...event.change } };
    case 'letters':
      return { ...state, letters: event.letters };
  }
}

/** Nothing of one reviewer's is left for another. */
function signedIn(state: AdminState, reviewer: Reviewer): AdminState {
  const access: Access = REVIEWING_ROLES.includes(reviewer.role) ? 'reviewing' : 'refused';
  const isSame = state.reviewer === null || state.reviewer.id === reviewer.id;
  const kept = isSame ? state : { ...START, openId: state.openId, letters: state.letters };
  return { ...kept, access, reviewer, busy: [], problem: null };
}

function signedOut(state: AdminState, code: ErrorCode | null): AdminState {
  if (code === null) return { ...START, access: 'signed-out', letters: state.letters };
  return { ...state, access: 'signed-out', busy: [], asked: null, problem: { task: 'sign-in', code } };
}

function opened(state: AdminState, openId: string | null): AdminState {
  return {
    ...state,
    openId,
    review: null,
    asked: null,
    picture: null,
    showsWrong: false,
    problem: null,
    notice: null,
  };
}

function begun(state: AdminState, task: Task): AdminState {
  const problem = state.problem?.task === task ? null : state.problem;
  return { ...state, busy: [...state.busy, task], problem, notice: null };
}

/** What was asked about is to be thought over again. */
function failed(state: AdminState, task: Task, code: ErrorCode): AdminState {
  const asked = task === 'decide' || task === 'picture' ? null : state.asked;
  return { ...ended(state, task), problem: { task, code }, asked };
}

function ended(state: AdminState, task: Task): AdminState {
  return { ...state, busy: state.busy.filter((one) => one !== task) };
}

/** The label that is being typed for the open capture. */
export function draftOf({ openId, drafts }: AdminState): LabelDraft {
  return openId === null ? EMPTY_DRAFT : (drafts[openId] ?? EMPTY_DRAFT);
}

/** What went wrong with this task last. */
export function problemOf({ problem }: AdminState, task: Task): ErrorCode | null {
  return problem?.task === task ? problem.code : null;
}
