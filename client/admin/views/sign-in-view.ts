import { html, type TemplateResult } from 'lit';
import type { AdminContext } from '../admin-context.ts';
import { isBusy, problemView } from './parts.ts';

export function signInView({ state, actions }: AdminContext): TemplateResult {
  const submitted = (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    actions.signIn(String(form.get('email') ?? '').trim(), String(form.get('password') ?? ''));
  };
  const busy = isBusy(state, 'sign-in');
  return html`
    <main id="content" class="sign-in" tabindex="-1">
      <h1 tabindex="-1">Sign in to review</h1>
      <p class="note">For accounts with the role admin, labeler or partner. What you look at and change is logged.</p>
      <form class="card" @submit=${submitted}>
        ${problemView(state, 'sign-in')}
        <label class="field">
          <span>E-mail address</span>
          <input type="email" name="email" autocomplete="username" required value=${state.reviewer?.email ?? ''} />
        </label>
        <label class="field">
          <span>Password</span>
          <input type="password" name="password" autocomplete="current-password" required />
        </label>
        <button type="submit" class="button primary" ?disabled=${busy}>${busy ? 'Signing in…' : 'Sign in'}</button>
      </form>
    </main>
  `;
}
