import { html, nothing, type TemplateResult } from 'lit';
import { BODY_METRICS } from '../../../src/protocol/body-vocabulary.ts';
import { fill } from '../../locales/locales.ts';
import { downloadJson } from '../../page/result/download-json.ts';
import { icon } from '../../page/views/icons.ts';
import type { BodyContext } from '../body-context.ts';
import { editOf, type ResultScreen } from '../body-state.ts';
import { selectField } from '../views/fields.ts';
import { problemView } from '../views/problem-view.ts';
import { flagsView } from './flags-view.ts';
import { historyView } from './history-view.ts';
import { lookView } from './look-view.ts';
import { measuredPicturesView } from './measured-pictures-view.ts';
import { metricRow } from './metric-row.ts';

/** The measures with how sure they are, where they were read, and what a person can do with them. */
export function resultView(screen: ResultScreen, context: BodyContext): TemplateResult {
  const { messages, state, actions } = context;
  const texts = messages.result;
  const { measured } = screen;
  return html`
    <main
      id="content"
      class="result body-result"
      data-capture-id=${measured.capture_id}
      tabindex="-1"
    >
      <div class="result-head">
        <h1 tabindex="-1">${texts.heading}</h1>
        ${confidenceView(screen, context)}
      </div>
      ${screen.editing === null ? problemView(context) : nothing}
      <div class="result-side">
        ${measuredPicturesView(screen, context)} ${lookView(screen, context)}
      </div>
      <div class="result-body">
        ${flagsView(screen, context)}
        <section class="card measures" aria-labelledby="measures">
          <div class="measures-head">
            <h2 id="measures">${texts.measures}</h2>
            ${selectField(
              'unit',
              messages.details.unit,
              [
                ['cm', messages.details.cm],
                ['in', messages.details.inches],
              ],
              state.details.unit,
              (unit) => actions.choose({ unit }),
            )}
          </div>
          <ul class="metrics">
            ${BODY_METRICS.map((metric) => metricRow(metric, screen, context))}
          </ul>
          <p class="note" id="scale-source">
            ${measured.details.scale.source === 'card' ? texts.scaleCard : texts.scaleStature}
          </p>
        </section>
        ${historyView(screen, context)}
        <div class="actions">
          <button
            type="button"
            class="button primary"
            id="download-sheet"
            ?disabled=${state.isBusy}
            @click=${() => actions.downloadSheet()}
          >
            ${icon('download')}${texts.sheet}
          </button>
          <button
            type="button"
            class="button"
            id="download-data"
            @click=${() => downloadJson(`measures-${measured.capture_id}.json`, { ...measured, history: screen.history })}
          >
            ${icon('download')}${texts.data}
          </button>
          <button type="button" class="button" id="new-capture" @click=${() => actions.startOver()}>
            ${icon('again')}${texts.again}
          </button>
        </div>
      </div>
    </main>
  `;
}

function confidenceView(screen: ResultScreen, { messages }: BodyContext): TemplateResult {
  const texts = messages.result;
  const { quality, details } = screen.measured;
  const percent = (share: number) => Math.round(share * 100);
  const isLowered =
    quality.overall_confidence < details.original_confidence &&
    BODY_METRICS.some((metric) => editOf(metric, screen) !== null);
  return html`
    <p class="lead" id="overall-confidence">
      ${fill(texts.confidence, { percent: percent(quality.overall_confidence) })}
    </p>
    ${isLowered ? html`<p class="note">${fill(texts.lowered, { percent: percent(details.original_confidence) })}</p>` : nothing}
  `;
}
