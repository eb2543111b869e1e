import { html, nothing, render, type TemplateResult } from 'lit';
import { headerView } from '../../page/views/header-view.ts';
import { loadingView } from '../../page/views/load-failed-view.ts';
import type { BodyContext } from '../body-context.ts';
import { resultView } from '../result/result-view.ts';
import { accountView } from './account-view.ts';
import { captureView } from './capture-view.ts';
import { detailsView } from './details-view.ts';
import { failedView } from './failed-view.ts';
import { uploadView } from './upload-view.ts';
import { waitingView } from './waiting-view.ts';

/** Draws the page's step, and names it in the tab. */
export function renderBodyPage(root: HTMLElement, context: BodyContext): void {
  const { page, locale, chooseLanguage } = context;
  const { step } = context.state.screen;
  root.dataset.step = step;
  document.title = `${headingOf(context)} · ${page.site.title}`;
  render(
    html`
      ${headerView({ locale, messages: page, chooseLanguage })}
      ${context.state.user === null ? nothing : signedInView(context)} ${stepView(context)}
    `,
    root,
  );
}

function stepView(context: BodyContext): TemplateResult {
  const { screen } = context.state;
  switch (screen.step) {
    case 'loading':
      return context.state.problem === null ? loadingView(context.page) : failedView(context);
    case 'no-api':
      return noApiView(context);
    case 'account':
      return accountView(screen, context);
    case 'details':
      return detailsView(context);
    case 'capture':
      return captureView(screen, context);
    case 'upload':
      return uploadView(screen, context);
    case 'waiting':
      return waitingView(screen, context);
    case 'result':
      return resultView(screen, context);
    case 'failed':
      return failedView(context);
  }
}

function headingOf({ state, messages }: BodyContext): string {
  const { step } = state.screen;
  if (step === 'details' || step === 'upload' || step === 'waiting' || step === 'result') {
    return messages[step].heading;
  }
  return step === 'no-api' ? messages.noApi.heading : messages.account.heading;
}

function signedInView({ state, messages, actions }: BodyContext): TemplateResult | typeof nothing {
  // On the way to a picture nothing stands beside it.
  if (state.screen.step === 'capture') return nothing;
  return html`<aside class="signed-in" aria-label=${state.user?.email ?? ''}>
    <span dir="ltr">${state.user?.email}</span>
    <button type="button" class="button quiet" id="sign-out" @click=${() => actions.signOut()}>
      ${messages.account.signOut}
    </button>
  </aside>`;
}

function noApiView({ messages }: BodyContext): TemplateResult {
  return html`<main id="content" class="message" tabindex="-1">
    <h1 tabindex="-1">${messages.noApi.heading}</h1>
    <p>${messages.noApi.detail}</p>
  </main>`;
}
