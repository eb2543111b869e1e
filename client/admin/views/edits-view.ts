import { html, nothing, type TemplateResult } from 'lit';
import { BODY_METRICS } from '../../../src/protocol/body-vocabulary.ts';
import type { AdminContext } from '../admin-context.ts';
import type { ReviewedAdjustment } from '../api/admin-answers.ts';
import type { Review, ReviewedMeasures } from '../api/review.ts';
import { cmText } from '../format.ts';
import { METRIC_NAMES } from '../metric-names.ts';
import { EDITOR_NAMES } from '../review/capture-words.ts';
import { BAR_TEXTS, decisionBar } from '../review/decision-bar.ts';
import { accountView, isBusy, problemView, timeView } from './parts.ts';

/** What was measured and every edit of it, the newest first, with what may be decided. */
export function editsView(
  { adjustments, row }: Review,
  { latestAdjustmentId }: ReviewedMeasures,
  context: AdminContext,
): TemplateResult {
  return html`
    <section class="card" aria-labelledby="edits-heading">
      <h3 id="edits-heading">Edits and history</h3>
      ${problemView(context.state, 'decide')}
      <ol class="edits">
        ${[...adjustments].reverse().map((adjustment) => editView(adjustment, latestAdjustmentId, context))}
        <li class="edit">
          <p class="edit-what">Measured from the pictures</p>
          ${row.createdAt === '' ? nothing : html`<p class="note">${timeView(row.createdAt)}</p>`}
        </li>
      </ol>
    </section>
  `;
}

function editView(
  adjustment: ReviewedAdjustment,
  latestAdjustmentId: string | null,
  context: AdminContext,
): TemplateResult {
  const ownId = context.state.reviewer?.id;
  const { source, user_id, created_at, notes, keypoints } = adjustment;
  return html`
    <li class="edit" data-edit=${adjustment.adjustment_id}>
      <p class="edit-what">${changesView(adjustment)}</p>
      <p class="note">
        ${keypoints === null ? 'Numbers edited' : `${keypoints.length} key points corrected`} by ${EDITOR_NAMES[source]}
        (${accountView(user_id, ownId)}), ${timeView(created_at)}
      </p>
      ${notes === '' ? nothing : html`<blockquote>${notes}</blockquote>`}
      ${verdictView(adjustment, ownId)} ${decisionView(adjustment, latestAdjustmentId, context)}
    </li>
  `;
}

function changesView({ original_metrics: before, adjusted_metrics: after, keypoints }: ReviewedAdjustment) {
  const changed = BODY_METRICS.filter((metric) => metric in after);
  if (changed.length === 0) return keypoints === null ? 'No number changed' : 'Key points corrected';
  return changed.map(
    (metric) => html`
      <span class="change">${METRIC_NAMES[metric]} ${cmText(before[metric])} → ${cmText(after[metric])} cm</span>
    `,
  );
}

function verdictView({ approved, approver_id, approved_at, promoted }: ReviewedAdjustment, ownId?: string) {
  if (approved === null) return nothing;
  return html`
    <p class="verdict">
      <span class="tag ${approved ? 'good' : 'bad'}">${approved ? 'Approved' : 'Refused'}</span>
      ${approver_id === null ? nothing : html`by ${accountView(approver_id, ownId)}`}
      ${approved_at === null ? nothing : html`, ${timeView(approved_at)}`}
      ${promoted ? ', in the training data' : nothing}
    </p>
  `;
}

function decisionView(
  adjustment: ReviewedAdjustment,
  latestAdjustmentId: string | null,
  { state, actions }: AdminContext,
): TemplateResult | typeof nothing {
  const { adjustment_id: adjustmentId } = adjustment;
  if (state.reviewer === null) return nothing;
  const bar = decisionBar(adjustment, latestAdjustmentId, state.reviewer);
  if (bar === 'decided') return nothing;
  const { asked } = state;
  if (asked?.what === 'decision' && asked.adjustmentId === adjustmentId) {
    const busy = isBusy(state, 'decide');
    return html`
      <div class="ask" role="group" aria-label=${asked.approve ? 'Approve this edit?' : 'Refuse this edit?'}>
        <p>
          ${
            asked.approve
              ? 'Approve this edit? Its numbers stay, and it cannot be taken back.'
              : 'Refuse this edit? The numbers before it come back, and it cannot be taken back.'
          }
        </p>
        <button type="button" class="button primary small" data-confirm ?disabled=${busy} @click=${() => actions.decide()}>
          ${asked.approve ? 'Yes, approve' : 'Yes, refuse'}
        </button>
        <button type="button" class="button small" ?disabled=${busy} @click=${() => actions.cancel()}>Cancel</button>
      </div>
    `;
  }
  const why = `bar-${adjustmentId}`;
  const button = (approve: boolean, text: string) => html`
    <button
      type="button"
      class="button small"
      data-asked=${approve ? adjustmentId : nothing}
      aria-disabled=${bar === null ? nothing : 'true'}
      aria-describedby=${bar === null ? nothing : why}
      @click=${() => bar === null && actions.ask({ what: 'decision', adjustmentId, approve })}
    >${text}</button>
  `;
  return html`
    <div class="decide">${button(true, 'Approve')} ${button(false, 'Refuse')}</div>
    ${bar === null ? nothing : html`<p id=${why} class="note">${BAR_TEXTS[bar]}</p>`}
  `;
}
