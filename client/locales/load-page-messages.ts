import type { Locale } from './locales.ts';
import type { PageMessages } from './page-messages.ts';

/** Each language in a file of its own: a page loads the one that it speaks. */
const LOADERS: Record<Locale, () => Promise<{ readonly messages: PageMessages }>> = {
  en: () => import('./en/page.ts'),
  de: () => import('./de/page.ts'),
  fr: () => import('./fr/page.ts'),
  es: () => import('./es/page.ts'),
  pt: () => import('./pt/page.ts'),
  it: () => import('./it/page.ts'),
  pl: () => import('./pl/page.ts'),
  ar: () => import('./ar/page.ts'),
  ja: () => import('./ja/page.ts'),
  zh: () => import('./zh/page.ts'),
};

/** Rejects where the language's file cannot be loaded. */
export async function loadPageMessages(locale: Locale): Promise<PageMessages> {
  return (await LOADERS[locale]()).messages;
}
