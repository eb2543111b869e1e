import type { ComponentMessages } from '../../locales/messages.ts';
import type { CameraDevice, CameraInfo } from '../../sdk/camera/camera.ts';
import type { Size } from '../../sdk/camera/fit-size.ts';
import type { PreviewFit } from '../fit-preview.ts';
import type { ViewState } from '../view-state.ts';

/** All that the templates are made of. */
export interface ViewContext {
  readonly view: ViewState;
  /** False while the messages of the wanted language are under way. */
  readonly isReady: boolean;
  readonly messages: ComponentMessages;
  readonly locale: string;
  readonly direction: 'ltr' | 'rtl';
  readonly info: CameraInfo | null;
  readonly mirrored: boolean;
  readonly devices: readonly CameraDevice[];
  readonly container: Size;
  /** null before the video's size is known. */
  readonly fit: PreviewFit | null;
  readonly showsMeters: boolean;
  readonly speaks: boolean;
  readonly canSpeak: boolean;
  /** Object URL of the picture that was taken. */
  readonly pictureUrl: string | null;
  readonly actions: ViewActions;
}

export interface ViewActions {
  readonly start: () => void;
  readonly stop: () => void;
  readonly capture: () => void;
  readonly retake: () => void;
  readonly otherCamera: () => void;
  readonly chooseCamera: (deviceId: string) => void;
  readonly toggleTorch: () => void;
  readonly toggleMeters: () => void;
  readonly toggleSpeak: () => void;
  /** The video's size is known, or has changed. */
  readonly videoResized: () => void;
}
