import type { VibrationOutput, VibrationSignal } from './announcer.ts';

const PATTERNS_MS: Readonly<Record<VibrationSignal, number[]>> = {
  'capture-request': [40],
  captured: [60, 80, 60],
};

export interface VibrationDeps {
  /** `navigator.vibrate`; null where there is none. */
  readonly vibrate: ((patternMs: number[]) => boolean) | null;
  /** Asked each time: false with reduced motion or where the page wants none. */
  readonly allowed: () => boolean;
}

export function createVibrationOutput({ vibrate, allowed }: VibrationDeps): VibrationOutput {
  let used = false;
  return {
    vibrate(signal) {
      if (vibrate === null || !allowed()) return;
      used = true;
      vibrate(PATTERNS_MS[signal]);
    },
    cancel() {
      if (used) vibrate?.([]);
      used = false;
    },
  };
}
