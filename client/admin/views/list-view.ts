import { html, nothing, type TemplateResult } from 'lit';
import type { AdminContext } from '../admin-context.ts';
import type { CaptureRow } from '../api/review.ts';
import { ageText, dateText, percentText, shortId } from '../format.ts';
import { CAPTURE_SOURCES, CAPTURE_STATUSES, SOURCE_NAMES, STATUS_NAMES } from '../review/capture-words.ts';
import { choiceView, isBusy, problemView } from './parts.ts';

export function listView(context: AdminContext): TemplateResult {
  const { state, actions } = context;
  const { rows, nextBefore } = state.list;
  const busy = isBusy(state, 'list');
  return html`
    <section class="list" aria-labelledby="list-heading" aria-busy=${busy}>
      <div class="list-head">
        <h2 id="list-heading" tabindex="-1">Captures</h2>
        <button type="button" class="button small" ?disabled=${busy} @click=${() => actions.reload()}>Reload</button>
      </div>
      ${state.reviewer?.role === 'partner' ? nothing : filterView(context)}
      ${problemView(state, 'list')}
      ${rows === null || rows.length === 0 ? emptyView(context) : html`<ul class="rows">${rows.map((row) => rowView(row, context))}</ul>`}
      ${
        nextBefore === null
          ? nothing
          : html`<button type="button" class="button" ?disabled=${busy} @click=${() => actions.more()}>
              ${busy ? 'Loading…' : 'Older captures'}
            </button>`
      }
    </section>
  `;
}

function filterView({ state, actions }: AdminContext): TemplateResult {
  const { filter } = state.list;
  const openChanged = (event: Event) =>
    actions.filter({ openOnly: (event.target as HTMLInputElement).checked });
  return html`
    <div class="filters">
      ${choiceView({
        name: 'status',
        label: 'Status',
        values: CAPTURE_STATUSES,
        texts: STATUS_NAMES,
        chosen: filter.status,
        anyText: 'Any',
        changed: (status) => actions.filter({ status }),
      })}
      ${choiceView({
        name: 'source',
        label: 'Source',
        values: CAPTURE_SOURCES,
        texts: SOURCE_NAMES,
        chosen: filter.source,
        anyText: 'Any',
        changed: (source) => actions.filter({ source }),
      })}
      <label class="check-line">
        <input type="checkbox" name="open-only" autocomplete="off" .checked=${filter.openOnly} @change=${openChanged} />
        <span>Only with an edit that waits</span>
      </label>
    </div>
  `;
}

function emptyView({ state }: AdminContext): TemplateResult | typeof nothing {
  if (state.list.rows === null) {
    return isBusy(state, 'list') ? html`<p class="note">Loading…</p>` : nothing;
  }
  return html`
    <p class="note">
      ${state.list.nextBefore === null ? 'No capture is like this.' : 'None among the newest 2,000. Look at older ones.'}
    </p>
  `;
}

function rowView(row: CaptureRow, { state, actions, nowMs }: AdminContext): TemplateResult {
  const { captureId, customer, status, source, createdAt, confidence, waits } = row;
  const name = customer === null || customer === '' ? html`<code>${shortId(captureId)}</code>` : customer;
  return html`
    <li>
      <button
        type="button"
        class="row"
        data-row=${captureId}
        aria-current=${captureId === state.openId ? 'true' : nothing}
        @click=${() => actions.open(captureId)}
      >
        <span class="row-name">${name}</span>
        <span class="row-age" title=${dateText(createdAt)}>${ageText(Date.parse(createdAt), nowMs)}</span>
        <span class="row-tags">
          <span class="tag status-${status}">${STATUS_NAMES[status]}</span>
          ${waits ? html`<span class="tag waits">Edit waits</span>` : nothing}
        </span>
        <span class="row-more">
          ${customer === null ? html`<span>${SOURCE_NAMES[source]}</span>` : nothing}
          ${confidence === null ? nothing : html`<span><span class="unseen">confidence </span>${percentText(confidence)}</span>`}
        </span>
      </button>
    </li>
  `;
}
