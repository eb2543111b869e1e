import type { Camera, CameraRequest } from './camera.ts';
import { createLiveCamera } from './live-camera.ts';
import { openPictureStore } from './open-picture-store.ts';
import { requestStream, stopStream } from './request-stream.ts';

/**
 * Opens a camera, the one towards the person where nothing else is asked for. Rejects with the FramegateError that keeps
 * it from being opened: context-insecure, browser-unsupported, camera-denied, camera-missing or camera-busy.
 */
export async function openCamera(request: CameraRequest = {}): Promise<Camera> {
  const stream = await requestStream(request);
  try {
    return createLiveCamera({ stream, store: await openPictureStore(), reopen: requestStream });
  } catch (thrown) {
    stopStream(stream);
    throw thrown;
  }
}

/** A camera on a stream that the page has already: takes it over, `stop()` ends its tracks. It cannot be switched. */
export async function cameraFrom(stream: MediaStream): Promise<Camera> {
  return createLiveCamera({ stream, store: await openPictureStore(), reopen: null });
}
