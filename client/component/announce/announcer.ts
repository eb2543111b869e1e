import { type Announcement, type AnnouncementKind, createAnnouncementPacer } from './announcement-pacer.ts';

/** Where screen readers hear of it. */
export interface LiveRegion {
  /** Says the text, also when it is the one that was said last. */
  put(text: string): void;
  clear(): void;
}

export interface SpeechOutput {
  /** False where there is no speech, or no voice for the language. */
  readonly available: boolean;
  /** A BCP 47 tag: `de`, `pt-BR`. */
  setLanguage(tag: string): void;
  /** Says the text now, in place of what is being said. */
  speak(text: string): void;
  cancel(): void;
}

export type VibrationSignal = 'capture-request' | 'captured';

export interface VibrationOutput {
  vibrate(signal: VibrationSignal): void;
  cancel(): void;
}

export interface AnnouncerClock {
  nowMs(): number;
  /** Calls `fire` once after `delayMs`; gives the cancel. */
  setTimer(delayMs: number, fire: () => void): () => void;
}

export interface AnnouncerDeps {
  readonly region: LiveRegion;
  readonly speech: SpeechOutput;
  readonly vibration: VibrationOutput;
  readonly clock: AnnouncerClock;
  /** Is told whatever is said, when it is said. */
  readonly onSaid?: (announcement: Announcement) => void;
}

/** Tells the person what the screen shows, without chattering: to screen readers, by voice, by vibration. */
export interface Announcer {
  /**
   * What ought to be said from now on: call it with each new hint or status, as often as you like; null when there
   * is nothing. An `important` text is said even when another follows at once. Leave progress out of the texts.
   */
  say(text: string | null, kind: AnnouncementKind): void;
  vibrate(signal: VibrationSignal): void;
  setLanguage(tag: string): void;
  readonly canSpeak: boolean;
  /** Spoken hints, off at first. Call it from a click: browsers let a page speak only after one. */
  setSpeaks(on: boolean): void;
  /** Falls silent at once and forgets what stood; may be used again. */
  stop(): void;
}

export function createAnnouncer({ region, speech, vibration, clock, onSaid }: AnnouncerDeps): Announcer {
  const pacer = createAnnouncementPacer();
  let speaks = false;
  let lastText: string | null = null;
  let stopTimer: (() => void) | null = null;

  function run(): void {
    stopTimer?.();
    stopTimer = null;
    for (let next = pacer.take(clock.nowMs()); next !== null; next = pacer.take(clock.nowMs())) put(next);
    const dueAtMs = pacer.dueAtMs();
    if (dueAtMs !== null) stopTimer = clock.setTimer(Math.max(0, dueAtMs - clock.nowMs()), run);
  }

  function put(announcement: Announcement): void {
    lastText = announcement.text;
    region.put(announcement.text);
    if (speaks) speech.speak(announcement.text);
    onSaid?.(announcement);
  }

  return {
    say(text, kind) {
      if (text === null) lastText = null;
      pacer.stand(text, kind, clock.nowMs());
      run();
    },
    vibrate: (signal) => vibration.vibrate(signal),
    setLanguage: (tag) => speech.setLanguage(tag),
    get canSpeak() {
      return speech.available;
    },
    setSpeaks(on) {
      if (on === speaks) return;
      speaks = on;
      if (!on) speech.cancel();
      // The click's answer, and in some browsers the only moment that lets later hints be spoken.
      else if (lastText !== null) speech.speak(lastText);
    },
    stop() {
      stopTimer?.();
      stopTimer = null;
      lastText = null;
      pacer.clear();
      region.clear();
      speech.cancel();
      vibration.cancel();
    },
  };
}
