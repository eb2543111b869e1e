import type { Facing } from './camera-facing.ts';

interface Wanted<T> {
  readonly ideal?: T;
  readonly exact?: T;
}

/** The part of MediaTrackConstraints that is used. */
export interface CameraConstraints {
  readonly deviceId?: Wanted<string>;
  readonly facingMode?: Wanted<string>;
  readonly width?: Wanted<number>;
  readonly height?: Wanted<number>;
  readonly frameRate?: Wanted<number>;
}

/**
 * What to ask for, the best first. Sizes are those of the sensor: phones held upright turn them by themselves. A facing
 * is a wish, because most cameras of computers do not say which way they look; a device that was chosen is not.
 */
export function cameraConstraints({
  deviceId,
  facing = 'user',
}: {
  readonly deviceId?: string;
  readonly facing?: Facing;
}): CameraConstraints[] {
  const which: CameraConstraints = deviceId
    ? { deviceId: { exact: deviceId } }
    : { facingMode: { ideal: facing } };
  const sized = (width: number, height: number): CameraConstraints => ({
    ...which,
    width: { ideal: width },
    height: { ideal: height },
    frameRate: { ideal: 30 },
  });
  // Some drivers announce a size or a rate and then fail to start with it.
  return [sized(1920, 1080), sized(1280, 720), which];
}
