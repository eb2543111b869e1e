/** The part of a SpeechSynthesisVoice that the choice goes by. */
export interface VoiceTraits {
  readonly lang: string;
  readonly localService: boolean;
  readonly default: boolean;
}

/** The variety meant where a language is named alone. */
const USUAL_REGION: Readonly<Record<string, string>> = { en: 'us', pt: 'br', zh: 'cn' };

/**
 * The voice for a language (BCP 47), or null: the wanted region before another one, a voice of this device before
 * one that sends the text away, the person's own choice before the rest.
 */
export function chooseVoice<V extends VoiceTraits>(voices: readonly V[], tag: string): V | null {
  const [language, ...rest] = partsOf(tag);
  const region = rest.find(isRegion) ?? USUAL_REGION[language!] ?? language;
  const rank = (voice: V) =>
    (partsOf(voice.lang).includes(region!, 1) ? 4 : 0) +
    (voice.localService ? 2 : 0) +
    (voice.default ? 1 : 0);
  return voices
    .filter((voice) => partsOf(voice.lang)[0] === language)
    .reduce<V | null>((best, voice) => (best === null || rank(voice) > rank(best) ? voice : best), null);
}

/** Android writes `de_DE`; some systems call Mandarin `cmn`. */
function partsOf(tag: string): string[] {
  const parts = tag.toLowerCase().split(/[-_]/);
  if (parts[0] === 'cmn') parts[0] = 'zh';
  return parts;
}

function isRegion(part: string): boolean {
  return /^([a-z]{2}|\d{3})$/.test(part);
}
