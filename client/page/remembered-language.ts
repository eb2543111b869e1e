import { LOCALES, type Locale } from '../locales/locales.ts';

const KEY = 'framegate-language';

/** Each language's own name. */
export const LANGUAGE_NAMES: Readonly<Record<Locale, string>> = {
  en: 'English',
  de: 'Deutsch',
  fr: 'Français',
  es: 'Español',
  pt: 'Português',
  it: 'Italiano',
  pl: 'Polski',
  ar: 'العربية',
  ja: '日本語',
  zh: '中文',
};

/** The language chosen at an earlier visit. A browser that blocks storage throws on the very access. */
export function rememberedLanguage(storage: () => Storage): Locale | null {
  try {
    const kept = storage().getItem(KEY);
    return LOCALES.find((locale) => locale === kept) ?? null;
  } catch {
    return null;
  }
}

export function rememberLanguage(storage: () => Storage, locale: Locale): void {
  try {
    storage().setItem(KEY, locale);
  } catch {
    // The choice then lasts as long as the page.
  }
}
