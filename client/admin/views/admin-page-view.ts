import { html, nothing, render, type TemplateResult } from 'lit';
import type { AdminContext } from '../admin-context.ts';
import { consoleView } from './console-view.ts';
import { isBusy, problemView } from './parts.ts';
import { signInView } from './sign-in-view.ts';

/** Draws the page as its state has it. */
export function renderAdminPage(root: HTMLElement, context: AdminContext): void {
  root.dataset.access = context.state.access;
  root.dataset.open = String(context.state.openId !== null);
  render(html`${headerView(context)} ${mainView(context)}`, root);
}

function headerView({ state, actions }: AdminContext): TemplateResult {
  const { access, reviewer } = state;
  const isIn = reviewer !== null && (access === 'reviewing' || access === 'refused');
  return html`
    <a class="skip" href="#content" @click=${skip}>Skip to the content</a>
    <header class="site">
      <p class="brand"><span translate="no">framegate</span> <span class="brand-part">review</span></p>
      ${
        isIn
          ? html`
              <div class="who">
                <span><span class="who-mail">${reviewer.email}</span> <span class="tag">${reviewer.role}</span></span>
                <button type="button" class="button small" @click=${() => actions.signOut()}>Sign out</button>
              </div>
            `
          : nothing
      }
    </header>
  `;
}

/** The address names the open capture: the link is not to change it. */
function skip(event: Event): void {
  event.preventDefault();
  document.querySelector<HTMLElement>('#content')?.focus();
}

function mainView(context: AdminContext): TemplateResult {
  const { state, actions } = context;
  switch (state.access) {
    case 'loading':
      return html`
        <main id="content" class="message" tabindex="-1">
          <h1 tabindex="-1">${isBusy(state, 'sign-in') || state.problem === null ? 'One moment…' : 'Nobody answers'}</h1>
          ${problemView(state, 'sign-in')}
          ${
            state.problem === null
              ? nothing
              : html`<button type="button" class="button primary" @click=${() => location.reload()}>Try again</button>`
          }
        </main>
      `;
    case 'no-api':
      return html`
        <main id="content" class="message" tabindex="-1">
          <h1 tabindex="-1">There is nothing to review here</h1>
          <p>
            This node names no HTTP interface. Whoever runs it sets its address, then this page shows the captures.
          </p>
        </main>
      `;
    case 'signed-out':
      return signInView(context);
    case 'refused':
      return html`
        <main id="content" class="message" tabindex="-1">
          <h1 tabindex="-1">This page is for reviewers</h1>
          <p>
            You are signed in as ${state.reviewer?.email}, and this account reviews nothing. An admin can give it the
            role labeler, partner or admin. Your own captures are on <a href="../body/">the body page</a>.
          </p>
          <p class="note">Your account: <code>${state.reviewer?.id}</code></p>
          <button type="button" class="button primary" @click=${() => actions.signOut()}>Sign in as somebody else</button>
        </main>
      `;
    case 'reviewing':
      return consoleView(context);
  }
}
