import { html, nothing, type TemplateResult } from 'lit';
import type { BodySkin } from '../../../src/protocol/body-measurement.ts';
import { fill } from '../../locales/locales.ts';
import { confidenceWord } from '../../page/result/confidence-word.ts';
import { labToSrgb } from '../../page/result/lab-to-srgb.ts';
import { setStyle } from '../../page/set-style.ts';
import type { BodyContext } from '../body-context.ts';
import type { ResultScreen } from '../body-state.ts';

/** Tone and undertone of the skin, colours that go with them, and the shape. */
export function lookView({ measured }: ResultScreen, context: BodyContext): TemplateResult | typeof nothing {
  const { messages, page } = context;
  const texts = messages.look;
  const { skin, shape } = measured;
  if (skin === null && shape === null) return nothing;
  return html`
    <section class="card look" aria-labelledby="look">
      <h2 id="look">${texts.heading}</h2>
      ${skin === null ? nothing : skinView(skin, context)}
      ${
        shape === null
          ? nothing
          : html`<p id="body-shape" data-shape=${shape.type}>
              ${fill(texts.shape, { shape: messages.shapes[shape.type] })}
              <span class="note">${confidenceWord(shape.confidence, page.skin)}</span>
            </p>`
      }
    </section>
  `;
}

function skinView(skin: BodySkin, { messages, page }: BodyContext): TemplateResult {
  const texts = messages.look;
  const { L, a, b } = skin.lab;
  return html`
    <p class="skin-row">
      <span
        class="swatch"
        role="img"
        aria-label=${page.skin.swatch}
        ${setStyle({ '--swatch': labToSrgb({ l: L, a, b }) })}
      ></span>
      <span id="skin-tone" data-tone=${skin.monk_bucket}>
        ${fill(texts.tone, { tone: skin.monk_bucket })}<br />
        ${fill(texts.undertone, { undertone: texts[skin.undertone] })}
      </span>
    </p>
    <h3>${texts.palette}</h3>
    <ul class="palette">
      ${skin.palette.map(
        ({ hex, reason }) => html`<li>
          <span class="swatch" aria-hidden="true" ${setStyle({ '--swatch': hex })}></span>
          <span><code>${hex}</code> <span class="note">${reasonText(reason, texts)}</span></span>
        </li>`,
      )}
    </ul>
  `;
}

/** `high-contrast warm: …` in the person's language; whatever else is left out. */
function reasonText(reason: string, texts: BodyContext['messages']['look']): string {
  const [, contrast, undertone] = /^(high|medium|low)-contrast (cool|neutral|warm)/.exec(reason) ?? [];
  if (contrast === undefined || undertone === undefined) return '';
  return fill(texts.contrast, {
    contrast: texts[contrast as 'high' | 'medium' | 'low'],
    undertone: texts[undertone as 'cool' | 'neutral' | 'warm'],
  });
}
