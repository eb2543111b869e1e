import type { Announcement } from './announcement-pacer.ts';
import { type Announcer, type AnnouncerClock, createAnnouncer } from './announcer.ts';
import { createLiveRegion } from './live-region.ts';
import { createSpeechOutput, type SpeechApi } from './speech-output.ts';
import { createVibrationOutput } from './vibration-output.ts';

export interface BrowserAnnouncerOptions {
  /** In the page, visually hidden and empty, before the first announcement. */
  readonly region: HTMLElement;
  /** Whether the page wants vibration; without it, or with reduced motion, there is none. */
  readonly vibrates?: () => boolean;
  readonly onSaid?: (announcement: Announcement) => void;
}

/** An announcer on the browser's own means, as many of them as there are. */
export function createBrowserAnnouncer(options: BrowserAnnouncerOptions): Announcer {
  const { region, vibrates = () => true, onSaid } = options;
  const clock: AnnouncerClock = {
    nowMs: () => performance.now(),
    setTimer(delayMs, fire) {
      const timer = setTimeout(fire, delayMs);
      return () => clearTimeout(timer);
    },
  };
  return createAnnouncer({
    region: createLiveRegion(region, clock),
    speech: createSpeechOutput(speechApi(), clock),
    vibration: createVibrationOutput({
      vibrate: typeof navigator.vibrate === 'function' ? (patternMs) => navigator.vibrate(patternMs) : null,
      // Before the first tap a browser refuses, and says so in the console.
      allowed: () =>
        vibrates() &&
        navigator.userActivation?.hasBeenActive !== false &&
        !matchMedia('(prefers-reduced-motion: reduce)').matches,
    }),
    clock,
    onSaid,
  });
}

function speechApi(): SpeechApi | null {
  if (!('speechSynthesis' in globalThis) || !('SpeechSynthesisUtterance' in globalThis)) return null;
  return { synthesis: speechSynthesis, Utterance: SpeechSynthesisUtterance };
}
