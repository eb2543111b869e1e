import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../icons.ts';
import type { ViewContext } from './view-context.ts';

/** Before the camera is on: the way to turn it on, then what the browser asks for. */
export function startView({ view, messages, actions }: ViewContext): TemplateResult | typeof nothing {
  const { controls, status } = messages;
  switch (view.screen.name) {
    case 'idle':
      return html`<div class="panel" part="panel start">
        <div class="emblem oval">${icon('person')}</div>
        <p>${status.intro}</p>
        <button class="primary" part="button primary-button" type="button" data-focus @click=${actions.start}>
          ${icon('camera')} ${controls.start}
        </button>
      </div>`;
    case 'starting':
      return html`<div class="panel" part="panel permission">
        <div class="emblem oval busy">${icon('camera')}</div>
        <p>${status.askingForCamera}</p>
        <button class="secondary" part="button" type="button" data-focus @click=${actions.stop}>
          ${controls.stop}
        </button>
      </div>`;
    default:
      return nothing;
  }
}
