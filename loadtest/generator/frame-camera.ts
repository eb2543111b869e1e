/** Calls back as often as a camera gives pictures. */
export interface FrameCamera {
  /** `phase` (0..1) of the interval passes before the first: cameras do not tick together. */
  start(fps: number, phase: number): void;
  stop(): void;
}

export function createFrameCamera(nowMs: () => number, onPicture: () => void): FrameCamera {
  let timer: NodeJS.Timeout | null = null;
  let intervalMs = 0;
  let dueAtMs = 0;

  function stop(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  }

  function schedule(): void {
    timer = setTimeout(() => {
      // From when it was due, so that late timers do not slow the camera; pictures missed in a stall are gone.
      dueAtMs = Math.max(dueAtMs + intervalMs, nowMs());
      schedule();
      onPicture();
    }, dueAtMs - nowMs());
  }

  return {
    start(fps, phase) {
      stop();
      intervalMs = 1000 / fps;
      dueAtMs = nowMs() + phase * intervalMs;
      schedule();
    },
    stop,
  };
}
