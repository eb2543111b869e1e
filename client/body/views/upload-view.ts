import { html, nothing, type TemplateResult } from 'lit';
import { BODY_VIEWS, type BodyView, REQUIRED_BODY_VIEWS } from '../../../src/protocol/body-vocabulary.ts';
import { icon } from '../../page/views/icons.ts';
import type { BodyContext } from '../body-context.ts';
import type { Screen } from '../body-state.ts';
import { poseArt } from './pose-art.ts';
import { problemView } from './problem-view.ts';

type UploadScreen = Extract<Screen, { step: 'upload' }>;

const isRequired = (view: BodyView): boolean => REQUIRED_BODY_VIEWS.some((required) => required === view);

/** For whoever has photographs already. */
export function uploadView({ chosen }: UploadScreen, context: BodyContext): TemplateResult {
  const { messages, page, state, actions } = context;
  const texts = messages.upload;
  const submitted = (event: SubmitEvent) => {
    event.preventDefault();
    actions.upload();
  };
  return html`
    <main id="content" class="details" tabindex="-1">
      <h1 tabindex="-1">${texts.heading}</h1>
      <p class="lead">${texts.lead}</p>
      <form class="card" id="upload-form" @submit=${submitted}>
        <div class="upload-grid">${BODY_VIEWS.map((view) => pictureField(view, chosen.includes(view), context))}</div>
        ${problemView(context)}
        <div class="actions">
          <button type="submit" class="button primary" id="send-pictures" ?disabled=${state.isBusy}>
            ${state.isBusy ? html`<span class="spinner"></span>${texts.sending}` : texts.send}
          </button>
          <button type="button" class="button" @click=${() => actions.startOver()}>
            ${icon('back')}${page.live.back}
          </button>
        </div>
      </form>
    </main>
  `;
}

function pictureField(view: BodyView, isChosen: boolean, { messages, actions }: BodyContext): TemplateResult {
  const changed = (event: Event) =>
    actions.choosePicture(view, (event.target as HTMLInputElement).files?.[0] ?? null);
  return html`
    <label class="field upload-field ${isChosen ? 'chosen' : ''}">
      <span>
        ${isChosen ? icon('good') : nothing} ${messages.views[view]}
        ${isRequired(view) ? nothing : html`<span class="note">(${messages.upload.optional})</span>`}
      </span>
      ${poseArt(view)}
      <input
        type="file"
        name=${view}
        accept="image/jpeg,image/png,image/webp"
        aria-label="${messages.views[view]}: ${messages.upload.choose}"
        ?required=${isRequired(view)}
        @change=${changed}
      />
    </label>
  `;
}
