import { html, nothing, type TemplateResult } from 'lit';
import type { CheckStatus, Threshold } from '../../../src/protocol/checks.ts';
import { fill } from '../../locales/locales.ts';
import { setStyle } from '../set-style.ts';
import { type IconName, icon } from '../views/icons.ts';
import { bandGeometry } from './band-geometry.ts';
import type { ShownCheck } from './read-result.ts';
import type { ResultContext } from './result-context.ts';

const STATUS_ICONS: Readonly<Record<CheckStatus, IconName>> = {
  pass: 'good',
  adjust: 'nearly',
  fail: 'bad',
  unknown: 'unknown',
};
const FIRST: readonly CheckStatus[] = ['fail', 'adjust', 'pass', 'unknown'];

/** Every check as a bar with the band that it should be in; what is wrong stands first. */
export function checksView(context: ResultContext): TemplateResult | typeof nothing {
  const { messages, shown } = context;
  if (shown.checks.length === 0) return nothing;
  const ordered = FIRST.flatMap((status) => shown.checks.filter((check) => check.status === status));
  return html`
    <section class="card" aria-labelledby="checks">
      <h2 id="checks">${messages.checks.heading}</h2>
      <p class="note">${messages.checks.intro}</p>
      <ul class="checks">
        ${ordered.map((check) => html`<li>${checkRow(check, context)}</li>`)}
      </ul>
    </section>
  `;
}

function checkRow(check: ShownCheck, { messages, component, state, format }: ResultContext): TemplateResult {
  const { id, value, status, score } = check;
  const texts = messages.checks;
  const threshold = state.outcome.settings?.thresholds[id] ?? {};
  const band = bandText(check, threshold, { messages, format });
  return html`
    <details class="check status-${status}">
      <summary>
        <span class="check-status">${icon(STATUS_ICONS[status])}</span>
        <span class="check-line">
          <span class="check-name">${component?.measures[id] ?? id}</span>
          <span class="check-value">${value === null ? texts.noValue : format.check(id, value)}</span>
        </span>
        ${bar(value, threshold)}
        <span class="check-line">
          <span class="check-band">${band}</span>
          <span class="check-word">${texts[status]}</span>
        </span>
        ${icon('chevron')}
      </summary>
      <div class="check-more">
        <p>${texts.explain[id]}</p>
        ${status === 'unknown' ? nothing : html`<p class="note">${fill(texts.scoreIs, { score: format.score(score) })}</p>`}
      </div>
    </details>
  `;
}

function bar(value: number | null, threshold: Threshold): TemplateResult | typeof nothing {
  const geometry = bandGeometry(value, threshold);
  if (geometry === null) return nothing;
  const { bandStart, bandEnd, marker, beyond } = geometry;
  const places = {
    '--band-start': percent(bandStart),
    '--band-length': percent(bandEnd - bandStart),
    '--marker': percent(marker ?? 0),
  };
  return html`
    <span class="bar" aria-hidden="true" ${setStyle(places)}>
      <span class="band"></span>${marker === null ? nothing : html`<span class="marker ${beyond ? 'beyond' : ''}"></span>`}
    </span>
  `;
}

const percent = (share: number): string => `${(share * 100).toFixed(2)}%`;

function bandText(
  { id }: ShownCheck,
  { min, max }: Threshold,
  { messages, format }: Pick<ResultContext, 'messages' | 'format'>,
): string {
  const { bandBetween, bandAtLeast, bandAtMost, bandExactly } = messages.checks;
  const write = (value: number) => format.limit(id, value);
  if (min !== undefined && max !== undefined) {
    return min === max
      ? fill(bandExactly, { min: write(min) })
      : fill(bandBetween, { min: write(min), max: write(max) });
  }
  if (min !== undefined) return fill(bandAtLeast, { min: write(min) });
  return max === undefined ? '' : fill(bandAtMost, { max: write(max) });
}
