import { html, nothing, type TemplateResult } from 'lit';
import { fill } from '../../locales/locales.ts';
import type { PageMessages } from '../../locales/page-messages.ts';
import { readFailure } from './read-failure.ts';
import type { ResultContext } from './result-context.ts';
import { cardOf } from './result-kinds.ts';

export function kindName(kind: string, texts: PageMessages['coming']): string {
  return texts[cardOf(kind)];
}

/** What is still being measured, and, for whoever listens, what became of the rest; always there, so that it is heard. */
export function comingView({ messages, state }: ResultContext): TemplateResult {
  const texts = messages.coming;
  const first = state.outcome.result.kind;
  const line = (text: string, kind: string) => fill(text, { kind: kindName(kind, texts) });
  const ended = [
    ...state.results
      .filter(({ kind }) => kind !== first)
      .map(({ kind, status }) => line(status === 'done' ? texts.done : texts.failed, kind)),
    ...state.missing.map((kind) => line(texts.missing, kind)),
  ];
  return html`
    <div class="coming ${state.awaited.length > 0 ? 'card' : ''}" role="status">
      ${state.awaited.map(
        (kind) =>
          html`<p class="waiting"><span class="spinner" aria-hidden="true"></span>${line(texts.measuring, kind)}</p>`,
      )}
      ${ended.map((text) => html`<p class="unseen">${text}</p>`)}
    </div>
  `;
}

/** Kinds beside the picture's quality that failed or did not come, each with its reason. */
export function failedKindsView({ messages, state }: ResultContext): TemplateResult {
  const { coming: texts, result } = messages;
  const failed = state.results.flatMap((message) => {
    const failure = cardOf(message.kind) === 'quality' ? null : readFailure(message);
    return failure === null ? [] : [{ kind: message.kind, failure }];
  });
  return html`
    ${failed.map(
      ({ kind, failure: { code, message } }) => html`
        <section class="card failure" aria-labelledby="failed-${cardOf(kind)}">
          <h2 id="failed-${cardOf(kind)}">${fill(texts.failed, { kind: kindName(kind, texts) })}</h2>
          <p>${result.failedDetail}</p>
          ${message === '' ? nothing : html`<p lang="en" dir="ltr">${message}</p>`}
          <p class="note">${fill(result.errorCode, { code })}</p>
        </section>
      `,
    )}
    ${state.missing.map(
      (kind) => html`<p class="card failure">${fill(texts.missing, { kind: kindName(kind, texts) })}</p>`,
    )}
  `;
}
