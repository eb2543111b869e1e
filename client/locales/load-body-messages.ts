import type { BodyMessages } from './body-messages.ts';
import type { Locale } from './locales.ts';

/** Each language in a file of its own: a page loads the one that it speaks. */
const LOADERS: Record<Locale, () => Promise<{ readonly messages: BodyMessages }>> = {
  en: () => import('./en/body.ts'),
  de: () => import('./de/body.ts'),
  fr: () => import('./fr/body.ts'),
  es: () => import('./es/body.ts'),
  pt: () => import('./pt/body.ts'),
  it: () => import('./it/body.ts'),
  pl: () => import('./pl/body.ts'),
  ar: () => import('./ar/body.ts'),
  ja: () => import('./ja/body.ts'),
  zh: () => import('./zh/body.ts'),
};

/** Rejects where the language's file cannot be loaded. */
export async function loadBodyMessages(locale: Locale): Promise<BodyMessages> {
  return (await LOADERS[locale]()).messages;
}
