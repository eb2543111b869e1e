import type { ErrorCode } from '../../src/protocol/error-codes.ts';
import { toFramegateError } from '../../src/protocol/framegate-error.ts';
import type { ApiClient } from '../body/api/api-client.ts';
import { needsSignIn } from '../body/api/needs-sign-in.ts';
import { downloadBlob } from '../body/download-blob.ts';
import type { KeptSession } from '../body/kept-session.ts';
import { type AdminEvent, type AdminState, draftOf, type Task } from './admin-state.ts';
import type { ReviewedArtifact } from './api/admin-answers.ts';
import { type AdminApi, createAdminApi } from './api/admin-api.ts';
import { METRIC_NAMES } from './metric-names.ts';
import type { ListFilter } from './review/capture-list.ts';
import { ROLE_NAMES } from './review/capture-words.ts';
import { checkDraft, type LabelDraft } from './review/label-draft.ts';

/** What a reviewer can do on the page. */
export interface AdminActions {
  signIn(email: string, password: string): void;
  signOut(): void;
  filter(changed: Partial<ListFilter>): void;
  reload(): void;
  more(): void;
  open(captureId: string | null): void;
  /** The open capture once more, as it is now. */
  again(): void;
  ask(asked: NonNullable<AdminState['asked']>): void;
  cancel(): void;
  /** Carries out the decision that is asked about. */
  decide(): void;
  openPicture(picture: ReviewedArtifact): void;
  closePicture(): void;
  type(draft: LabelDraft): void;
  label(): void;
  decideLabel(labelId: string, approve: boolean): void;
  mark(marked: boolean): void;
  sheet(): void;
  typeRole(change: Partial<AdminState['roleChange']>): void;
  changeRole(): void;
  allowLetters(letters: boolean): void;
}

export interface AdminActionsDeps {
  readonly session: Pick<KeptSession, 'refreshToken'>;
  readonly state: () => AdminState;
  readonly send: (event: AdminEvent) => void;
}

/** Carries out what the reviewer asks for, and tells the state what comes of it. */
export function createAdminActions({ session, state, send }: AdminActionsDeps) {
  let api: AdminApi | null = null;

  /** @param client null where the node names no HTTP interface */
  async function begin(client: ApiClient | null): Promise<void> {
    api = client === null ? null : createAdminApi(client);
    // Whoever comes back with a sign-in that has run out is not told of a failure.
    if (client?.hasSession === true) await attempt('sign-in', enter, () => undefined);
    if (state().access === 'loading') send({ type: 'settled', hasApi: client !== null });
  }

  async function attempt(
    task: Task,
    run: (api: AdminApi) => Promise<string | null>,
    signedOut = (code: ErrorCode) => send({ type: 'signed-out', code }),
  ): Promise<void> {
    if (api === null || state().busy.includes(task)) return;
    send({ type: 'begun', task });
    try {
      const notice = await run(api);
      send({ type: 'done', task, notice });
    } catch (thrown) {
      const { code } = toFramegateError(thrown);
      if (needsSignIn(code)) {
        session.refreshToken.keep(null);
        signedOut(code);
      } else send({ type: 'failed', task, code });
    }
  }

  async function enter(service: AdminApi): Promise<null> {
    send({ type: 'signed-in', reviewer: await service.me() });
    loadAll();
    return null;
  }

  function loadAll(): void {
    if (state().access !== 'reviewing') return;
    loadList();
    loadReview();
  }

  /** A page of the list, told only to the filter that it was asked for. */
  function loadList(isFirst = true): void {
    const { reviewer, list } = state();
    if (reviewer === null) return;
    const before = isFirst ? null : list.nextBefore;
    void attempt('list', async (service) => {
      const page = await service.list(reviewer, list.filter, before);
      send({ type: 'page', page, filter: list.filter, isFirst });
      return null;
    }).then(() => {
      // Another filter was chosen meanwhile: its own list is still to come.
      if (isFirst && state().list.filter !== list.filter) loadList();
    });
  }

  function loadReview(): void {
    const { openId, reviewer } = state();
    if (openId === null || reviewer === null) return;
    void attempt('review', async (service) => {
      send({ type: 'reviewed', review: await service.review(reviewer, openId) });
      return null;
    }).then(() => {
      if (state().openId !== openId) loadReview();
    });
  }

  /** Does something with the open capture, and shows it as it is afterwards. */
  function change(task: Task, run: (service: AdminApi, captureId: string) => Promise<string>): void {
    const { openId, reviewer } = state();
    if (openId === null || reviewer === null) return;
    void attempt(task, async (service) => {
      const notice = await run(service, openId);
      send({ type: 'reviewed', review: await service.review(reviewer, openId) });
      return notice;
    }).then(() => {
      // Somebody was faster: the capture is shown as it stands, beside what is told of it.
      if (state().problem?.code === 'adjustment-decided') loadReview();
    });
  }

  const actions: AdminActions = {
    signIn(email, password) {
      void attempt('sign-in', async (service) => {
        await service.signIn(email, password);
        return enter(service);
      });
    },
    signOut() {
      const token = session.refreshToken.read();
      session.refreshToken.keep(null);
      send({ type: 'signed-out', code: null });
      // The token is forgotten here; whether the service was told does not keep anybody signed in.
      if (token !== null) api?.signOut(token).catch(() => undefined);
    },
    filter(changed) {
      send({ type: 'filter', filter: changed });
      loadList();
    },
    reload: () => loadList(),
    more: () => loadList(false),
    open(captureId) {
      if (captureId === state().openId) return;
      send({ type: 'open', captureId });
      loadReview();
    },
    again: loadReview,
    ask: (asked) => send({ type: 'ask', asked }),
    cancel: () => send({ type: 'cancel' }),
    decide() {
      const { asked, reviewer } = state();
      if (asked?.what !== 'decision' || reviewer === null) return;
      const { adjustmentId, approve } = asked;
      change('decide', async (service, captureId) => {
        await service.decide(captureId, adjustmentId, reviewer.id, approve);
        send({ type: 'cancel' });
        return approve ? 'The edit is approved.' : 'The edit is refused: the numbers before it are back.';
      });
    },
    openPicture(picture) {
      const { openId } = state();
      if (openId === null) return;
      void attempt('picture', async (service) => {
        const blob = await service.picture(openId, picture.artifact_id);
        const { width, height } = await sizeOf(blob);
        send({
          type: 'picture',
          captureId: openId,
          picture: {
            artifactId: picture.artifact_id,
            view: picture.view,
            url: URL.createObjectURL(blob),
            width,
            height,
          },
        });
        return 'The picture is open. Your name stands with it in the audit trail.';
      });
    },
    closePicture: () => send({ type: 'close-picture' }),
    type(draft) {
      const { openId } = state();
      if (openId !== null) send({ type: 'draft', captureId: openId, draft });
    },
    label() {
      const draft = draftOf(state());
      const { measurements, wrong, isEmpty } = checkDraft(draft);
      if (isEmpty || Object.keys(wrong).length > 0) {
        send({ type: 'show-wrong' });
        return;
      }
      change('label', async (service, captureId) => {
        await service.label(captureId, measurements, draft.notes.trim());
        send({ type: 'labelled', captureId });
        const names = (Object.keys(measurements) as (keyof typeof measurements)[]).map(
          (metric) => METRIC_NAMES[metric],
        );
        return `The label is kept: ${names.join(', ')}.`;
      });
    },
    decideLabel(labelId, approve) {
      change('label', async (service, captureId) => {
        await service.decideLabel(captureId, labelId, approve);
        return approve ? 'The label is approved.' : 'The label is not approved any more.';
      });
    },
    mark(marked) {
      change('mark', async (service, captureId) => {
        await service.mark(captureId, marked);
        return marked ? 'Marked for training.' : 'Not marked for training any more.';
      });
    },
    sheet() {
      const { openId } = state();
      if (openId === null) return;
      void attempt('sheet', async (service) => {
        downloadBlob(`measures-${openId}.pdf`, await service.sheet(openId));
        return 'The sheet is downloaded.';
      });
    },
    typeRole: (change) => send({ type: 'role-change', change }),
    changeRole() {
      const { accountId, role } = state().roleChange;
      void attempt('role', async (service) => {
        const account = await service.changeRole(accountId.trim(), role);
        send({ type: 'role-change', change: { accountId: '' } });
        return `${account.email} has the role ${ROLE_NAMES[account.role]} now.`;
      });
    },
    allowLetters: (letters) => send({ type: 'letters', letters }),
  };
  return { actions, begin };
}

async function sizeOf(picture: Blob): Promise<{ readonly width: number; readonly height: number }> {
  const bitmap = await createImageBitmap(picture);
  const { width, height } = bitmap;
  bitmap.close();
  return { width, height };
}
