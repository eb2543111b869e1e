import { FramegateError } from '../../../src/protocol/framegate-error.ts';
import type { CameraRequest } from './camera.ts';
import { cameraConstraints } from './camera-constraints.ts';
import { cameraFailure, lessMayHelp } from './camera-failure.ts';

/** A camera that nobody is asked about starts in seconds or never. */
const TIMEOUT_MS = 15_000;

/** The stream of a camera; asks the person where that is needed, for as long as they take. */
export async function requestStream(request: CameraRequest): Promise<MediaStream> {
  if (!globalThis.isSecureContext)
    throw new FramegateError('context-insecure', 'cameras are given to secure pages only');
  // Typed as always there, missing in web views.
  const devices: MediaDevices | undefined = navigator.mediaDevices;
  if (!devices?.getUserMedia)
    throw new FramegateError('browser-unsupported', 'this browser gives no cameras to pages');
  let failure: unknown;
  for (const video of cameraConstraints(request)) {
    try {
      return await inTime(devices.getUserMedia({ video }));
    } catch (thrown) {
      failure = thrown;
      // One that does not answer keeps those who ask for less waiting too.
      if (thrown instanceof FramegateError || !lessMayHelp(thrown)) break;
    }
  }
  throw cameraFailure(failure);
}

async function inTime(opening: Promise<MediaStream>): Promise<MediaStream> {
  // Refused while the permission is looked up: it is waited for below.
  opening.catch(() => undefined);
  // Not every browser knows this permission by name.
  const permission = await navigator.permissions?.query({ name: 'camera' }).catch(() => null);
  if (permission?.state !== 'granted') return opening;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new FramegateError('camera-busy', 'the camera does not start', { retryable: true }));
      opening.then(stopStream, () => undefined);
    }, TIMEOUT_MS);
    opening.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

export function stopStream(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
