import { FramegateError, toFramegateError } from '../../src/protocol/framegate-error.ts';
import type { Camera, CameraDevice, CameraRequest } from '../sdk/camera/camera.ts';
import { createAwaitedResults, RESULT_WAIT_MS } from './awaited-results.ts';
import type { CameraController, CameraControllerDeps, OpenedSession } from './camera-controller-types.ts';
import { INITIAL_VIEW_STATE, nextViewState, type ViewEvent } from './view-state.ts';

/** A person has read it by then, or has gone on. */
const NOTICE_MS = 6000;

/** One start to the stop that belongs to it: whatever it opened is in `cleanups`. */
interface Run {
  readonly abort: AbortController;
  readonly cleanups: (() => void)[];
  camera: Camera | null;
  opened: OpenedSession | null;
  stopPictures: (() => void) | null;
  video: HTMLVideoElement | null;
  /** Of the capture that is being measured: only this one is told its result. */
  capturedIn: string | null;
  /** Camera or session have ended while their result was read. */
  isSpent: boolean;
}

/** Owns camera, session and detectors, and turns their events into the view. */
export function createCameraController(deps: CameraControllerDeps): CameraController {
  let view = INITIAL_VIEW_STATE;
  let run: Run | null = null;
  let devices: readonly CameraDevice[] = [];
  let request: CameraRequest = {};
  let hidden = false;
  let paused = false;
  let stopNoticeTimer: (() => void) | null = null;
  let stopResultTimer: (() => void) | null = null;
  const awaited = createAwaitedResults({
    setTimer: deps.setTimer,
    missing: (results) => deps.listener.resultsMissing(results),
  });

  function apply(event: ViewEvent): void {
    const before = view;
    view = nextViewState(view, event);
    if (view === before) return;
    if (view.notice !== before.notice) {
      stopNoticeTimer?.();
      stopNoticeTimer =
        view.notice === null ? null : deps.setTimer(NOTICE_MS, () => apply({ type: 'notice-over' }));
    }
    if (view.screen.name !== before.screen.name) screenChanged();
    deps.changed();
  }

  function screenChanged(): void {
    const { name } = view.screen;
    stopResultTimer?.();
    stopResultTimer = name === 'measuring' ? deps.setTimer(RESULT_WAIT_MS, resultOverdue) : null;
    updatePause();
  }

  /** Pictures are wanted while guidance runs and somebody looks. */
  function updatePause(): void {
    const session = run?.opened?.session;
    if (session === undefined) return;
    const { name } = view.screen;
    if (hidden || paused || name === 'measuring' || name === 'result') session.pause();
    else session.resume();
  }

  function resultOverdue(): void {
    const error = new FramegateError('analysis-timeout', 'no result has come for the capture', {
      retryable: true,
    });
    apply({ type: 'overdue', error });
    deps.listener.error(error);
  }

  function fail(error: FramegateError): void {
    end();
    apply({ type: 'failed', error });
    deps.listener.error(error);
  }

  function end(): void {
    const ended = run;
    run = null;
    devices = [];
    awaited.forget();
    if (ended === null) return;
    ended.abort.abort();
    ended.stopPictures?.();
    for (const cleanup of ended.cleanups.reverse()) cleanup();
  }

  function isCaptureTaken(): boolean {
    return view.screen.name === 'measuring' || view.screen.name === 'result';
  }

  async function start(wanted: CameraRequest): Promise<void> {
    if (run !== null) return;
    request = wanted;
    const own: Run = {
      abort: new AbortController(),
      cleanups: [],
      camera: null,
      opened: null,
      stopPictures: null,
      video: null,
      capturedIn: null,
      isSpent: false,
    };
    run = own;
    apply({ type: 'start' });
    try {
      // Whoever was told may have stopped it.
      if (run === own) await openCamera(own);
      if (run === own) await openSession(own);
    } catch (thrown) {
      if (run === own) fail(toFramegateError(thrown));
    }
  }

  async function openCamera(own: Run): Promise<void> {
    const camera = await deps.openCamera(request);
    if (run !== own) {
      camera.stop();
      return;
    }
    own.camera = camera;
    own.cleanups.push(
      () => camera.stop(),
      camera.on('changed', () => {
        if (run !== own) return;
        deps.changed();
        listDevices(own, camera).catch(() => undefined);
      }),
      camera.on('error', (error) => {
        if (run !== own) return;
        if (error.code !== 'camera-lost') cameraFault(error);
        else if (isCaptureTaken()) own.isSpent = true;
        else fail(error);
      }),
    );
    apply({ type: 'camera-open' });
    listDevices(own, camera).catch(() => undefined);
  }

  /** The camera goes on. */
  function cameraFault(error: FramegateError): void {
    if (deps.isAppsStream()) deps.listener.error(error);
    else told(error);
  }

  /** The choice of cameras is an extra: where the list cannot be had there is none. */
  async function listDevices(own: Run, camera: Camera): Promise<void> {
    const found = await camera.devices();
    if (run !== own) return;
    devices = found;
    deps.changed();
  }

  async function openSession(own: Run): Promise<void> {
    const loaded = (percent: number): void => {
      if (run === own) apply({ type: 'loading', percent });
    };
    const opened = await deps.openSession(loaded, own.abort.signal);
    const { session } = opened;
    if (run !== own) {
      session.close();
      opened.release();
      return;
    }
    own.opened = opened;
    own.cleanups.push(
      () => opened.release(),
      () => session.close('stopped'),
      ...listen(own, opened),
    );
    // Fails by the rejection; the state `closed` that goes with it says the same.
    await session.connect();
    if (run !== own) return;
    apply({ type: 'session', state: 'live', error: null });
    updatePause();
    videoChanged();
  }

  function listen(own: Run, opened: OpenedSession): (() => void)[] {
    const { session } = opened;
    const { listener } = deps;
    let isFirstFeedback = true;
    return [
      session.on('state', (state, error) => {
        if (run !== own) return;
        const isAnother = session.settings?.sessionId !== own.capturedIn;
        if (state === 'live' && isAnother && view.screen.name === 'measuring') resultOverdue();
        if (state === 'closed' || (state === 'live' && isAnother)) awaited.giveUp();
        if (state !== 'closed') apply({ type: 'session', state, error });
        else if (view.screen.name === 'result') own.isSpent = true;
        // Before it was open, the rejection of connect() says it.
        else if (view.screen.name !== 'connecting') fail(error ?? sessionEnded());
      }),
      session.on('feedback', (feedback, roundTripMs) => {
        apply({ type: 'feedback', feedback });
        listener.feedback(feedback, roundTripMs);
        if (!isFirstFeedback) return;
        isFirstFeedback = false;
        opened.afterFirstFeedback?.(listener.error);
      }),
      session.on('hint', (hint) => {
        apply({ type: 'hint', hint });
        listener.hint(hint);
      }),
      session.on('dwell', (progress) => apply({ type: 'dwell', progress })),
      session.on('captureRequest', ({ captureId }) => {
        apply({ type: 'capture-asked', captureId });
        listener.captureRequest();
      }),
      session.on('captured', (capture) => {
        own.capturedIn = session.settings?.sessionId ?? null;
        awaited.captured(capture);
        apply({ type: 'captured', capture });
        listener.captured(capture);
      }),
      session.on('rejected', (rejection) => {
        apply({ type: 'rejected', hint: rejection.hint ?? null });
        listener.rejected(rejection);
      }),
      session.on('result', (result) => {
        awaited.came(result);
        apply({ type: 'result', result });
        listener.result(result);
      }),
      session.on('error', told),
    ];
  }

  function told(error: FramegateError): void {
    apply({ type: 'error', error });
    deps.listener.error(error);
  }

  function videoChanged(): void {
    const own = run;
    const session = own?.opened?.session;
    const video = deps.video();
    if (own === null || own.camera === null || session === undefined || video === null) return;
    if (own.video === video && own.stopPictures !== null) return;
    own.stopPictures?.();
    own.video = video;
    own.stopPictures = own.camera.pictures(
      video,
      () => session.wantsPicture(),
      (picture) => session.offer(picture),
    );
  }

  return {
    get view() {
      return view;
    },
    get stream() {
      return run?.camera?.stream ?? null;
    },
    get info() {
      return run?.camera?.info ?? null;
    },
    get devices() {
      return devices;
    },
    get settings() {
      return run?.opened?.session.settings ?? null;
    },
    start,
    stop() {
      end();
      apply({ type: 'stop' });
    },
    capture() {
      if (view.screen.name === 'live' && view.reconnecting === null) run?.opened?.session.capture();
    },
    retake() {
      if (view.screen.name !== 'result') return;
      if (run?.isSpent === false) {
        apply({ type: 'retake' });
        return;
      }
      end();
      start(request).catch(() => undefined);
    },
    async switchTo(wanted) {
      const own = run;
      if (own === null || own.camera === null) return;
      try {
        await own.camera.switchTo(wanted);
        if (run !== own) return;
        request = wanted;
        await listDevices(own, own.camera);
      } catch (thrown) {
        if (run === own) told(toFramegateError(thrown));
      }
    },
    async toggleTorch() {
      const camera = run?.camera;
      if (camera === null || camera === undefined) return;
      await camera.setTorch(camera.info.torch !== 'on').catch((thrown: unknown) => {
        deps.listener.error(toFramegateError(thrown));
      });
    },
    turnCameraOff() {
      if (run === null || !isCaptureTaken()) return;
      run.isSpent = true;
      run.camera?.stop();
    },
    setHidden(now) {
      hidden = now;
      updatePause();
    },
    setPaused(now) {
      paused = now;
      updatePause();
    },
    videoChanged,
  };
}

function sessionEnded(): FramegateError {
  return new FramegateError('resume-failed', 'the session has ended', { retryable: true });
}
