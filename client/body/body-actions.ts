import type { BodyView } from '../../src/protocol/body-vocabulary.ts';
import type { ErrorCode } from '../../src/protocol/error-codes.ts';
import { toFramegateError } from '../../src/protocol/framegate-error.ts';
import { createApiClient } from './api/api-client.ts';
import { type BodyApi, createBodyApi } from './api/body-api.ts';
import { fetchClientSettings } from './api/client-settings.ts';
import { needsSignIn } from './api/needs-sign-in.ts';
import type { BodyActions } from './body-context.ts';
import { viewsOf } from './body-details.ts';
import type { BodyEvent, BodyState } from './body-state.ts';
import type { DemoSource } from './demo/demo-source.ts';
import { downloadBlob } from './download-blob.ts';
import { codeOf } from './error-code-of.ts';
import { followCapture } from './follow-capture.ts';
import { correctionsOf, jointsOf } from './joints.ts';
import type { createKeptPictures } from './kept-pictures.ts';
import { createKeptSession, type KeptCapture } from './kept-session.ts';

export interface BodyActionsDeps {
  readonly server: string;
  readonly isDemoAsked: boolean;
  readonly storage: () => Storage;
  readonly state: () => BodyState;
  readonly send: (event: BodyEvent) => void;
  readonly pictures: ReturnType<typeof createKeptPictures>;
  readonly demo: DemoSource;
  /** The person has begun something by a click: speech and sound are allowed now. */
  readonly clicked: () => void;
}

/** Carries out what the person asks for, and tells the state what comes of it. */
export function createBodyActions(deps: BodyActionsDeps) {
  const { state, send, pictures } = deps;
  const kept = createKeptSession(deps.storage);
  const files = new Map<BodyView, File>();
  let uploadKey = crypto.randomUUID();
  let opened: { readonly api: BodyApi; readonly token: (() => Promise<string>) | null } | null = null;
  let following: AbortController | null = null;

  async function begin(): Promise<void> {
    const { apiUrl, anonymous } = await fetchClientSettings(deps.server);
    if (apiUrl === null) {
      send({ type: 'settled', hasApi: false });
      return;
    }
    const client = createApiClient({
      apiUrl,
      fetch: (url, init) => fetch(url, init),
      isOnline: () => navigator.onLine,
      refreshToken: kept.refreshToken,
    });
    opened = { api: createBodyApi(client), token: anonymous ? null : () => client.token() };
    if (client.hasSession) await attempt(async (api) => enter(await api.me()));
    if (state().user === null) send({ type: 'settled', hasApi: true });
  }

  function enter(user: NonNullable<BodyState['user']>): void {
    send({ type: 'signed-in', user });
    const capture = kept.capture.read();
    if (capture !== null) act((api) => goOn(capture, api));
    else if (deps.isDemoAsked && state().details.heightCm === null) {
      send({ type: 'choose', details: { heightCm: deps.demo.heightCm } });
    }
  }

  /** After a reload: with the pictures that a live session still lacks, or with waiting. */
  async function goOn({ captureId, ticket, views }: KeptCapture, api: BodyApi): Promise<void> {
    const { status, views: there } = await api.status(captureId, new AbortController().signal);
    const missing = views.filter((view) => there[view] !== true);
    if (status === 'collecting' && ticket !== null && missing.length > 0) {
      deps.demo.use(deps.isDemoAsked);
      send({ type: 'live', capture: { collect: { captureId, ticket }, views: missing } });
    } else wait(captureId);
  }

  /** Nothing is asked for twice at once; what fails is told. */
  async function attempt(run: (api: BodyApi) => Promise<void>): Promise<void> {
    if (opened === null || state().isBusy) return;
    send({ type: 'busy' });
    try {
      await run(opened.api);
    } catch (thrown) {
      failed(toFramegateError(thrown).code);
    }
  }

  function failed(code: ErrorCode): void {
    if (needsSignIn(code) && state().user !== null) {
      stopFollowing();
      kept.refreshToken.keep(null);
      send({ type: 'signed-out', code });
    } else send({ type: 'problem', code });
  }

  const act = (run: (api: BodyApi) => Promise<void>): void => void attempt(run);

  function stopFollowing(): void {
    following?.abort();
    following = null;
  }

  function wait(captureId: string): void {
    send({ type: 'wait', captureId });
    follow(captureId);
  }

  function follow(captureId: string): void {
    if (opened === null) return;
    stopFollowing();
    const own = new AbortController();
    following = own;
    const ended = (code: ErrorCode): void => {
      kept.capture.keep(null);
      send({ type: 'failed', captureId, code });
    };
    void followCapture(
      captureId,
      opened.api,
      {
        status(status) {
          send({ type: 'status', captureId, status });
          if (status.status === 'failed') ended(codeOf(status.error, 'job-failed'));
        },
        measured: (measured, history) => send({ type: 'measured', measured, history }),
        trouble({ code, retryable }) {
          if (retryable) send({ type: 'problem', code });
          else if (needsSignIn(code)) failed(code);
          else ended(code);
        },
      },
      own.signal,
    );
  }

  async function showAgain(api: BodyApi, captureId: string): Promise<void> {
    const [measured, history] = await Promise.all([api.results(captureId), api.history(captureId)]);
    send({ type: 'measured', measured, history });
  }

  const keepsPictures = (): boolean => state().user?.consent_flags.store_images ?? false;

  const actions: BodyActions = {
    showForm: (form) => send({ type: 'form', form }),
    signIn: (email, password) => act(async (api) => enter(await api.signIn(email, password))),
    register: (registration) => act(async (api) => enter(await api.register(registration))),
    signOut() {
      stopFollowing();
      const token = kept.refreshToken.read();
      kept.refreshToken.keep(null);
      kept.capture.keep(null);
      pictures.forget();
      send({ type: 'signed-out', code: null });
      // The token is forgotten here; whether the service was told does not keep anybody signed in.
      if (token !== null) opened?.api.signOut(token).catch(() => undefined);
    },
    changeConsent: (consent) =>
      act(async (api) => send({ type: 'user', user: await api.changeConsent(consent) })),
    choose: (details) => send({ type: 'choose', details }),
    useCamera: (isDemo) =>
      act(async (api) => {
        const views = viewsOf(state().details);
        deps.demo.use(isDemo);
        pictures.forget();
        const begun = await api.beginLive(views, state().details, keepsPictures());
        const { capture_id: captureId, ticket = '' } = begun;
        kept.capture.keep({ captureId, ticket, views });
        send({ type: 'live', capture: { collect: { captureId, ticket }, views } });
      }),
    toUpload() {
      files.clear();
      pictures.forget();
      send({ type: 'to-upload' });
    },
    choosePicture(view, file) {
      if (file === null) files.delete(view);
      else files.set(view, file);
      uploadKey = crypto.randomUUID();
      send({ type: 'chosen', views: [...files.keys()] });
    },
    upload: () =>
      act(async (api) => {
        for (const [view, file] of files) await pictures.keep(view, file);
        const begun = await api.upload(files, state().details, keepsPictures(), uploadKey);
        kept.capture.keep({ captureId: begun.capture_id, ticket: null, views: [...files.keys()] });
        wait(begun.capture_id);
      }),
    startOver() {
      stopFollowing();
      kept.capture.keep(null);
      pictures.forget();
      send({ type: 'to-details' });
    },
    count() {
      deps.clicked();
      send({ type: 'count' });
    },
    guideNow() {
      deps.clicked();
      send({ type: 'guide' });
    },
    cameraIs: (isOn) => send({ type: isOn ? 'camera-on' : 'camera-off' }),
    pause: () => send({ type: 'paused' }),
    captured(view, picture) {
      if (picture !== null) void pictures.keep(view, picture);
    },
    taken() {
      send({ type: 'taken' });
      const { screen } = state();
      if (screen.step === 'waiting') follow(screen.captureId);
    },
    refused: (refusal) => send({ type: 'refused', refusal }),
    closed() {
      const { screen } = state();
      if (screen.step === 'capture') wait(screen.capture.collect.captureId);
    },
    edit: (metric) => send({ type: 'edit', metric }),
    saveEdit: (metric, valueCm, notes) =>
      act(async (api) => {
        const { screen } = state();
        if (screen.step !== 'result') return;
        const { capture_id: captureId } = screen.measured;
        await api.edit(captureId, metric, valueCm, notes);
        await showAgain(api, captureId);
      }),
    correct(isOn) {
      if (!isOn) {
        send({ type: 'joints', joints: null });
        return;
      }
      act(async (api) => {
        const { screen } = state();
        if (screen.step !== 'result') return;
        const found = await api.keypoints(screen.measured.capture_id);
        send({ type: 'joints', joints: jointsOf(found, screen.history) });
      });
    },
    moveJoint: (joint) => send({ type: 'move-joint', joint }),
    measureAgain: (notes) =>
      act(async (api) => {
        const { screen } = state();
        if (screen.step !== 'result' || screen.joints === null) return;
        const { capture_id: captureId } = screen.measured;
        await api.correct(captureId, correctionsOf(screen.joints), notes);
        wait(captureId);
      }),
    downloadSheet: () =>
      act(async (api) => {
        const { screen, user } = state();
        if (screen.step !== 'result' || user === null) return;
        const { capture_id: captureId } = screen.measured;
        downloadBlob(`measures-${captureId}.pdf`, await api.sheet(captureId));
        send({ type: 'user', user });
      }),
  };
  return { actions, begin, token: () => opened?.token ?? null };
}
