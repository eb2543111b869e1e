import type { FramegateCameraEvents } from './camera-events.ts';
import { FramegateCamera } from './framegate-camera.ts';

export * from '../sdk/index.ts';
export type { FramegateCameraEvents } from './camera-events.ts';
export type { ScreenName } from './view-state.ts';
export { FramegateCamera };

declare global {
  interface HTMLElementTagNameMap {
    'framegate-camera': FramegateCamera;
  }
  interface HTMLElementEventMap extends FramegateCameraEvents {}
}

// A page may load the script twice: the first one counts.
if (customElements.get('framegate-camera') === undefined) {
  customElements.define('framegate-camera', FramegateCamera);
}
