import type { ComponentMessages } from './messages.ts';

export const LOCALES = ['en', 'de', 'fr', 'es', 'pt', 'it', 'pl', 'ar', 'ja', 'zh'] as const;
export type Locale = (typeof LOCALES)[number];

export const RIGHT_TO_LEFT: ReadonlySet<Locale> = new Set(['ar']);

/** The first of the wanted languages (BCP 47, best first) that there are messages in; English where there is none. */
export function chooseLocale(wanted: readonly string[]): Locale {
  for (const tag of wanted) {
    const language = tag.toLowerCase().split(/[-_]/)[0];
    const found = LOCALES.find((locale) => locale === language);
    if (found !== undefined) return found;
  }
  return 'en';
}

/** Puts values into the `{name}` places of a message. */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
}

/** Each language in a file of its own; English comes with <framegate-camera>, which begins with it. */
const LOADERS: Record<Locale, () => Promise<{ readonly messages: ComponentMessages }>> = {
  en: () => import('./en/component.ts'),
  de: () => import('./de/component.ts'),
  fr: () => import('./fr/component.ts'),
  es: () => import('./es/component.ts'),
  pt: () => import('./pt/component.ts'),
  it: () => import('./it/component.ts'),
  pl: () => import('./pl/component.ts'),
  ar: () => import('./ar/component.ts'),
  ja: () => import('./ja/component.ts'),
  zh: () => import('./zh/component.ts'),
};

export async function loadComponentMessages(locale: Locale): Promise<ComponentMessages> {
  return (await LOADERS[locale]()).messages;
}
