import { html, nothing, render, type TemplateResult } from 'lit';
import { type AppState, isAwaiting } from '../app-state.ts';
import type { ResultStep } from '../result-resources.ts';
import { consentView } from './consent-view.ts';
import { headerView } from './header-view.ts';
import { type LiveResources, liveView } from './live-view.ts';
import { loadFailedView, loadingView } from './load-failed-view.ts';
import type { PageContext } from './page-context.ts';

export interface PageSteps {
  readonly state: AppState;
  readonly live: LiveResources;
  readonly result: ResultStep;
}

/** Draws the page's step, and names it in the tab. */
export function renderPage(root: HTMLElement, steps: PageSteps, context: PageContext): void {
  const { messages } = context;
  const { step } = steps.state;
  root.dataset.step = step;
  document.title = `${messages[step].heading} · ${messages.site.title}`;
  render(html`${headerView(context)} ${cameraView(steps, context)} ${stepView(steps, context)}`, root);
}

/** In one place for the live step and the result: the element goes on behind a result of which more is to come. */
function cameraView({ state, live }: PageSteps, context: PageContext): TemplateResult | typeof nothing {
  if (state.step === 'consent' || live.elementFailed) return nothing;
  return state.step === 'live' || isAwaiting(state) ? liveView(state, live, context) : nothing;
}

function stepView({ state, live, result }: PageSteps, context: PageContext): TemplateResult | typeof nothing {
  if (state.step === 'consent') return consentView(state, context);
  if (state.step === 'live') {
    return live.elementFailed ? loadFailedView(context.messages) : nothing;
  }
  if (result.views !== null) return result.views.resultView(state, result.resources, context);
  return result.failed ? loadFailedView(context.messages) : loadingView(context.messages);
}
