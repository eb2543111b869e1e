import { describe, expect, test } from 'vitest';
import { createAnnouncer, type SpeechOutput } from '../../client/component/announce/announcer.ts';
import { chooseVoice, type VoiceTraits } from '../../client/component/announce/choose-voice.ts';
import {
  createSpeechOutput,
  type SpeechApi,
  type SpokenText,
} from '../../client/component/announce/speech-output.ts';
import { createVibrationOutput } from '../../client/component/announce/vibration-output.ts';
import { createVirtualClock } from '../support/virtual-clock.ts';

function openAnnouncer() {
  const clock = createVirtualClock(0);
  const log: string[] = [];
  const speech: SpeechOutput = {
    available: true,
    setLanguage: (tag) => log.push(`language ${tag}`),
    speak: (text) => log.push(`speak ${text}`),
    cancel: () => log.push('cancel'),
  };
  const announcer = createAnnouncer({
    region: { put: (text) => log.push(`put ${text}`), clear: () => log.push('clear') },
    speech,
    vibration: { vibrate: (signal) => log.push(`vibrate ${signal}`), cancel: () => {} },
    clock,
    onSaid: ({ text, repeat }) => log.push(`said ${text} ${repeat}`),
  });
  return { announcer, clock, log };
}

describe('announcer', () => {
  test('puts what is due into the live region and the transcript, at its time', async () => {
    const { announcer, clock, log } = openAnnouncer();
    announcer.say('a', 'hint');
    announcer.say('b', 'hint');
    expect(log).toEqual(['put a', 'said a 0']);
    await clock.advance(1499);
    expect(log).toHaveLength(2);
    await clock.advance(1);
    expect(log.slice(2)).toEqual(['put b', 'said b 0']);
    await clock.advance(8000);
    expect(log.slice(4)).toEqual(['put b', 'said b 1']);
  });

  test('speaks only when it is asked to, beginning with what stands', () => {
    const { announcer, log } = openAnnouncer();
    announcer.say('a', 'hint');
    announcer.setSpeaks(true);
    announcer.say('b', 'important');
    expect(log).toEqual(['put a', 'said a 0', 'speak a', 'put b', 'speak b', 'said b 0']);
    announcer.setSpeaks(false);
    announcer.say('c', 'important');
    expect(log.slice(6)).toEqual(['cancel']);
  });

  test('falls silent when it is stopped', async () => {
    const { announcer, clock, log } = openAnnouncer();
    announcer.say('a', 'hint');
    announcer.say('b', 'hint');
    announcer.stop();
    expect(clock.pendingTimers()).toBe(0);
    await clock.advance(20_000);
    expect(log).toEqual(['put a', 'said a 0', 'clear', 'cancel']);
  });

  test('starts afresh after a stop', () => {
    const { announcer, log } = openAnnouncer();
    announcer.say('a', 'hint');
    announcer.stop();
    announcer.say('a', 'hint');
    expect(log.slice(4)).toEqual(['put a', 'said a 0']);
  });
});

interface NamedVoice extends VoiceTraits {
  readonly name: string;
}

function voice(lang: string, traits: Partial<NamedVoice> = {}): NamedVoice {
  return { lang, name: lang, localService: true, default: false, ...traits };
}

describe('choice of a voice', () => {
  test.each([
    ['de', ['en-US', 'de_DE'], 'de_DE'],
    ['pt', ['pt-PT', 'pt-BR'], 'pt-BR'],
    ['pt-PT', ['pt-BR', 'pt-PT'], 'pt-PT'],
    ['zh', ['zh-TW', 'cmn-CN'], 'cmn-CN'],
    ['zh-Hant-TW', ['zh-CN', 'zh-TW'], 'zh-TW'],
    ['de-AT', ['de-DE'], 'de-DE'],
    ['ar', ['en-US'], null],
  ])('%s of %j is %s', (tag, voices, chosen) => {
    expect(
      chooseVoice(
        voices.map((lang) => voice(lang)),
        tag,
      )?.lang ?? null,
    ).toBe(chosen);
  });

  test('prefers a voice of the device, then the default one', () => {
    const voices = [
      voice('en-US', { name: 'far', localService: false, default: true }),
      voice('en-US', { name: 'near' }),
      voice('en-US', { name: 'own', default: true }),
    ];
    expect(chooseVoice(voices, 'en')?.name).toBe('own');
    expect(chooseVoice(voices.slice(0, 2), 'en')?.name).toBe('near');
  });
});

class Utterance implements SpokenText {
  readonly text: string;
  lang = '';
  voice: VoiceTraits | null = null;
  onend: (() => void) | null = null;
  onerror: (() => void) | null = null;
  constructor(text: string) {
    this.text = text;
  }
}

function openSpeech(voices: VoiceTraits[]) {
  const clock = createVirtualClock(0);
  const log: string[] = [];
  const spoken: Utterance[] = [];
  let speaking = false;
  const api: SpeechApi = {
    synthesis: {
      get speaking() {
        return speaking;
      },
      pending: false,
      getVoices: () => voices,
      speak(utterance: Utterance) {
        speaking = true;
        spoken.push(utterance);
        log.push(`speak ${utterance.text}`);
      },
      cancel() {
        speaking = false;
        log.push('cancel');
      },
    },
    Utterance,
  };
  return {
    clock,
    log,
    spoken,
    speech: createSpeechOutput(api, clock),
    othersSpeak() {
      speaking = true;
    },
    endSpeaking() {
      speaking = false;
      spoken.at(-1)?.onend?.();
    },
  };
}

describe('speech', () => {
  test('speaks at once, with a voice of the language', () => {
    const { speech, spoken } = openSpeech([voice('en-US'), voice('de_DE')]);
    speech.setLanguage('de');
    speech.speak('Stillhalten');
    expect(spoken[0]).toMatchObject({ text: 'Stillhalten', lang: 'de-DE', voice: { lang: 'de_DE' } });
  });

  test('interrupts and never queues: only the newest of several is spoken', async () => {
    const { speech, clock, log } = openSpeech([voice('en-US')]);
    speech.speak('a');
    speech.speak('b');
    speech.speak('c');
    await clock.advance(1000);
    expect(log.filter((line) => line !== 'cancel')).toEqual(['speak a', 'speak c']);
    expect(log[1]).toBe('cancel');
  });

  test('does not cancel what has come to its end', () => {
    const { speech, log, endSpeaking } = openSpeech([voice('en-US')]);
    speech.speak('a');
    endSpeaking();
    speech.speak('b');
    speech.cancel();
    expect(log).toEqual(['speak a', 'speak b', 'cancel']);
  });

  test('leaves alone what somebody else on the page speaks', () => {
    const { speech, log, endSpeaking, othersSpeak } = openSpeech([voice('en-US')]);
    speech.speak('a');
    endSpeaking();
    othersSpeak();
    speech.cancel();
    expect(log).toEqual(['speak a']);
  });

  test('a cancel also ends what waits', async () => {
    const { speech, clock, log } = openSpeech([voice('en-US')]);
    speech.speak('a');
    speech.speak('b');
    speech.cancel();
    await clock.advance(1000);
    expect(log.filter((line) => line.startsWith('speak'))).toEqual(['speak a']);
  });

  test('is not available without a voice of the language, and then silent', () => {
    const { speech, log } = openSpeech([voice('en-US')]);
    speech.setLanguage('ja');
    expect(speech.available).toBe(false);
    speech.speak('止まってください');
    expect(log).toEqual([]);
  });

  test('names the language where the voices are not known yet', () => {
    const { speech, spoken } = openSpeech([]);
    speech.setLanguage('ja');
    expect(speech.available).toBe(true);
    speech.speak('止まってください');
    expect(spoken[0]).toMatchObject({ lang: 'ja', voice: null });
  });

  test('does without the API', () => {
    const speech = createSpeechOutput(null, createVirtualClock(0));
    expect(speech.available).toBe(false);
    speech.speak('a');
    speech.cancel();
  });
});

describe('vibration', () => {
  test('is short for a request, double for a capture, none where it is not wanted', () => {
    const patterns: number[][] = [];
    let allowed = true;
    const vibration = createVibrationOutput({
      vibrate: (patternMs) => patterns.push(patternMs) > 0,
      allowed: () => allowed,
    });
    vibration.cancel();
    vibration.vibrate('capture-request');
    vibration.vibrate('captured');
    allowed = false;
    vibration.vibrate('captured');
    expect(patterns).toEqual([[40], [60, 80, 60]]);
    vibration.cancel();
    expect(patterns.at(-1)).toEqual([]);
  });

  test('does without the API', () => {
    createVibrationOutput({ vibrate: null, allowed: () => true }).vibrate('captured');
  });
});
