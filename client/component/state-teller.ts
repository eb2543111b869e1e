import { messages as english } from '../locales/en/component.ts';
import { sentences } from '../locales/sentences.ts';
import type { Announcer, VibrationSignal } from './announce/announcer.ts';
import type { Language } from './element-language.ts';
import { type Message, messageOf, noticeText } from './message-of.ts';
import { INITIAL_VIEW_STATE, type ViewState } from './view-state.ts';

/** Tells those who listen what those who look are shown. */
export function createStateTeller(announcer: Announcer) {
  let { messages }: Pick<Language, 'messages'> = { messages: english };
  let told: Message | null = null;
  let toldOf = INITIAL_VIEW_STATE;

  function tell(view: ViewState): void {
    const before = toldOf;
    toldOf = view;
    if (view.screen.name === 'idle') {
      announcer.stop();
      told = null;
      return;
    }
    const hasNotice = view.notice !== null && view.notice !== before.notice;
    if (hasNotice) {
      const { title, action } = noticeText(view.notice, messages);
      announcer.say(sentences(title, action), 'important');
    }
    const message = messageOf(view, messages);
    const isSame = message?.text === told?.text && message?.kind === told?.kind;
    if (isSame && view.screen.name === before.screen.name && !hasNotice) return;
    told = message;
    announcer.say(message?.text ?? null, message?.kind ?? 'status');
  }

  return {
    tell,
    vibrate: (signal: VibrationSignal) => announcer.vibrate(signal),
    get canSpeak() {
      return announcer.canSpeak;
    },
    setSpeaks: (on: boolean) => announcer.setSpeaks(on),
    /** What stands is told once more in it. */
    setLanguage(language: Language): void {
      messages = language.messages;
      announcer.setLanguage(language.locale);
      told = null;
      tell(toldOf);
    },
  };
}
