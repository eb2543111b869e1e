import { html, nothing, type TemplateResult } from 'lit';
import { fill } from '../../locales/locales.ts';
import { icon } from '../../page/views/icons.ts';
import type { CaptureStatus } from '../api/capture-answers.ts';
import type { BodyContext } from '../body-context.ts';
import type { Screen } from '../body-state.ts';
import { problemView } from './problem-view.ts';

type WaitingScreen = Extract<Screen, { step: 'waiting' }>;

const STAGES = ['collecting', 'queued', 'processing'] as const;

/** How far the measurement is. */
export function waitingView({ status, isSlow }: WaitingScreen, context: BodyContext): TemplateResult {
  const { messages, actions } = context;
  const texts = messages.waiting;
  const at = STAGES.findIndex((stage) => stage === (status?.status ?? 'collecting'));
  const percent = Math.round((status?.progress ?? 0) * 100);
  return html`
    <main id="content" class="details waiting-page" data-status=${status?.status ?? 'unknown'} tabindex="-1">
      <h1 tabindex="-1">${texts.heading}</h1>
      <div class="card">
        <div role="status"><ol class="stages">
          ${STAGES.map((stage, index) => {
            const isDone = at === -1 || index < at;
            return html`<li class=${isDone ? 'done' : index === at ? 'now' : 'later'}>
              ${isDone ? icon('good') : index === at ? html`<span class="spinner"></span>` : icon('unknown')}
              <span>${texts[stage]}${index === at ? detailOf(status, context) : nothing}</span>
            </li>`;
          })}
        </ol></div>
        <progress
          max="100"
          aria-label=${texts.heading}
          .value=${at === -1 ? 100 : percent}
        ></progress>
        ${problemView(context)}
        <p class="note">${isSlow ? texts.slow : nothing} ${texts.keepsGoing}</p>
        <button type="button" class="button" id="start-over" @click=${() => actions.startOver()}>
          ${icon('again')}${texts.startOver}
        </button>
      </div>
    </main>
  `;
}

function detailOf(status: CaptureStatus | null, { messages }: BodyContext): TemplateResult | typeof nothing {
  const { position, progress } = messages.waiting;
  if (status?.status === 'queued' && status.queue_position !== null) {
    return html` <span class="note">${fill(position, { position: status.queue_position })}</span>`;
  }
  if (status?.status !== 'processing') return nothing;
  return html` <span class="note">${fill(progress, { percent: Math.round(status.progress * 100) })}</span>`;
}
