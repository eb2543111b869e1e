import { html, nothing, type TemplateResult } from 'lit';
import { fill } from '../../locales/locales.ts';
import type { PageMessages } from '../../locales/page-messages.ts';
import type { ShownResult } from './read-result.ts';
import type { ResultContext } from './result-context.ts';
import { scoreWord } from './score-word.ts';

/** The one number, and what it means. A live check has none: then the checks that passed are counted. */
export function scoreView(context: ResultContext): TemplateResult {
  const { messages, shown, format } = context;
  const { overallScore, verdict } = shown;
  const texts = messages.result;
  const verdictText = verdict === null ? null : verdict === 'pass' ? texts.verdictPass : texts.verdictAdjust;
  const weakest = weakestName(context);
  return html`
    <section class="card score" aria-labelledby="score">
      ${
        overallScore === null
          ? html`<h2 id="score" class="score-word">${passedText(context)}</h2>`
          : html`
            <div class="dial" aria-hidden="true">
              <svg viewBox="0 0 120 120" focusable="false">
                <circle class="dial-track" cx="60" cy="60" r="52" pathLength="100" />
                <circle class="dial-value" cx="60" cy="60" r="52" pathLength="100" stroke-dasharray="${overallScore} 100" />
              </svg>
              <span class="dial-number">${format.score(overallScore)}</span>
            </div>
            <h2 id="score">
              <span class="eyebrow">${texts.score}</span>
              <span class="score-word">${scoreWord(overallScore, texts)}</span>
              <span class="unseen">${fill(texts.scoreOf, { score: format.score(overallScore) })}</span>
            </h2>
          `
      }
      <div class="score-text">
        ${verdictText === null ? nothing : html`<p>${verdictText}</p>`}
        ${weakest === null ? nothing : html`<p><strong>${fill(texts.weakest, { name: weakest })}</strong></p>`}
        ${overallScore === null ? nothing : html`<p class="note">${texts.scoreHow}</p>`}
      </div>
    </section>
  `;
}

/** Below this a mark is worth pointing out. */
const REMARKABLE_SCORE = 90;

function weakestName({ shown, component, messages }: ResultContext): string | null {
  const marks = [...checkMarks(shown, component), ...featureMarks(shown, messages)];
  const weakest = marks.reduce<Mark | null>(
    (low, mark) => (low && low.score <= mark.score ? low : mark),
    null,
  );
  return weakest === null || weakest.score >= REMARKABLE_SCORE ? null : weakest.name;
}

interface Mark {
  readonly name: string;
  readonly score: number;
}

function checkMarks({ checks }: ShownResult, component: ResultContext['component']): Mark[] {
  return checks.flatMap(({ id, score, status }) =>
    status === 'unknown' ? [] : [{ name: component?.measures[id] ?? id, score }],
  );
}

function featureMarks({ features }: ShownResult, { features: texts }: PageMessages): Mark[] {
  return features.flatMap(({ id, score, counts }) =>
    counts && score !== null ? [{ name: featureName(id, texts), score }] : [],
  );
}

export function featureName(id: string, { names }: PageMessages['features']): string {
  return (names as Readonly<Record<string, string | undefined>>)[id] ?? id;
}

function passedText({ messages, shown, format }: ResultContext): string {
  const judged = shown.checks.filter(({ status }) => status !== 'unknown');
  const passed = judged.filter(({ status }) => status === 'pass').length;
  return fill(messages.checks.summary, { passed: format.score(passed), total: format.score(judged.length) });
}
