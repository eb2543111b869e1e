import type { CameraDevice } from './camera.ts';
import { cameraFacing } from './camera-facing.ts';

/** lib.dom does not know torches, nor the capabilities of a device that is not open. */
type Capabilities = { readonly torch?: boolean; readonly facingMode?: readonly string[] };

export function capabilitiesOf(deviceOrTrack: object): Capabilities {
  return (deviceOrTrack as { getCapabilities?: () => Capabilities }).getCapabilities?.() ?? {};
}

/** All cameras; they have names once the person has allowed one. */
export async function listCameras(): Promise<readonly CameraDevice[]> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices
    .filter(({ kind }) => kind === 'videoinput')
    .map((device) => {
      const { deviceId, label } = device;
      return { deviceId, label, facing: cameraFacing(capabilitiesOf(device).facingMode?.[0], label) };
    });
}
