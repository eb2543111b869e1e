import { chooseLocale, type Locale, loadComponentMessages } from '../locales/locales.ts';
import type { ComponentMessages } from '../locales/messages.ts';

/** The language that the page says the element is in, through shadow roots; else those of the person. */
export function languageOf(element: Element, preferred: readonly string[]): Locale {
  for (let from: Element | null = element; from !== null; from = hostOf(from)) {
    const tag = from.closest('[lang]')?.getAttribute('lang');
    if (tag) return chooseLocale([tag, ...preferred]);
  }
  return chooseLocale(preferred);
}

function hostOf(element: Element): Element | null {
  const root = element.getRootNode();
  return root instanceof ShadowRoot ? root.host : null;
}

export interface Language {
  readonly locale: Locale;
  readonly messages: ComponentMessages;
}

/** English is at hand at once; other languages are loaded, and `changed` is told when they have come. */
export function createLanguageChoice(english: ComponentMessages, changed: () => void) {
  let current: Language = { locale: 'en', messages: english };
  let wanted: Locale = 'en';

  async function load(locale: Locale): Promise<void> {
    const messages = locale === 'en' ? english : await loadComponentMessages(locale);
    if (wanted !== locale) return;
    current = { locale, messages };
    changed();
  }

  return {
    get current() {
      return current;
    },
    /** Whether the messages of the wanted language are still under way. */
    get isLoading() {
      return wanted !== current.locale;
    },
    choose(locale: Locale): void {
      if (locale === wanted) return;
      wanted = locale;
      load(locale).catch(() => {
        // Better said in English than not at all.
        if (wanted !== locale) return;
        wanted = 'en';
        current = { locale: 'en', messages: english };
        changed();
      });
    },
  };
}
