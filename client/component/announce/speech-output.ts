import type { AnnouncerClock, SpeechOutput } from './announcer.ts';
import { chooseVoice, type VoiceTraits } from './choose-voice.ts';

export interface SpokenText {
  lang: string;
  voice: VoiceTraits | null;
  onend: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
}

/** The part of the Web Speech API that is used. */
export interface SpeechApi {
  readonly synthesis: {
    readonly speaking: boolean;
    readonly pending: boolean;
    getVoices(): readonly VoiceTraits[];
    speak(text: SpokenText): void;
    cancel(): void;
  };
  readonly Utterance: new (text: string) => SpokenText;
}

/** Right after `cancel` some engines drop what they are given, for it is carried out later. */
const AFTER_CANCEL_MS = 80;

/** Speaks with the device's voices; silent where `api` is null or there is none for the language. */
export function createSpeechOutput(api: SpeechApi | null, clock: AnnouncerClock): SpeechOutput {
  let language = 'en';
  let stopTimer: (() => void) | null = null;
  /** Held, because an utterance that nothing refers to may be collected while it is spoken. */
  let current: SpokenText | null = null;

  function cancel(): void {
    stopTimer?.();
    stopTimer = null;
    current = null;
    api?.synthesis.cancel();
  }

  function begin(utterance: SpokenText): void {
    current = utterance;
    utterance.onend = utterance.onerror = () => {
      if (current === utterance) current = null;
    };
    api?.synthesis.speak(utterance);
  }

  return {
    get available() {
      if (api === null) return false;
      // Voices may come later: until then nothing is known.
      const voices = api.synthesis.getVoices();
      return voices.length === 0 || chooseVoice(voices, language) !== null;
    },
    setLanguage(tag) {
      language = tag;
    },
    speak(text) {
      if (api === null) return;
      const voices = api.synthesis.getVoices();
      const voice = chooseVoice(voices, language);
      if (voice === null && voices.length > 0) return;
      const utterance = new api.Utterance(text);
      utterance.lang = voice?.lang.replace('_', '-') ?? language;
      if (voice !== null) utterance.voice = voice;
      const isBusy = current !== null && (api.synthesis.speaking || api.synthesis.pending);
      const isWaiting = stopTimer !== null;
      if (!isBusy && !isWaiting) {
        begin(utterance);
        return;
      }
      cancel();
      stopTimer = clock.setTimer(AFTER_CANCEL_MS, () => {
        stopTimer = null;
        begin(utterance);
      });
    },
    // What somebody else on the page speaks is theirs.
    cancel() {
      if (current !== null || stopTimer !== null) cancel();
    },
  };
}
