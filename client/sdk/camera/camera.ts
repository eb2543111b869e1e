import type { FramegateError } from '../../../src/protocol/framegate-error.ts';
import type { Picture } from '../picture.ts';

/** A picture of a camera; its pixels never leave the device unless it is encoded. */
export interface CameraPicture extends Picture {
  readonly width: number;
  readonly height: number;
  /** A bitmap of its own, no side longer than `maxEdge`, upright and unmirrored: the receiver closes it. */
  bitmap(maxEdge: number): Promise<ImageBitmap>;
}

export interface CameraDevice {
  readonly deviceId: string;
  readonly label: string;
  readonly facing: 'user' | 'environment' | null;
}

export interface CameraRequest {
  readonly facing?: 'user' | 'environment';
  readonly deviceId?: string;
}

export interface CameraInfo {
  readonly device: CameraDevice;
  readonly width: number;
  readonly height: number;
  readonly frameRate: number | null;
  /** Whether the preview is shown as a mirror: true but for a camera that looks away from the person. */
  readonly mirrored: boolean;
  readonly torch: 'unsupported' | 'off' | 'on';
}

export interface CameraEvents {
  /** Size, device or torch has changed. */
  changed: (info: CameraInfo) => void;
  /** camera-lost ends it; camera-too-slow and camera-too-small are said once and it goes on. */
  error: (error: FramegateError) => void;
}

export interface Camera {
  /** For a <video>; changes with switchTo. */
  readonly stream: MediaStream;
  readonly info: CameraInfo;
  on<Name extends keyof CameraEvents>(name: Name, handler: CameraEvents[Name]): () => void;
  devices(): Promise<readonly CameraDevice[]>;
  /** Rejects as openCamera; the camera from before goes on where it can. */
  switchTo(request: CameraRequest): Promise<void>;
  setTorch(on: boolean): Promise<void>;
  /**
   * Calls back for each new picture of the video that shows the stream while `wanted()`; pictures are made only then.
   * Returns how to stop.
   */
  pictures(
    video: HTMLVideoElement,
    wanted: () => boolean,
    handler: (picture: CameraPicture) => void,
  ): () => void;
  /** Turns the camera off. */
  stop(): void;
}
