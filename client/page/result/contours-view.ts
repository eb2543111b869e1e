import { html, type TemplateResult } from 'lit';
import { fill } from '../../locales/locales.ts';
import type { PageMessages } from '../../locales/page-messages.ts';
import { setStyle } from '../set-style.ts';
import { areaName } from './area-name.ts';
import { contourColour } from './contours-overlay.ts';
import type { ShownContour, ShownContours } from './read-contours.ts';
import type { ResultContext } from './result-context.ts';

/** A switch for each outline that is drawn over the picture. */
export function contoursView({ contours }: ShownContours, context: ResultContext): TemplateResult {
  const texts = context.messages.contours;
  return html`
    <section class="card contours" aria-labelledby="contours">
      <h2 id="contours">${texts.heading}</h2>
      ${
        contours.length === 0
          ? html`<p>${texts.none}</p>`
          : html`<p class="note">${texts.intro}</p>
            <ul class="contour-list">
              ${contours.map((contour, index) => html`<li>${toggle(contour, index, context)}</li>`)}
            </ul>`
      }
    </section>
  `;
}

function toggle(
  { region }: ShownContour,
  index: number,
  { messages, state, send }: ResultContext,
): TemplateResult {
  return html`
    <label class="layer">
      <input
        type="checkbox"
        role="switch"
        autocomplete="off"
        .checked=${!state.hiddenContours.includes(region)}
        @change=${() => send({ type: 'toggle-contour', region })}
      />
      <span class="switch" aria-hidden="true"></span>
      <span class="key key-contour" aria-hidden="true" ${setStyle({ '--swatch': contourColour(index) })}></span>
      <span>${contourName(region, messages)}</span>
    </label>
  `;
}

/** Of a segmentation map there are labels, not names. */
export function contourName(region: string, { areas, contours }: PageMessages): string {
  return /^\d+$/.test(region) ? fill(contours.label, { name: region }) : areaName(region, areas);
}
