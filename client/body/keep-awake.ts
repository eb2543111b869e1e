/** Keeps the screen on while somebody stands three metres away from it; does nothing where the browser cannot. */
export function createKeepAwake() {
  let lock: Promise<WakeLockSentinel | null> | null = null;

  return {
    set(isOn: boolean): void {
      if (isOn === (lock !== null)) return;
      if (isOn) {
        // Refused on a low battery, and while the page is hidden.
        lock = navigator.wakeLock?.request('screen').catch(() => null) ?? Promise.resolve(null);
        return;
      }
      lock?.then((sentinel) => sentinel?.release()).catch(() => undefined);
      lock = null;
    },
  };
}
