import { LitElement, type PropertyValues, type TemplateResult } from 'lit';
import type { Thresholds } from '../../src/protocol/checks.ts';
import type { FramegateError } from '../../src/protocol/framegate-error.ts';
import { messages as english } from '../locales/en/component.ts';
import { failureFace } from '../locales/failure-face.ts';
import { RIGHT_TO_LEFT } from '../locales/locales.ts';
import type { Camera, CameraPicture, CameraRequest } from '../sdk/camera/camera.ts';
import type { Size } from '../sdk/camera/fit-size.ts';
import { cameraFrom, openCamera } from '../sdk/camera/open-camera.ts';
import type { GuidedSession } from '../sdk/guided-session.ts';
import { createBrowserAnnouncer } from './announce/browser-announcer.ts';
import { createCameraController } from './camera-controller.ts';
import type { OpenedSession } from './camera-controller-types.ts';
import type { FramegateCameraEvents } from './camera-events.ts';
import { CAMERA_PROPERTIES, SESSION_PROPERTIES } from './camera-properties.ts';
import { createLanguageChoice, languageOf } from './element-language.ts';
import { coveredHeight, type PreviewFit } from './fit-preview.ts';
import { createFocusKeeper } from './keep-focus.ts';
import { type BodyCollect, openGuidedSession } from './open-guided-session.ts';
import { createProfileGuide } from './profile-guide.ts';
import { showPreview } from './show-preview.ts';
import { createStateTeller } from './state-teller.ts';
import { controlStyles } from './styles/control-styles.ts';
import { guideStyles } from './styles/guide-styles.ts';
import { panelStyles } from './styles/panel-styles.ts';
import { stageStyles } from './styles/stage-styles.ts';
import { themeStyles } from './styles/theme-styles.ts';
import { type TakenPicture, takenPicture } from './taken-picture.ts';
import type { ScreenName } from './view-state.ts';
import { cameraView } from './views/camera-view.ts';
import type { ViewActions, ViewContext } from './views/view-context.ts';

const DEFAULT_PROFILE = 'face-skin';

/** A camera that guides the person in front of it to one good capture. See docs/embedding.md. */
export class FramegateCamera extends LitElement {
  static override readonly styles = [themeStyles, stageStyles, guideStyles, controlStyles, panelStyles];

  static override readonly properties = CAMERA_PROPERTIES;

  declare langTag: string | null;
  /** Addresses of edge nodes, separated by spaces; that of this script where there is none. */
  declare server: string | null;
  declare token: string | null;
  declare profile: string;
  declare mode: 'remote' | 'local';
  declare precheck: 'auto' | 'onnx' | 'face-landmarker' | 'off';
  declare facing: 'user' | 'environment' | null;
  declare autostart: boolean;
  declare meters: boolean;
  declare speak: boolean;
  declare noVibrate: boolean;
  declare consentStore: boolean;
  declare consentTraining: boolean;
  /** Asked before each connection; goes before `token`. */
  declare tokenProvider: (() => Promise<string>) | null;
  declare thresholds: Thresholds | null;
  /** The body capture that this session's pictures are views of. */
  declare collect: BodyCollect | null;
  /** Shown and guided in place of a camera; it stays the app's, who stops it. */
  declare source: MediaStream | null;
  declare sourceMirrored: boolean;
  /** The preview is shown and nothing is sent: nobody is guided. */
  declare paused: boolean;
  /** A session of the app's own in place of one with a server or on this device. */
  declare createSession: (() => GuidedSession<CameraPicture>) | null;

  readonly #controller = createCameraController({
    openCamera: (request) => this.#openCamera(request),
    openSession: (loaded, signal) => this.#openSession(loaded, signal),
    isAppsStream: () => this.source !== null,
    video: () => this.#video,
    changed: () => this.#changed(),
    setTimer(delayMs, fire) {
      const timer = setTimeout(fire, delayMs);
      return () => clearTimeout(timer);
    },
    listener: {
      feedback: (feedback, roundTripMs) => this.#emit('framegate-feedback', { feedback, roundTripMs }),
      hint: (hint) => {
        const text = hint === null ? '' : this.#language.current.messages.hints[hint.code];
        this.#emit('framegate-hint', { code: hint?.code ?? null, text, params: hint?.params ?? {} });
      },
      captureRequest: () => this.#teller?.vibrate('capture-request'),
      captured: (capture) => {
        this.#picture?.release();
        this.#picture = takenPicture(capture);
        this.requestUpdate();
        this.#teller?.vibrate('captured');
        const { captureId, receipt, resultKinds = null } = capture;
        const picture = this.#picture?.blob ?? null;
        this.#emit('framegate-captured', { captureId, receipt, picture, resultKinds });
      },
      rejected: (rejection) => this.#emit('framegate-rejected', rejection),
      result: (result) => {
        const picture = this.#picture?.captureId === result.captureId ? this.#picture.blob : null;
        this.#emit('framegate-result', { result, settings: this.#controller.settings, picture });
      },
      resultsMissing: (missing) => this.#emit('framegate-results-missing', missing),
      error: (error) => this.#emitError(error),
    },
  });
  readonly #language = createLanguageChoice(english, () => this.#languageChanged());
  readonly #guide = createProfileGuide(() => this.requestUpdate());
  readonly #sizes = new ResizeObserver(([entry]) => {
    const { width, height } = entry!.contentRect;
    this.#container = { width, height };
    this.requestUpdate();
  });
  readonly #actions: ViewActions = {
    start: () => this.start(),
    stop: () => this.stop(),
    capture: () => this.capture(),
    retake: () => this.retake(),
    otherCamera: () => this.#otherCamera(),
    chooseCamera: (deviceId) => this.#switchTo({ deviceId }),
    toggleTorch: () => {
      this.#controller.toggleTorch().catch((thrown: FramegateError) => this.#emitError(thrown));
    },
    toggleMeters: () => {
      this.meters = !this.meters;
    },
    toggleSpeak: () => {
      this.speak = !this.speak;
      // Now, because browsers let a page speak only in answer to a click.
      this.#teller?.setSpeaks(this.speak);
    },
    videoResized: () => this.requestUpdate(),
  };
  #video: HTMLVideoElement | null = null;
  #focus: ReturnType<typeof createFocusKeeper> | null = null;
  #teller: ReturnType<typeof createStateTeller> | null = null;
  #picture: TakenPicture | null = null;
  #container: Size = { width: 0, height: 0 };
  #startedWith: readonly unknown[] = [];
  #told: { state: ScreenName; reconnecting: boolean } = { state: 'idle', reconnecting: false };
  #shown: ScreenName = 'idle';

  constructor() {
    super();
    this.profile = DEFAULT_PROFILE;
    this.mode = 'remote';
    this.precheck = 'auto';
    this.langTag = this.server = this.token = this.facing = null;
    this.tokenProvider = this.thresholds = this.collect = this.source = this.createSession = null;
    this.autostart = this.meters = this.speak = this.noVibrate = false;
    this.consentStore = this.consentTraining = false;
    this.sourceMirrored = this.paused = false;
  }

  /** `idle` until it is started; see the event framegate-state. */
  get state(): ScreenName {
    return this.#controller.view.screen.name;
  }

  /** Turns the camera on and opens a session, where that is not done already. */
  start(): void {
    const { facing } = this;
    if (this.state === 'idle' || this.state === 'failed') this.#startedWith = this.#sessionValues();
    this.#controller.start(facing === null ? {} : { facing }).catch((thrown: FramegateError) => {
      this.#emitError(thrown);
    });
  }

  /** Turns the camera off and ends the session. */
  stop(): void {
    this.#controller.stop();
  }

  /** Asks for a picture now. Without it the picture is taken by itself, when it is good. */
  capture(): void {
    this.#controller.capture();
  }

  /** From the result back to the live preview. */
  retake(): void {
    this.#controller.retake();
  }

  /** Once a picture is taken. The session stays open for what is still measured; retake() turns the camera on again. */
  turnCameraOff(): void {
    this.#controller.turnCameraOff();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#sizes.observe(this);
    document.addEventListener('visibilitychange', this.#visibilityChanged);
    addEventListener('online', this.#online);
    this.#visibilityChanged();
    this.#chooseLanguage();
    this.requestUpdate();
    if (this.hasUpdated && this.autostart) this.start();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#sizes.disconnect();
    document.removeEventListener('visibilitychange', this.#visibilityChanged);
    removeEventListener('online', this.#online);
    // An element that is only moved is back by then, and goes on.
    queueMicrotask(() => {
      if (!this.isConnected) this.stop();
    });
  }

  protected override firstUpdated(): void {
    const root = this.renderRoot as ShadowRoot;
    this.#video = root.querySelector('video');
    this.#focus = createFocusKeeper(root);
    const announcer = createBrowserAnnouncer({
      region: root.querySelector<HTMLElement>('#live')!,
      vibrates: () => !this.noVibrate,
    });
    this.#teller = createStateTeller(announcer);
    this.#teller.setLanguage(this.#language.current);
    this.#controller.videoChanged();
    if (this.autostart) this.start();
    this.requestUpdate();
  }

  protected override willUpdate(changed: PropertyValues): void {
    this.#focus?.note();
    if (changed.has('langTag')) this.#chooseLanguage();
    if (changed.has('paused')) this.#controller.setPaused(this.paused);
    if (this.hasUpdated && this.state !== 'idle' && this.#isChangedSinceStart()) {
      const isRunning = this.state !== 'failed';
      this.stop();
      if (isRunning) this.start();
    }
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('speak')) this.#teller?.setSpeaks(this.speak);
    if (this.#video !== null) showPreview(this.#video, this.#controller.stream, this.#fit());
    const { state } = this;
    if (state === this.#shown) return;
    this.#shown = state;
    this.#focus?.restore(state === 'result' || state === 'failed');
  }

  protected override render(): TemplateResult {
    return cameraView(this.#context());
  }

  readonly #visibilityChanged = (): void => this.#controller.setHidden(document.hidden);

  readonly #online = (): void => {
    const { screen } = this.#controller.view;
    if (screen.name === 'failed' && screen.failure.code === 'device-offline') this.start();
  };

  #sessionValues(): readonly unknown[] {
    return SESSION_PROPERTIES.map((name) => this[name]);
  }

  /** Not what Lit calls changed: that includes what was set just before start(). */
  #isChangedSinceStart(): boolean {
    const now = this.#sessionValues();
    return this.#startedWith.some((value, index) => value !== now[index]);
  }

  #changed(): void {
    const { view } = this.#controller;
    const { name } = view.screen;
    if (name !== 'measuring' && name !== 'result' && this.#picture !== null) {
      this.#picture.release();
      this.#picture = null;
    }
    this.requestUpdate();
    this.#teller?.tell(view);
    const state = { state: name, reconnecting: view.reconnecting !== null };
    if (state.state === this.#told.state && state.reconnecting === this.#told.reconnecting) return;
    this.#told = state;
    this.#emit('framegate-state', state);
  }

  #context(): ViewContext {
    const { view, info, devices } = this.#controller;
    const { locale, messages } = this.#language.current;
    return {
      view,
      isReady: !this.#language.isLoading,
      messages,
      locale,
      direction: RIGHT_TO_LEFT.has(locale) ? 'rtl' : 'ltr',
      info,
      devices,
      mirrored: this.source === null ? (info?.mirrored ?? true) : this.sourceMirrored,
      container: this.#container,
      fit: this.#fit(),
      showsMeters: this.meters,
      speaks: this.speak,
      canSpeak: this.#teller?.canSpeak ?? false,
      pictureUrl: this.#picture?.url ?? null,
      actions: this.#actions,
    };
  }

  #fit(): PreviewFit | null {
    const { width, height } = this.#container;
    const video = { width: this.#video?.videoWidth ?? 0, height: this.#video?.videoHeight ?? 0 };
    if (video.width * video.height * width * height === 0) return null;
    const { settings } = this.#controller;
    const band = (settings?.thresholds ?? this.thresholds)?.['face-ratio'] ?? {};
    const covered = coveredHeight(this.#container, this.meters);
    return this.#guide.fit(this.profile, this.#container, covered, video, band);
  }

  #openCamera(request: CameraRequest): Promise<Camera> {
    // Of a copy, because a camera ends its tracks.
    return this.source === null ? openCamera(request) : cameraFrom(this.source.clone());
  }

  async #openSession(loaded: (percent: number) => void, signal: AbortSignal): Promise<OpenedSession> {
    if (this.createSession !== null) return { session: this.createSession(), release: () => undefined };
    const { info } = this.#controller;
    return openGuidedSession(
      {
        urls: this.server?.trim().split(/\s+/).filter(Boolean) ?? [],
        profile: this.profile || DEFAULT_PROFILE,
        thresholds: this.thresholds ?? undefined,
        collect: this.collect ?? undefined,
        token: this.tokenProvider ?? this.token ?? undefined,
        consent: { store: this.consentStore, training: this.consentTraining },
        locale: this.#language.current.locale,
        camera: info === null ? '' : `${info.width}x${info.height} ${info.device.facing ?? ''}`.trim(),
        mode: this.mode,
        // Whoever takes the attribute away wants what holds without it.
        precheck: this.precheck ?? 'auto',
      },
      loaded,
      signal,
    );
  }

  #otherCamera(): void {
    const own = this.#controller.info?.device.deviceId;
    const other = this.#controller.devices.find(({ deviceId }) => deviceId !== own);
    if (other !== undefined) this.#switchTo({ deviceId: other.deviceId });
  }

  #switchTo(request: CameraRequest): void {
    this.#controller.switchTo(request).catch((thrown: FramegateError) => this.#emitError(thrown));
  }

  #chooseLanguage(): void {
    if (this.isConnected) this.#language.choose(languageOf(this, navigator.languages));
  }

  #languageChanged(): void {
    this.#teller?.setLanguage(this.#language.current);
    this.requestUpdate();
  }

  #emitError({ code, message, retryable }: FramegateError): void {
    this.#emit('framegate-error', { code, face: failureFace(code), message, retryable });
  }

  #emit<Name extends keyof FramegateCameraEvents>(
    name: Name,
    detail: FramegateCameraEvents[Name]['detail'],
  ): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }
}
