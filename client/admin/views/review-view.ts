import { html, nothing, type TemplateResult } from 'lit';
import type { AdminContext } from '../admin-context.ts';
import type { Review } from '../api/review.ts';
import { SOURCE_NAMES, STATUS_NAMES } from '../review/capture-words.ts';
import { editsView } from './edits-view.ts';
import { factsView } from './facts-view.ts';
import { figureView } from './figure-view.ts';
import { labelsView } from './labels-view.ts';
import { measuresView } from './measures-view.ts';
import { idView, isBusy, problemView, timeView } from './parts.ts';
import { trainingView } from './training-view.ts';

/** The open capture. */
export function reviewView(context: AdminContext): TemplateResult {
  const { state, actions } = context;
  const { review, openId } = state;
  const busy = isBusy(state, 'review');
  return html`
    <article class="review" aria-labelledby="review-heading" aria-busy=${busy}>
      <div class="review-head">
        <button type="button" class="button small back" @click=${() => actions.open(null)}>All captures</button>
        <h2 id="review-heading" tabindex="-1">Capture ${idView(openId ?? '')}</h2>
        <div class="tools">
          <button type="button" class="button small" ?disabled=${busy} @click=${() => actions.again()}>
            ${busy ? 'Loading…' : 'Reload'}
          </button>
          ${
            review?.measures == null
              ? nothing
              : html`<button
                  type="button"
                  class="button small"
                  ?disabled=${isBusy(state, 'sheet')}
                  @click=${() => actions.sheet()}
                >Sheet (PDF)</button>`
          }
        </div>
      </div>
      ${problemView(state, 'review')} ${problemView(state, 'sheet')}
      ${review === null ? nothing : loadedView(review, context)}
    </article>
  `;
}

function loadedView(review: Review, context: AdminContext): TemplateResult {
  const { row, ownerId, measures, error, dataSet } = review;
  return html`
    <p class="meta">
      <span class="tag status-${row.status}">${STATUS_NAMES[row.status]}</span>
      ${row.waits ? html`<span class="tag waits">Edit waits</span>` : nothing}
      <span>${SOURCE_NAMES[row.source]}</span>
      ${row.createdAt === '' ? nothing : html`<span>${timeView(row.createdAt)}</span>`}
      ${ownerId === '' ? nothing : html`<span>account ${idView(ownerId)}</span>`}
    </p>
    ${error === null ? nothing : html`<p class="problem">Not measured: ${error.message} (${error.code})</p>`}
    ${
      measures === null
        ? html`<p class="note">There are no numbers${error === null ? ' yet' : ''}.</p>`
        : html`
            ${measuresView(measures, context)} ${editsView(review, measures, context)}
            ${figureView(review, measures, context)} ${factsView(measures)}
          `
    }
    ${dataSet === null ? nothing : html`${labelsView(dataSet, context)} ${trainingView(dataSet, context)}`}
  `;
}
