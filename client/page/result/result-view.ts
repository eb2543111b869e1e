import { html, nothing, type TemplateResult } from 'lit';
import { fill } from '../../locales/locales.ts';
import { consentOf } from '../choices.ts';
import { icon } from '../views/icons.ts';
import type { PageContext } from '../views/page-context.ts';
import { checksView } from './checks-view.ts';
import { downloadJson } from './download-json.ts';
import { featuresView } from './features-view.ts';
import { pictureView } from './picture-view.ts';
import { provenanceView } from './provenance-view.ts';
import { readResult } from './read-result.ts';
import type { ResultContext, ResultResources, ResultState } from './result-context.ts';
import { scoreView } from './score-view.ts';
import { skinView } from './skin-view.ts';
import { createValueFormat } from './value-format.ts';

/** The picture, what it was judged by, and where that comes from. */
export function resultView(
  state: ResultState,
  resources: ResultResources,
  page: PageContext,
): TemplateResult {
  const { messages, locale } = page;
  const shown = readResult(state.outcome.result);
  const context: ResultContext = { ...page, state, shown, format: createValueFormat(locale, messages.units) };
  return html`
    <main id="content" class="result" tabindex="-1">
      <header class="result-head">
        <h1 tabindex="-1">${messages.result.heading}</h1>
        <p class="note">${icon('lock')}<span>${keptText(context)}</span></p>
      </header>
      <div class="result-side">
        ${pictureView(resources, context)} ${actions(context)}
      </div>
      <div class="result-body">
        ${shown.failure === null ? scoreView(context) : failed(context)} ${checksView(context)}
        ${skinView(context)} ${featuresView(context)} ${provenanceView(context)}
      </div>
    </main>
  `;
}

function keptText({ messages, state }: ResultContext): string {
  const { nothingLeft, nothingStored, stored } = messages.result;
  if (state.choices.mode === 'local') return nothingLeft;
  const { store, training } = consentOf(state.choices);
  return store || training ? stored : nothingStored;
}

function actions({ messages, send, state }: ResultContext): TemplateResult {
  const { result, settings } = state.outcome;
  const download = () =>
    downloadJson(`framegate-${result.captureId}.json`, {
      ...result,
      settings,
      receipt: state.taken?.receipt ?? null,
    });
  return html`
    <div class="actions">
      <button type="button" class="button primary" @click=${() => send({ type: 'take-another' })}>
        ${icon('again')}${messages.result.takeAnother}
      </button>
      <button type="button" class="button" @click=${download}>${icon('download')}${messages.result.download}</button>
    </div>
  `;
}

function failed({ messages, component, shown }: ResultContext): TemplateResult {
  const { failed: title, failedDetail, errorCode } = messages.result;
  const face = component?.failures['analysis-failed'];
  return html`
    <section class="card failure" aria-labelledby="failed">
      <h2 id="failed">${face?.title ?? title}</h2>
      <p>${failedDetail}</p>
      ${shown.failure === null ? nothing : html`<p class="note">${fill(errorCode, { code: shown.failure.code })}</p>`}
    </section>
  `;
}
