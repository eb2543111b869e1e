import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../../page/views/icons.ts';
import type { BodyContext } from '../body-context.ts';
import { problemText } from '../problem-face.ts';

/** What went wrong, heard as well as seen; the place for it is always there. */
export function problemView({ state, messages, component }: BodyContext): TemplateResult {
  const { problem } = state;
  return html`<div class="problem-place" role="alert">
    ${
      problem === null
        ? nothing
        : html`<p class="problem" data-code=${problem}>
            ${icon('bad')}<span>${problemText(problem, messages, component)}</span>
          </p>`
    }
  </div>`;
}
