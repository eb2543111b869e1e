import { html, nothing, type TemplateResult } from 'lit';
import type { BodyMetric } from '../../../src/protocol/body-vocabulary.ts';
import { fill } from '../../locales/locales.ts';
import { confidenceWord } from '../../page/result/confidence-word.ts';
import type { Adjustment } from '../api/capture-answers.ts';
import type { BodyContext } from '../body-context.ts';
import { editOf, type ResultScreen } from '../body-state.ts';
import { marginText } from '../lengths.ts';
import { editForm } from './edit-form.ts';
import { withUnit } from './with-unit.ts';

/** `Waist 75 cm (±4)`, how sure that is, who has changed it, and the way to change it. */
export function metricRow(metric: BodyMetric, screen: ResultScreen, context: BodyContext): TemplateResult {
  const { messages, page, actions } = context;
  const texts = messages.result;
  const { metrics, details } = screen.measured;
  const value = metrics[metric];
  const original = details.original_metrics[metric];
  const confidence = details.confidences[metric];
  const edit = editOf(metric, screen);
  const isEditing = screen.editing === metric;
  return html`
    <li class="metric ${isEditing ? 'editing' : ''}" data-metric=${metric}>
      <span class="metric-name">${messages.metrics[metric]}</span>
      <span class="metric-value">
        ${
          value === null
            ? html`<span class="note">${texts.notMeasured}</span>`
            : html`<strong>${withUnit(value, context)}</strong>
                ${edit === null ? margin(metric, screen, context) : nothing}`
        }
      </span>
      <button
        type="button"
        class="button quiet"
        id="edit-${metric}"
        aria-expanded=${isEditing ? 'true' : 'false'}
        aria-label=${fill(texts.edit, { metric: messages.metrics[metric] })}
        @click=${() => actions.edit(isEditing ? null : metric)}
      >
        ${EDIT_SIGN}
      </button>
      <span class="metric-foot note">
        ${
          edit === null
            ? confidence === null || value === null
              ? nothing
              : confidenceWord(confidence, page.skin)
            : html`<a class="badge" href="#history">${editorOf(edit, context)}</a>
                ${
                  original === null
                    ? nothing
                    : html`${fill(texts.measured, { value: withUnit(original, context) })}
                      ${margin(metric, screen, context)}`
                }`
        }
      </span>
      ${isEditing ? editForm(metric, value ?? original, context) : nothing}
    </li>
  `;
}

/** Two pen strokes, as in other icons of 24 × 24. */
const EDIT_SIGN = html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
  <path d="M5 19l1-4L16 5l3 3L9 18zM14 7l3 3" />
</svg>`;

function margin(
  metric: BodyMetric,
  { measured }: ResultScreen,
  { state, locale, messages }: BodyContext,
): TemplateResult | typeof nothing {
  const interval = measured.details.intervals_cm[metric];
  if (interval === null) return nothing;
  const value = marginText(interval, state.details.unit, locale);
  return html`<span class="margin" dir="ltr">(${fill(messages.result.margin, { value })})</span>`;
}

function editorOf(edit: Adjustment, { messages, state }: BodyContext): string {
  const texts = messages.result;
  if (edit.user_id === state.user?.id) return texts.editedByYou;
  return edit.source === 'tailor' ? texts.editedByTailor : texts.editedByAdmin;
}
