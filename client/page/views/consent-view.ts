import { html, type TemplateResult } from 'lit';
import type { PageMessages } from '../../locales/page-messages.ts';
import type { AppState } from '../app-state.ts';
import type { Choices } from '../choices.ts';
import { choiceView } from './choice-view.ts';
import { consentArt } from './consent-art.ts';
import { type IconName, icon } from './icons.ts';
import { optionsView } from './options-view.ts';
import type { PageContext } from './page-context.ts';

type ConsentState = Extract<AppState, { step: 'consent' }>;

/** What happens with the picture, the person's choices, and the two ways on. */
export function consentView({ choices }: ConsentState, context: PageContext): TemplateResult {
  const { messages, send } = context;
  const texts = messages.consent;
  const local = choices.mode === 'local';
  /** What is on this device is not kept by anybody. */
  const kept = ({ label, detail }: PageMessages['consent']['store']) => ({
    label,
    detail: local ? texts.localNote : detail,
  });
  const choose = (changed: Partial<Choices>) => send({ type: 'choose', choices: changed });
  const submitted = (event: SubmitEvent) => {
    event.preventDefault();
    send({ type: 'start', source: 'camera' });
  };
  return html`
    <main id="content" class="consent" tabindex="-1">
      <div class="hero">
        ${consentArt()}
        <h1 tabindex="-1">${texts.heading}</h1>
        <p class="lead">${texts.lead}</p>
        <section aria-labelledby="what-happens">
          <h2 id="what-happens">${texts.whatHappens}</h2>
          <ul class="facts">
            ${
              local
                ? [
                    fact('device', texts.factLocal),
                    fact('lock', texts.factLocalNothing),
                    fact('numbers', texts.factLocalLess),
                  ]
                : [
                    fact('guide', texts.factGuided),
                    fact('lock', texts.factMeasured),
                    fact('numbers', texts.factNumbers),
                  ]
            }
          </ul>
        </section>
      </div>
      <form class="card" @submit=${submitted}>
        <fieldset class="choices" aria-describedby="choice-note">
          <legend>${texts.yourChoice}</legend>
          <p id="choice-note" class="note">${texts.choiceNote}</p>
          ${choiceView('store', kept(texts.store), choices.store && !local, (store) => choose({ store }), local)}
          ${choiceView(
            'training',
            kept(texts.training),
            choices.training && !local,
            (training) => choose({ training }),
            local,
          )}
          ${choiceView('local', texts.local, local, (on) => choose({ mode: on ? 'local' : 'server' }))}
        </fieldset>
        ${optionsView(choices, messages, choose)}
        <div class="actions">
          <button type="submit" class="button primary">${icon('camera')}${texts.useCamera}</button>
          <button
            type="button"
            class="button"
            aria-describedby="without-camera"
            @click=${() => send({ type: 'start', source: 'demo' })}
          >
            ${texts.withoutCamera}
          </button>
          <p id="without-camera" class="note">${texts.withoutCameraDetail}</p>
        </div>
      </form>
    </main>
  `;
}

function fact(name: IconName, text: string): TemplateResult {
  return html`<li>${icon(name)}<span>${text}</span></li>`;
}
