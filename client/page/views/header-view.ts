import { html, type TemplateResult } from 'lit';
import { LOCALES, type Locale } from '../../locales/locales.ts';
import { LANGUAGE_NAMES } from '../remembered-language.ts';
import { icon } from './icons.ts';
import type { PageContext } from './page-context.ts';

export function headerView({
  locale,
  messages,
  chooseLanguage,
}: Pick<PageContext, 'locale' | 'messages' | 'chooseLanguage'>): TemplateResult {
  const changed = (event: Event) => chooseLanguage((event.target as HTMLSelectElement).value as Locale);
  return html`
    <a class="skip" href="#content">${messages.site.skipToContent}</a>
    <header class="site">
      <p class="brand">${icon('mark')}<span translate="no">framegate</span></p>
      <label class="language">
        ${icon('globe')}
        <span class="unseen">${messages.site.language}</span>
        <select name="language" autocomplete="off" @change=${changed}>
          ${LOCALES.map(
            (code) =>
              html`<option value=${code} lang=${code} .selected=${code === locale}>${LANGUAGE_NAMES[code]}</option>`,
          )}
        </select>
        ${icon('chevron')}
      </label>
    </header>
  `;
}
