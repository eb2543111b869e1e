import { html, nothing, type TemplateResult } from 'lit';
import type { AdminContext } from '../admin-context.ts';
import type { ReviewedArtifact } from '../api/admin-answers.ts';
import { VIEW_NAMES } from '../review/capture-words.ts';
import { isBusy, problemView, timeView } from './parts.ts';

/** No pixel is loaded before an admin has asked for it twice. */
export function picturesView(pictures: readonly ReviewedArtifact[], context: AdminContext): TemplateResult {
  const { state } = context;
  if (pictures.length === 0) return html`<p class="note">No picture of this capture is kept.</p>`;
  if (state.reviewer?.role !== 'admin') {
    return html`<p class="note">${counted(pictures.length)} kept. Only admins open pictures.</p>`;
  }
  return html`
    <ul class="pictures">
      ${pictures.map((picture) => html`<li>${pictureView(picture, context)}</li>`)}
    </ul>
    ${problemView(state, 'picture')}
  `;
}

function pictureView(picture: ReviewedArtifact, { state, actions }: AdminContext): TemplateResult {
  const { artifact_id: artifactId, view, remove_at } = picture;
  const name = view === null ? 'picture' : `${VIEW_NAMES[view].toLowerCase()} picture`;
  const busy = isBusy(state, 'picture');
  if (state.picture?.artifactId === artifactId) {
    return html`
      <button type="button" class="button small" data-close-picture @click=${() => actions.closePicture()}>
        Close the ${name}
      </button>
    `;
  }
  if (state.asked?.what === 'picture' && state.asked.artifactId === artifactId) {
    return html`
      <div class="ask" role="group" aria-label="Open the ${name}?">
        <p>Open the ${name}? Your name and the time are written into the audit trail.</p>
        <button
          type="button"
          class="button primary small"
          data-confirm
          ?disabled=${busy}
          @click=${() => actions.openPicture(picture)}
        >${busy ? 'Opening…' : 'Yes, open it'}</button>
        <button type="button" class="button small" ?disabled=${busy} @click=${() => actions.cancel()}>Cancel</button>
      </div>
    `;
  }
  return html`
    <button
      type="button"
      class="button small"
      data-asked=${artifactId}
      @click=${() => actions.ask({ what: 'picture', artifactId })}
    >Open the ${name}</button>
    ${remove_at === null ? nothing : html`<span class="note">kept until ${timeView(remove_at)}</span>`}
  `;
}

function counted(count: number): string {
  return count === 1 ? 'One picture is' : `${count} pictures are`;
}
