import { html, nothing, type TemplateResult } from 'lit';
import { fill } from '../../locales/locales.ts';
import { sentences } from '../../locales/sentences.ts';
import { setStyle } from '../set-style.ts';
import { icon } from '../views/icons.ts';
import { areaName } from './area-name.ts';
import { confidenceWord, FAIRLY_SURE, SURE } from './confidence-word.ts';
import type { ShownConcern, ShownConcernRegion, ShownSkin } from './read-skin.ts';
import type { ResultContext } from './result-context.ts';

/** Every concern as a bar, the worst first; an open one lies over the picture. */
export function skinConcernsView(skin: ShownSkin, context: ResultContext): TemplateResult {
  const { messages, format } = context;
  const texts = messages.concerns;
  const { concerns, overallScore } = skin;
  return html`
    <section class="card concerns" aria-labelledby="concerns">
      <h2 id="concerns">${texts.heading}</h2>
      ${
        overallScore === null
          ? nothing
          : html`<p class="concerns-overall">${fill(texts.overall, { score: format.score(overallScore) })}</p>`
      }
      ${
        concerns.length === 0
          ? html`<p>${texts.none}</p>`
          : html`<p class="note">${texts.intro}</p>
            <ul class="checks">
              ${concerns.map((concern) => html`<li>${concernRow(concern, skin, context)}</li>`)}
            </ul>`
      }
      ${skinTypeLine(skin, context)} ${skinAgeLine(skin, context)}
      <p class="note">${texts.notice}</p>
      ${skin.notice === null ? nothing : html`<p class="note" lang="en" dir="ltr">${skin.notice}</p>`}
    </section>
  `;
}

function concernRow(concern: ShownConcern, { masks }: ShownSkin, context: ResultContext): TemplateResult {
  const { messages, state, send } = context;
  const { id, score, confidence } = concern;
  const hasMask = masks.some((mask) => mask.id === id);
  const isShown = state.concern === id;
  const opened = ({ currentTarget }: Event) => {
    if (!hasMask) return;
    const type = (currentTarget as HTMLDetailsElement).open ? 'show-concern' : 'hide-concern';
    send({ type, concern: id });
  };
  return html`
    <details class="check concern ${unsure(confidence)} ${isShown ? 'shown' : ''}" name="concern" @toggle=${opened}>
      <summary>
        <span class="check-line">
          <span class="check-name">${messages.concerns.names[id]}</span>
          <span class="check-value">${scoreText(score, context)}</span>
        </span>
        ${score === null ? nothing : scoreBar(score)}
        ${
          score === null || confidence >= SURE
            ? nothing
            : html`<span class="check-line"><span class="check-band">${confidenceWord(confidence, messages.skin)}</span></span>`
        }
        ${icon('chevron')}
      </summary>
      <div class="check-more">${reasons(concern, context)} ${areas(concern, context)}
        ${hasMask ? pictureButton(concern, context) : nothing}
      </div>
    </details>
  `;
}

const unsure = (confidence: number): string => (confidence < FAIRLY_SURE ? 'unsure' : '');

function scoreText(score: number | null, { messages, format }: ResultContext): string {
  return score === null
    ? messages.features.notAssessed
    : fill(messages.result.scoreOf, { score: format.score(score) });
}

function scoreBar(score: number): TemplateResult {
  return html`<span class="bar scale" aria-hidden="true" ${setStyle({ '--band-length': `${score}%` })}><span class="band"></span></span>`;
}

/** How sure the score is where the line itself does not say so, and why not surer. */
function reasons({ score, confidence, doubts }: ShownConcern, { messages }: ResultContext): TemplateResult {
  const { skin, concerns: texts } = messages;
  const sure =
    score === null || confidence < SURE
      ? nothing
      : html`<p><span class="eyebrow">${skin.confidence}</span> ${confidenceWord(confidence, skin)}</p>`;
  if (doubts.length === 0) return score === null ? html`<p>${texts.unclear}</p>` : html`${sure}`;
  return html`
    ${sure}
    <div>
      <p class="eyebrow">${texts.why}</p>
      <ul class="doubts">
        ${doubts.map((doubt) => html`<li>${texts.doubts[doubt]}</li>`)}
      </ul>
    </div>
  `;
}

function areas({ regions }: ShownConcern, context: ResultContext): TemplateResult | typeof nothing {
  if (regions.length === 0) return nothing;
  return html`
    <p class="eyebrow">${context.messages.skin.regions}</p>
    <ul class="concern-areas">
      ${regions.map((region) => html`<li class=${unsure(region.confidence)}>${area(region, context)}</li>`)}
    </ul>
  `;
}

function area({ name, score }: ShownConcernRegion, context: ResultContext): TemplateResult {
  return html`
    <span>${areaName(name, context.messages.areas)}</span>
    <span class="check-value">${scoreText(score, context)}</span>
    ${score === null ? nothing : scoreBar(score)}
  `;
}

/** For whoever sees one column: there the picture stands far above the list. */
function pictureButton({ id }: ShownConcern, { messages, send }: ResultContext): TemplateResult {
  const pressed = ({ currentTarget }: Event) => {
    send({ type: 'show-concern', concern: id });
    const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const frame = (currentTarget as HTMLElement).closest('main')?.querySelector('.frame');
    frame?.scrollIntoView({ block: 'nearest', behavior: isStill ? 'auto' : 'smooth' });
  };
  return html`
    <p><button type="button" class="button quiet to-picture" @click=${pressed}>${messages.concerns.show}</button></p>
  `;
}

function skinTypeLine({ skinType }: ShownSkin, { messages }: ResultContext): TemplateResult | typeof nothing {
  if (skinType === null) return nothing;
  const { concerns: texts, skin } = messages;
  const { name, sensitive, confidence } = skinType;
  return html`
    <div>
      <h3>${texts.type}</h3>
      <p>
        <strong>${texts.types[name]}${sensitive ? ` · ${texts.sensitive}` : ''}</strong><br />
        <span class="note">${sentences(`${skin.confidence}: ${confidenceWord(confidence, skin)}`)}</span>
      </p>
    </div>
  `;
}

function skinAgeLine({ skinAge }: ShownSkin, { messages, format }: ResultContext): TemplateResult {
  const { concerns: texts, skin } = messages;
  return html`
    <div>
      <h3>${texts.age}</h3>
      ${
        skinAge === null
          ? html`<p class="note">${texts.ageNone}</p>`
          : html`<p>
            <strong>${fill(texts.ageYears, { years: format.score(skinAge.years) })}</strong><br />
            <span class="note">${sentences(`${skin.confidence}: ${confidenceWord(skinAge.confidence, skin)}`, texts.ageHow)}</span>
          </p>`
      }
    </div>
  `;
}
