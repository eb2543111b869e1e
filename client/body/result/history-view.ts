import { html, type TemplateResult } from 'lit';
import { BODY_METRICS } from '../../../src/protocol/body-vocabulary.ts';
import { fill } from '../../locales/locales.ts';
import type { Adjustment } from '../api/capture-answers.ts';
import type { BodyContext } from '../body-context.ts';
import type { ResultScreen } from '../body-state.ts';
import { withUnit } from './with-unit.ts';

/** What was measured, and every edit: who, when, why, and whether somebody has approved it. */
export function historyView({ history }: ResultScreen, context: BodyContext): TemplateResult {
  const { messages } = context;
  return html`
    <section class="card history-card" aria-labelledby="history-heading" id="history" tabindex="-1">
      <h2 id="history-heading">${messages.history.heading}</h2>
      <ol class="history">
        <li>
          <p><strong>${messages.history.original}</strong> ${timeView(history.original.measured_at, context)}</p>
        </li>
        ${history.adjustments.map((edit) => editView(edit, context))}
      </ol>
    </section>
  `;
}

function editView(edit: Adjustment, context: BodyContext): TemplateResult {
  const { messages, state } = context;
  const texts = messages.history;
  const decision = decisionOn(edit);
  return html`
    <li data-adjustment-id=${edit.adjustment_id} data-decision=${decision}>
      <p>
        <strong>${edit.user_id === state.user?.id ? texts.byYou : texts.byOther}</strong>
        ${timeView(edit.created_at, context)} <span class="badge">${texts[decision]}</span>
      </p>
      <ul>
        ${changesOf(edit, context).map((text) => html`<li>${text}</li>`)}
      </ul>
      <p class="note" dir="auto">${edit.notes}</p>
    </li>
  `;
}

/** A correction that has moved nothing is closed by nobody. */
function decisionOn({
  approved,
  approver_id: approver,
}: Adjustment): 'undecided' | 'approved' | 'refused' | 'unchanged' {
  if (approved === null) return 'undecided';
  if (approved) return 'approved';
  return approver === null ? 'unchanged' : 'refused';
}

function changesOf(edit: Adjustment, context: BodyContext): string[] {
  const { messages } = context;
  const length = (cm: number | null | undefined) =>
    cm == null ? messages.result.notMeasured : withUnit(cm, context);
  return BODY_METRICS.filter((metric) => metric in edit.adjusted_metrics).map((metric) =>
    fill(messages.history.change, {
      metric: messages.metrics[metric],
      from: length(edit.original_metrics[metric]),
      to: length(edit.adjusted_metrics[metric]),
    }),
  );
}

function timeView(iso: string, { locale }: BodyContext): TemplateResult {
  const text = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(
    new Date(iso),
  );
  return html`<time class="note" datetime=${iso}>${text}</time>`;
}
