import { html, nothing, type TemplateResult } from 'lit';
import { fill } from '../../locales/locales.ts';
import { isAwaiting } from '../app-state.ts';
import { consentOf } from '../choices.ts';
import { icon } from '../views/icons.ts';
import type { PageContext } from '../views/page-context.ts';
import { checksView } from './checks-view.ts';
import { comingView, failedKindsView } from './coming-view.ts';
import { contoursView } from './contours-view.ts';
import { downloadJson } from './download-json.ts';
import { featuresView } from './features-view.ts';
import { pictureView } from './picture-view.ts';
import { provenanceView } from './provenance-view.ts';
import { readContours } from './read-contours.ts';
import { readResult } from './read-result.ts';
import { readSkin } from './read-skin.ts';
import type { ResultContext, ResultResources, ResultState } from './result-context.ts';
import { CONTOURS_KIND, qualityOf, resultOf, SKIN_KIND } from './result-kinds.ts';
import { scoreView } from './score-view.ts';
import { skinConcernsView } from './skin-concerns-view.ts';
import { skinView } from './skin-view.ts';
import { createValueFormat } from './value-format.ts';

/** The picture, what it was judged by, and where that comes from. */
export function resultView(
  state: ResultState,
  resources: ResultResources,
  page: PageContext,
): TemplateResult {
  const context = contextOf(state, page);
  const { messages, skin, contours } = context;
  const quality = qualityOf(state.results) === null ? nothing : qualityView(context);
  return html`
    <main id="content" class="result" tabindex="-1">
      <header class="result-head">
        <h1 tabindex="-1">${messages.result.heading}</h1>
        <p class="note ${isAwaiting(state) ? 'not-yet' : ''}">${icon('lock')}<span>${keptText(context)}</span></p>
      </header>
      <div class="result-side">
        ${pictureView(resources, context)} ${actions(context)}
      </div>
      <div class="result-body">
        ${quality} ${comingView(context)} ${failedKindsView(context)}
        ${skin === null ? nothing : skinConcernsView(skin, context)}
        ${contours === null ? nothing : contoursView(contours, context)} ${checksView(context)}
        ${quality === nothing ? nothing : html`${skinView(context)} ${featuresView(context)}`}
        ${provenanceView(context)}
      </div>
    </main>
  `;
}

function contextOf(state: ResultState, page: PageContext): ResultContext {
  const { results, outcome } = state;
  const quality = qualityOf(results);
  const main = quality ?? outcome.result;
  const done = (kind: string): unknown => {
    const found = resultOf(results, kind);
    return found?.status === 'done' ? found.result : null;
  };
  const [skinResult, contoursResult] = [done(SKIN_KIND), done(CONTOURS_KIND)];
  const skin = skinResult === null ? null : readSkin(skinResult);
  const contours = contoursResult === null ? null : readContours(contoursResult);
  // Of another kind only where it comes from is read here: it has a card of its own.
  const shown = readResult(quality ?? { status: 'done', provenance: main.provenance });
  return {
    ...page,
    state,
    main,
    shown: { ...shown, image: shown.image ?? skin?.image ?? contours?.image ?? null },
    skin,
    contours,
    format: createValueFormat(page.locale, page.messages.units),
  };
}

function qualityView(context: ResultContext): TemplateResult {
  return context.shown.failure === null ? scoreView(context) : failed(context);
}

function keptText({ messages, state }: ResultContext): string {
  const { nothingLeft, nothingStored, stored } = messages.result;
  if (state.choices.mode === 'local') return nothingLeft;
  const { store, training } = consentOf(state.choices);
  return store || training ? stored : nothingStored;
}

function actions({ messages, send, state, main }: ResultContext): TemplateResult {
  const others = state.results.filter((result) => result !== main);
  const download = () =>
    downloadJson(`framegate-${main.captureId}.json`, {
      ...main,
      ...(others.length > 0 && { otherResults: others }),
      settings: state.outcome.settings,
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
