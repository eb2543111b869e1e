import { html, type TemplateResult } from 'lit';
import { setStyle } from '../set-style.ts';
import type { ShownFeature } from './read-result.ts';
import type { ResultContext } from './result-context.ts';
import { featureName } from './score-view.ts';

/** The quality features of the still, each with its value and score. */
export function featuresView(context: ResultContext): TemplateResult {
  const { messages, shown, state } = context;
  const texts = messages.features;
  if (shown.features.length === 0) {
    return state.choices.mode === 'local' ? html`<p class="card note">${texts.notAvailable}</p>` : html``;
  }
  return html`
    <details class="card fold">
      <summary><h2>${texts.heading}</h2></summary>
      <p class="note">${texts.intro}</p>
      <ul class="features">
        ${shown.features.map((feature) => html`<li class="feature">${featureRow(feature, context)}</li>`)}
      </ul>
    </details>
  `;
}

function featureRow(
  { id, value, unit, score, counts }: ShownFeature,
  context: ResultContext,
): TemplateResult {
  const { messages, format } = context;
  const texts = messages.features;
  return html`
    <span class="feature-name">${featureName(id, texts)}</span>
    <span class="feature-value">${value === null ? texts.notAssessed : format.feature(unit, value)}</span>
    <span class="bar scale ${counts ? '' : 'informs'}" aria-hidden="true" ${setStyle({ '--band-length': `${score ?? 0}%` })}>
      <span class="band"></span>
    </span>
    <span class="feature-note">${counts ? texts.counts : texts.informs}</span>
  `;
}
