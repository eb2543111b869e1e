import { html, nothing, type TemplateResult } from 'lit';
import { type FailureFace, failureFace } from '../../locales/failure-face.ts';
import { type IconName, icon } from '../icons.ts';
import type { ViewContext } from './view-context.ts';

/** Waiting for the page to be opened in another way: trying again here changes nothing. */
const FINAL: ReadonlySet<FailureFace> = new Set(['context-insecure', 'browser-unsupported']);

const ICONS: Readonly<Partial<Record<FailureFace, IconName>>> = {
  'device-offline': 'offline',
  'server-unreachable': 'offline',
  'context-insecure': 'lock',
  'access-expired': 'lock',
  'access-refused': 'lock',
};

/** What is wrong, what the person can do about it, and the code for whoever is asked for help. */
export function failureView({ view, messages, actions }: ViewContext): TemplateResult | typeof nothing {
  const { screen } = view;
  if (screen.name !== 'failed') return nothing;
  const face = failureFace(screen.failure.code);
  const { title, action } = messages.failures[face];
  const name = ICONS[face] ?? (face.startsWith('camera') ? 'noCamera' : 'alert');
  return html`<div class="panel failure" part="panel failure">
    <div class="emblem">${icon(name)}</div>
    <h2>${title}</h2>
    <p>${action}</p>
    ${
      FINAL.has(face)
        ? nothing
        : html`<button class="primary" part="button primary-button" type="button" data-focus @click=${actions.start}>
            ${messages.controls.tryAgain}
          </button>`
    }
    <small part="code"><code lang="en" dir="ltr">${screen.failure.code}</code></small>
  </div>`;
}
