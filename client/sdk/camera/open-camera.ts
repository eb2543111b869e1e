import type { Camera, CameraRequest } from './camera.ts';
import { createLiveCamera, type LiveCameraParts } from './live-camera.ts';
import { openPictureStore, type PictureStore } from './open-picture-store.ts';
import { requestStream, stopStream } from './request-stream.ts';

/**
 * Opens a camera, the one towards the person where nothing else is asked for. Rejects with the FramegateError that keeps
 * it from being opened: context-insecure, browser-unsupported, camera-denied, camera-missing or camera-busy.
 */
export async function openCamera(request: CameraRequest = {}): Promise<Camera> {
  return cameraOn(await requestStream(request), requestStream);
}

/**
 * A camera on a stream that the page has already: takes it over, `stop()` and a rejection end its tracks. It cannot be
 * switched.
 */
export function cameraFrom(stream: MediaStream): Promise<Camera> {
  return cameraOn(stream, null);
}

async function cameraOn(stream: MediaStream, reopen: LiveCameraParts['reopen']): Promise<Camera> {
  let store: PictureStore | null = null;
  try {
    store = await openPictureStore();
    return createLiveCamera({ stream, store, reopen });
  } catch (thrown) {
    store?.close();
    stopStream(stream);
    throw thrown;
  }
}
