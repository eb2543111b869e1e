import { html, nothing, type TemplateResult } from 'lit';
import { fill } from '../../locales/locales.ts';
import type { PageMessages } from '../../locales/page-messages.ts';
import { setStyle } from '../set-style.ts';
import { confidenceWord, SURE } from './confidence-word.ts';
import { labToSrgb } from './lab-to-srgb.ts';
import { MONK_TONES, type ShownSkinTone } from './read-skin-tone.ts';
import type { ResultContext } from './result-context.ts';

/** The colour of the skin as seen, where it lies on the scale, and how sure that is. */
export function skinView(context: ResultContext): TemplateResult | typeof nothing {
  const { messages, shown, state } = context;
  const { skinTone } = shown;
  const texts = messages.skin;
  if (skinTone === null) {
    if (shown.failure !== null || state.choices.mode === 'local') return nothing;
    return html`<section class="card" aria-labelledby="skin"><h2 id="skin">${texts.heading}</h2><p>${texts.none}</p></section>`;
  }
  const { monkTone, category, itaDeg } = skinTone;
  return html`
    <section class="card skin" aria-labelledby="skin">
      <h2 id="skin">${texts.heading}</h2>
      <div class="skin-main">
        <span
          class="swatch"
          role="img"
          aria-label=${texts.swatch}
          ${setStyle({ '--swatch': labToSrgb(skinTone.lab) })}
        ></span>
        <div>
          ${
            monkTone === null
              ? nothing
              : html`<p class="skin-tone">${fill(texts.monk, { tone: context.format.score(monkTone) })}</p>`
          }
          <p class="note">
            ${fill(texts.ita, {
              angle: context.format.degrees(itaDeg),
              category: category === null ? '' : texts.categories[category],
            })}
          </p>
        </div>
      </div>
      ${monkTone === null ? nothing : monkScale(monkTone, context)} ${confidenceLine(skinTone, texts)}
      <p class="note">${texts.asSeen}</p>
      ${regions(skinTone, texts)}
    </section>
  `;
}

function monkScale(nearest: number, { messages, format }: ResultContext): TemplateResult {
  const texts = messages.skin;
  const tones = Array.from({ length: MONK_TONES }, (_, index) => index + 1);
  return html`
    <ol class="monk" aria-label=${texts.monkScale}>
      ${tones.map(
        (tone) => html`
          <li class="monk-${tone} ${tone === nearest ? 'nearest' : ''}">
            <span class="unseen">${fill(tone === nearest ? texts.monkNearest : texts.monkTone, { tone: format.score(tone) })}</span>
          </li>
        `,
      )}
    </ol>
  `;
}

function confidenceLine(
  { confidence, limit }: ShownSkinTone,
  texts: PageMessages['skin'],
): TemplateResult | typeof nothing {
  if (confidence === null) return nothing;
  const limits = {
    fit: texts.limitFit,
    margin: texts.limitMargin,
    agreement: texts.limitAgreement,
    light: texts.limitLight,
  };
  return html`
    <p class="confidence">
      <span class="eyebrow">${texts.confidence}</span>
      <strong>${confidenceWord(confidence, texts)}.</strong>
      ${confidence < SURE && limit !== null ? limits[limit] : nothing}
    </p>
  `;
}

function regions(
  { regions: all }: ShownSkinTone,
  texts: PageMessages['skin'],
): TemplateResult | typeof nothing {
  if (all.length === 0) return nothing;
  const names = { forehead: texts.forehead, 'left-cheek': texts.leftCheek, 'right-cheek': texts.rightCheek };
  return html`
    <h3>${texts.regions}</h3>
    <ul class="skin-regions">
      ${all.map(
        ({ name, lab, category }) => html`
          <li>
            <span
              class="swatch small ${lab === null ? 'empty' : ''}"
              aria-hidden="true"
              ${setStyle(lab === null ? {} : { '--swatch': labToSrgb(lab) })}
            ></span>
            <span>${names[name]}</span>
            <span class="note">${lab === null || category === null ? texts.notEnough : texts.categories[category]}</span>
          </li>
        `,
      )}
    </ul>
  `;
}
