import { html, type TemplateResult } from 'lit';
import { BODY_METRIC_RANGES, type BodyMetric } from '../../../src/protocol/body-vocabulary.ts';
import { fill } from '../../locales/locales.ts';
import type { BodyContext } from '../body-context.ts';
import { fromCm, toCm } from '../lengths.ts';
import { problemView } from '../views/problem-view.ts';
import { withUnit } from './with-unit.ts';

/** The slider spans the value by this; the number beside it all that humans measure. */
const SLIDER_REACH_CM = 15;
const MAX_NOTE = 500;

/** A slider and a number that go together, a note that is needed, and what becomes of the edit. */
export function editForm(metric: BodyMetric, valueCm: number | null, context: BodyContext): TemplateResult {
  const { messages, state, actions } = context;
  const { unit } = state.details;
  const texts = messages.result;
  const { min, max } = BODY_METRIC_RANGES[metric];
  const startCm = valueCm ?? (min + max) / 2;
  const shown = (cm: number) => (Math.round(fromCm(cm, unit) * 10) / 10).toString();
  const reach = {
    min: shown(Math.max(min, startCm - SLIDER_REACH_CM)),
    max: shown(Math.min(max, startCm + SLIDER_REACH_CM)),
  };
  const range = fill(texts.range, { min: withUnit(min, context), max: withUnit(max, context) });

  const together = (event: Event) => {
    const moved = event.target as HTMLInputElement;
    const form = moved.form as HTMLFormElement;
    for (const name of ['slider', 'number']) {
      const input = form.elements.namedItem(name) as HTMLInputElement;
      if (input !== moved) input.value = moved.value;
    }
    const number = form.elements.namedItem('number') as HTMLInputElement;
    const cm = toCm(Number(number.value), unit);
    number.setCustomValidity(cm < min - 0.05 || cm > max + 0.05 ? range : '');
  };
  const noted = ({ target }: Event) => {
    const note = target as HTMLInputElement;
    note.setCustomValidity(note.value.trim() === '' ? texts.noteNeeded : '');
  };
  const submitted = (event: SubmitEvent) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    const cm = Math.min(max, Math.max(min, toCm(Number(fields.get('number')), unit)));
    actions.saveEdit(metric, cm, String(fields.get('note')).trim());
  };
  return html`
    <form class="edit-form" id="edit-form" data-metric=${metric} @submit=${submitted}>
      <div class="edit-row">
        <input
          type="range"
          name="slider"
          min=${reach.min}
          max=${reach.max}
          step="0.1"
          .value=${shown(startCm)}
          aria-label=${messages.metrics[metric]}
          @input=${together}
        />
        <input
          type="number"
          name="number"
          class="input"
          inputmode="decimal"
          step="0.1"
          required
          .value=${shown(startCm)}
          aria-label="${messages.metrics[metric]} (${unit === 'cm' ? messages.details.cm : messages.details.inches})"
          aria-describedby="edit-range"
          @input=${together}
        />
      </div>
      <p class="note" id="edit-range">${range}</p>
      <label class="field">
        <span>${texts.note}</span>
        <input type="text" name="note" class="input" required maxlength=${MAX_NOTE} autocomplete="off" @input=${noted} />
      </label>
      <p class="reminder">${texts.reminder}</p>
      ${problemView(context)}
      <div class="actions">
        <button type="submit" class="button primary" id="save-edit" ?disabled=${state.isBusy}>${texts.save}</button>
        <button type="button" class="button" id="cancel-edit" @click=${() => actions.edit(null)}>
          ${texts.cancel}
        </button>
      </div>
    </form>
  `;
}
