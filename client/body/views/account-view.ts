import { html, nothing, type TemplateResult } from 'lit';
import { choiceView } from '../../page/views/choice-view.ts';
import type { BodyContext } from '../body-context.ts';
import type { Screen } from '../body-state.ts';
import { bodyArt } from './body-art.ts';
import { problemView } from './problem-view.ts';

type AccountScreen = Extract<Screen, { step: 'account' }>;

const MIN_PASSWORD = 10;

/** Signing in, or an account with what may happen with its pictures. */
export function accountView({ form }: AccountScreen, context: BodyContext): TemplateResult {
  const { messages, state, actions } = context;
  const texts = messages.account;
  const isNew = form === 'register';
  const submitted = (event: SubmitEvent) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string) => String(fields.get(name) ?? '');
    if (!isNew) {
      actions.signIn(text('email'), text('password'));
      return;
    }
    actions.register({
      email: text('email'),
      password: text('password'),
      displayName: text('display-name'),
      consent: { store_images: fields.has('store'), training: fields.has('training') },
    });
  };
  return html`
    <main id="content" class="consent account" tabindex="-1">
      <div class="hero">
        ${bodyArt()}
        <h1 tabindex="-1">${texts.heading}</h1>
        <p class="lead">${texts.lead}</p>
      </div>
      <form class="card" id="account-form" data-form=${form} @submit=${submitted}>
        <h2>${isNew ? texts.register : texts.signIn}</h2>
        <div class="fields">
          <label class="field">
            <span>${texts.email}</span>
            <input type="email" name="email" class="input" required autocomplete="username" dir="ltr" />
          </label>
          <label class="field">
            <span>${texts.password}</span>
            <input
              type="password"
              name="password"
              class="input"
              required
              dir="ltr"
              minlength=${isNew ? MIN_PASSWORD : nothing}
              autocomplete=${isNew ? 'new-password' : 'current-password'}
            />
            ${isNew ? html`<span class="note">${texts.passwordRule}</span>` : nothing}
          </label>
          ${isNew ? newAccountFields(context) : nothing}
        </div>
        ${problemView(context)}
        <div class="actions">
          <button type="submit" class="button primary" id="account-submit" ?disabled=${state.isBusy}>
            ${isNew ? texts.register : texts.signIn}
          </button>
          <button
            type="button"
            class="button"
            id="account-other"
            @click=${() => actions.showForm(isNew ? 'sign-in' : 'register')}
          >
            ${isNew ? texts.toSignIn : texts.toRegister}
          </button>
        </div>
      </form>
    </main>
  `;
}

function newAccountFields({ messages }: BodyContext): TemplateResult {
  const texts = messages.account;
  return html`
    <label class="field">
      <span>${texts.name}</span>
      <input type="text" name="display-name" class="input" maxlength="100" autocomplete="name" dir="auto" />
      <span class="note">${texts.nameNote}</span>
    </label>
    <fieldset class="choices">
      <legend>${texts.consent}</legend>
      <p class="note">${texts.consentNote}</p>
      ${unticked('store', texts.store)} ${unticked('training', texts.training)}
    </fieldset>
  `;
}

/** The form keeps it until it is sent. */
function unticked(name: string, { label, detail }: { label: string; detail: string }): TemplateResult {
  return choiceView(name, { label, detail }, false, () => undefined);
}
