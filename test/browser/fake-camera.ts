import { createNanoEvents } from 'nanoevents';
import type { Camera, CameraEvents, CameraInfo, CameraPicture } from '../../client/sdk/camera/camera.ts';

export interface FakeCamera extends Camera {
  readonly calls: string[];
  isOn: boolean;
  emit<Name extends keyof CameraEvents>(name: Name, ...args: Parameters<CameraEvents[Name]>): void;
  /** Gives a picture to whoever wants one; whether anybody did. */
  shoot(): boolean;
}

export const CAMERA_INFO: CameraInfo = {
  device: { deviceId: 'front', label: 'Front', facing: 'user' },
  width: 1280,
  height: 720,
  frameRate: 30,
  mirrored: true,
  torch: 'off',
};

/** A camera without pixels, for tests of what owns one. */
export function fakeCamera(): FakeCamera {
  const events = createNanoEvents<CameraEvents>();
  const calls: string[] = [];
  const loops = new Set<{ wanted: () => boolean; handler: (picture: CameraPicture) => void }>();
  return {
    calls,
    isOn: true,
    stream: {} as Camera['stream'],
    info: CAMERA_INFO,
    on: (name, handler) => events.on(name, handler),
    devices: () => Promise.resolve([CAMERA_INFO.device, { ...CAMERA_INFO.device, deviceId: 'back' }]),
    async switchTo({ deviceId, facing }) {
      calls.push(`switch ${deviceId ?? facing}`);
    },
    async setTorch(on) {
      calls.push(`torch ${on}`);
    },
    pictures(_video, wanted, handler) {
      const loop = { wanted, handler };
      loops.add(loop);
      return () => loops.delete(loop);
    },
    stop() {
      this.isOn = false;
    },
    emit: (name, ...args) => events.emit(name, ...args),
    shoot() {
      const wanting = [...loops].filter(({ wanted }) => wanted());
      for (const { handler } of wanting)
        handler({ close: () => void calls.push('picture closed') } as CameraPicture);
      return wanting.length > 0;
    },
  };
}
