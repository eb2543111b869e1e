import { html, nothing, svg, type TemplateResult } from 'lit';
import { failureFace } from '../../locales/failure-face.ts';
import { fill } from '../../locales/locales.ts';
import { icon } from '../icons.ts';
import { overallScore, verdictOf, weakChecks } from '../result-summary.ts';
import type { Screen } from '../view-state.ts';
import { checksTable } from './meters-view.ts';
import type { ViewContext } from './view-context.ts';

const WEAK_CHECKS = 3;

/** The picture that was taken, and what has been measured of it. */
export function resultView(context: ViewContext): TemplateResult | typeof nothing {
  const { view, messages, pictureUrl, actions } = context;
  const { screen } = view;
  if (screen.name !== 'measuring' && screen.name !== 'result') return nothing;
  return html`<div class="result" part="result">
    ${
      pictureUrl === null
        ? nothing
        : html`<img part="picture" src=${pictureUrl} alt=${messages.labels.picture} />`
    }
    <div class="findings">
      ${screen.name === 'measuring' ? measuring(messages.status.taken) : findings(screen, context)}
      ${
        screen.name === 'measuring'
          ? nothing
          : html`<button class="primary" part="button primary-button" type="button" data-focus @click=${actions.retake}>
              ${messages.controls.retake}
            </button>`
      }
    </div>
  </div>`;
}

function measuring(text: string): TemplateResult {
  return html`<div class="gauge busy">${gauge(25)}</div>
    <p>${text}</p>`;
}

function findings(
  { capture, result, failure }: Extract<Screen, { name: 'result' }>,
  { messages, locale }: ViewContext,
): TemplateResult {
  const { labels, status, failures } = messages;
  if (failure !== null) {
    const { title, action } = failures[failureFace(failure.code)];
    return html`<div class="emblem">${icon('alert')}</div>
      <h2>${title}</h2>
      <p>${action}</p>
      <small part="code"><code lang="en" dir="ltr">${failure.code}</code></small>`;
  }
  if (result === null) {
    return html`<div class="emblem good">${icon('check')}</div>
      <p>${status.takenLocally}</p>`;
  }
  const score = overallScore(result);
  const verdict = verdictOf(result);
  const weak = weakChecks(result, WEAK_CHECKS);
  return html`
    ${
      score === null
        ? html`<div class="emblem good">${icon('check')}</div>`
        : html`<div
            class="gauge ${verdict ?? ''}"
            part="score"
            role="img"
            aria-label=${fill(labels.score, { score })}
          >
            ${gauge(score)}<span aria-hidden="true">${score}</span>
          </div>`
    }
    <h2>
      ${verdict === null ? status.result : verdict === 'pass' ? labels.verdictPass : labels.verdictAdjust}
    </h2>
    ${capture.receipt === null ? html`<p>${status.takenLocally}</p>` : nothing}
    ${weak.length === 0 ? nothing : checksTable(weak, messages, locale)}
  `;
}

function gauge(percent: number): TemplateResult {
  return html`<svg viewBox="0 0 100 100" aria-hidden="true">
    <circle class="track" cx="50" cy="50" r="44"></circle>
    ${svg`<circle cx="50" cy="50" r="44" pathLength="100" stroke-dasharray="${percent} 100"></circle>`}
  </svg>`;
}
