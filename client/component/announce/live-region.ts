import type { AnnouncerClock, LiveRegion } from './announcer.ts';

/** Shorter, and some screen readers take the text for the one that has always been there. */
const SAME_TEXT_PAUSE_MS = 100;

/**
 * Speaks through an element that is in the page, empty, from the start; it is made a polite live region. Each text
 * comes as a new child, because an addition is noticed even where the text is the same.
 */
export function createLiveRegion(element: HTMLElement, clock: AnnouncerClock): LiveRegion {
  element.setAttribute('role', 'status');
  element.setAttribute('aria-live', 'polite');
  element.setAttribute('aria-atomic', 'true');
  let stopTimer: (() => void) | null = null;

  function add(text: string): void {
    const line = element.ownerDocument.createElement('span');
    line.textContent = text;
    element.replaceChildren(line);
  }

  function clear(): void {
    stopTimer?.();
    stopTimer = null;
    element.replaceChildren();
  }

  return {
    put(text) {
      const isSame = element.textContent === text;
      clear();
      if (isSame) stopTimer = clock.setTimer(SAME_TEXT_PAUSE_MS, () => add(text));
      else add(text);
    },
    clear,
  };
}
