import { html, nothing, type TemplateResult } from 'lit';
import { BODY_VIEWS } from '../../../src/protocol/body-vocabulary.ts';
import { fill } from '../../locales/locales.ts';
import { icon } from '../../page/views/icons.ts';
import type { MeasuredCapture } from '../api/capture-answers.ts';
import type { BodyContext } from '../body-context.ts';
import type { ResultScreen } from '../body-state.ts';

type Flag = MeasuredCapture['details']['flags'][number];

/** What to look at before one trusts a number, once each and in plain words. */
export function flagsView({ measured }: ResultScreen, context: BodyContext): TemplateResult | typeof nothing {
  const texts = [...new Set(measured.details.flags.map((flag) => flagText(flag, context)))];
  if (texts.length === 0) return nothing;
  return html`
    <section class="card flags" aria-labelledby="flags">
      <h2 id="flags">${context.messages.result.flags}</h2>
      <ul>
        ${texts.map((text) => html`<li>${icon('nearly')}<span>${text}</span></li>`)}
      </ul>
    </section>
  `;
}

/** A newer server may know flags that this page does not. */
function flagText({ code, metric, message }: Flag, { messages }: BodyContext): string {
  const texts = messages.flags;
  const names = { metric: metric === null ? '' : messages.metrics[metric] };
  if (code === 'low-confidence' && metric !== null) return fill(texts['low-confidence-metric'], names);
  if (code.startsWith('picture-')) {
    const view = BODY_VIEWS.find((one) => message.startsWith(`${one}:`));
    return view === undefined ? texts.other : fill(texts.picture, { view: messages.views[view] });
  }
  return Object.hasOwn(texts, code) ? fill(texts[code as keyof typeof texts], names) : texts.other;
}
