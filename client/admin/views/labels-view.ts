import { html, nothing, type TemplateResult } from 'lit';
import { BODY_METRIC_RANGES, BODY_METRICS, type BodyMetric } from '../../../src/protocol/body-vocabulary.ts';
import type { AdminContext } from '../admin-context.ts';
import { draftOf } from '../admin-state.ts';
import type { ReviewedLabel } from '../api/admin-answers.ts';
import type { Review } from '../api/review.ts';
import { cmText } from '../format.ts';
import { METRIC_NAMES } from '../metric-names.ts';
import { checkDraft, MAX_NOTES } from '../review/label-draft.ts';
import { accountView, isBusy, problemView, timeView } from './parts.ts';

/** Measures that somebody has taken by hand: those that are kept, and the form for one more. */
export function labelsView(
  { labels }: NonNullable<Review['dataSet']>,
  context: AdminContext,
): TemplateResult {
  return html`
    <section class="card" aria-labelledby="labels-heading">
      <h3 id="labels-heading">Labels</h3>
      <p class="note">Measures taken by hand. One counts when somebody else has approved it.</p>
      ${labels.length === 0 ? nothing : html`<ul class="labels">${labels.map((label) => labelView(label, context))}</ul>`}
      ${formView(context)}
    </section>
  `;
}

function labelView(label: ReviewedLabel, { state, actions }: AdminContext): TemplateResult {
  const { label_id, labeler_id, measurements, approved, notes, created_at } = label;
  const ownId = state.reviewer?.id;
  const isOwn = labeler_id === ownId;
  const why = `own-${label_id}`;
  return html`
    <li class="edit">
      <p class="edit-what">
        ${BODY_METRICS.filter((metric) => metric in measurements).map(
          (metric) =>
            html`<span class="change">${METRIC_NAMES[metric]} ${cmText(measurements[metric])} cm</span>`,
        )}
      </p>
      <p class="note">by ${accountView(labeler_id, ownId)}, ${timeView(created_at)}</p>
      ${notes === '' ? nothing : html`<blockquote>${notes}</blockquote>`}
      <div class="decide">
        <span class="tag ${approved ? 'good' : ''}">${approved ? 'Approved' : 'Not approved'}</span>
        <button
          type="button"
          class="button small"
          aria-disabled=${isOwn ? 'true' : nothing}
          aria-describedby=${isOwn ? why : nothing}
          ?disabled=${isBusy(state, 'label')}
          @click=${() => !isOwn && actions.decideLabel(label_id, !approved)}
        >${approved ? 'Take the approval back' : 'Approve the label'}</button>
      </div>
      ${isOwn ? html`<p id=${why} class="note">You entered this label. Somebody else has to approve it.</p>` : nothing}
    </li>
  `;
}

function formView({ state, actions }: AdminContext): TemplateResult {
  const draft = draftOf(state);
  const { wrong, isEmpty } = checkDraft(draft);
  const submitted = (event: SubmitEvent) => {
    event.preventDefault();
    actions.label();
  };
  const typedNotes = (event: Event) =>
    actions.type({ ...draft, notes: (event.target as HTMLTextAreaElement).value });
  const busy = isBusy(state, 'label');
  return html`
    <form class="label-form" aria-label="New label" novalidate @submit=${submitted}>
      <div class="label-fields">
        ${BODY_METRICS.map((metric) => {
          const typed = (event: Event) => {
            const { value } = event.target as HTMLInputElement;
            actions.type({ ...draft, values: { ...draft.values, [metric]: value } });
          };
          return fieldView(
            metric,
            draft.values[metric] ?? '',
            state.showsWrong ? wrong[metric] : undefined,
            typed,
          );
        })}
      </div>
      <label class="field">
        <span>Notes</span>
        <textarea name="notes" rows="2" maxlength=${MAX_NOTES} .value=${draft.notes} @input=${typedNotes}></textarea>
      </label>
      ${state.showsWrong && isEmpty ? html`<p class="problem" role="alert">Enter at least one number.</p>` : nothing}
      ${problemView(state, 'label')}
      <button type="submit" class="button" ?disabled=${busy}>${busy ? 'Saving…' : 'Keep the label'}</button>
    </form>
  `;
}

function fieldView(
  metric: BodyMetric,
  value: string,
  wrong: string | undefined,
  typed: (event: Event) => void,
): TemplateResult {
  const { min, max } = BODY_METRIC_RANGES[metric];
  const id = `label-${metric}`;
  return html`
    <div class="field">
      <label for=${id}>${METRIC_NAMES[metric]}</label>
      <input
        id=${id}
        name=${metric}
        inputmode="decimal"
        autocomplete="off"
        aria-describedby="${id}-range"
        aria-invalid=${wrong === undefined ? nothing : 'true'}
        .value=${value}
        @input=${typed}
      />
      <span id="${id}-range" class="note ${wrong === undefined ? '' : 'wrong'}">${wrong ?? `${min}–${max} cm`}</span>
    </div>
  `;
}
