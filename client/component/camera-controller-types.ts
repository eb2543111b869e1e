import type { FramegateError } from '../../src/protocol/framegate-error.ts';
import type { Camera, CameraDevice, CameraInfo, CameraPicture, CameraRequest } from '../sdk/camera/camera.ts';
import type { GuidedSession, GuidedSessionEvents, SessionSettings } from '../sdk/guided-session.ts';
import type { MissingResults } from './awaited-results.ts';
import type { ViewState } from './view-state.ts';

/** What the events of a session are to an app, whatever the screen shows. */
export type SessionListener = {
  readonly [Name in 'hint' | 'feedback' | 'captured' | 'rejected' | 'result']: GuidedSessionEvents[Name];
} & {
  /** Fatal ones and those about one frame, capture or helper. */
  readonly error: (error: FramegateError) => void;
  readonly captureRequest: () => void;
  /** Some of what was announced for a capture will not come. */
  readonly resultsMissing: (missing: MissingResults) => void;
};

/** A session and what it was made with. */
export interface OpenedSession {
  readonly session: GuidedSession<CameraPicture>;
  /** Begins what may wait until guidance runs; its errors are not fatal. */
  afterFirstFeedback?(report: (error: FramegateError) => void): void;
  /** Gives back what the session does not own: detectors. */
  release(): void;
}

export interface CameraControllerDeps {
  openCamera(request: CameraRequest): Promise<Camera>;
  /** Makes the session, which is not connected yet. `loaded` gets percents. */
  openSession(loaded: (percent: number) => void, signal: AbortSignal): Promise<OpenedSession>;
  /** Whether pictures come from a stream of the app: what is wrong with that the person cannot mend. */
  isAppsStream(): boolean;
  /** The element that shows the stream. */
  video(): HTMLVideoElement | null;
  /** The state, the camera or its list has changed. */
  changed(): void;
  readonly listener: SessionListener;
  /** Calls `fire` once after `delayMs`; gives the cancel. */
  setTimer(delayMs: number, fire: () => void): () => void;
}

export interface CameraController {
  readonly view: ViewState;
  readonly stream: MediaStream | null;
  readonly info: CameraInfo | null;
  readonly devices: readonly CameraDevice[];
  readonly settings: SessionSettings | null;
  /** Turns the camera on and opens a session; does nothing while that is done already. Never rejects: see `view`. */
  start(request: CameraRequest): Promise<void>;
  stop(): void;
  capture(): void;
  retake(): void;
  switchTo(request: CameraRequest): Promise<void>;
  toggleTorch(): Promise<void>;
  /** Once a picture is taken: what is still to come of it comes without the camera. */
  turnCameraOff(): void;
  /** Nobody looks: no pictures are sent. */
  setHidden(hidden: boolean): void;
  /** The same while the app wants it so. */
  setPaused(paused: boolean): void;
  /** The video element has come or has changed. */
  videoChanged(): void;
}
