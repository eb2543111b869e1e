import { html, type TemplateResult } from 'lit';
import type { PageMessages } from '../../locales/page-messages.ts';
import { icon } from './icons.ts';

/** A lazy part of the page did not come: only a reload fetches it again. */
export function loadFailedView({ site }: PageMessages): TemplateResult {
  return html`
    <main id="content" class="message" tabindex="-1">
      <h1 tabindex="-1">${site.loadFailed}</h1>
      <button type="button" class="button primary" @click=${() => location.reload()}>
        ${icon('again')}${site.reload}
      </button>
    </main>
  `;
}

export function loadingView({ site }: PageMessages): TemplateResult {
  return html`
    <main id="content" class="message" tabindex="-1">
      <h1 class="waiting" tabindex="-1"><span class="spinner"></span>${site.loading}</h1>
    </main>
  `;
}
