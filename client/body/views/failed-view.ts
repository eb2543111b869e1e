import { html, type TemplateResult } from 'lit';
import { fill } from '../../locales/locales.ts';
import { icon } from '../../page/views/icons.ts';
import type { BodyContext } from '../body-context.ts';
import { problemText } from '../problem-face.ts';

/** What has come to nothing, why, and the way on. */
export function failedView({ state, messages, page, component, actions }: BodyContext): TemplateResult {
  const code = state.problem ?? 'internal';
  const isIn = state.user !== null;
  return html`
    <main id="content" class="message" tabindex="-1">
      <h1 tabindex="-1">${problemText(code, messages, component)}</h1>
      <p class="note">${fill(page.result.errorCode, { code })}</p>
      <button
        type="button"
        class="button primary"
        id="start-over"
        @click=${() => (isIn ? actions.startOver() : location.reload())}
      >
        ${icon('again')}${isIn ? messages.waiting.startOver : page.site.reload}
      </button>
    </main>
  `;
}
