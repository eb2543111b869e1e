import { html, svg, type TemplateResult } from 'lit';
import { BODY_VIEWS, type BodyView } from '../../../src/protocol/body-vocabulary.ts';
import type { MeasuredCapture } from '../api/capture-answers.ts';
import type { BodyContext } from '../body-context.ts';
import type { ResultScreen } from '../body-state.ts';
import type { KeptPicture } from '../kept-pictures.ts';

type Line = MeasuredCapture['details']['lines'][number];

/** Share of the picture's height. */
const LABEL_SIZE = 0.026;
const END_SIZE = 0.007;

/** The person's own pictures with the lines over them, for as long as this page has them. */
export function measuredPicturesView(screen: ResultScreen, context: BodyContext): TemplateResult {
  const { messages, pictures } = context;
  const { lines } = screen.measured.details;
  const shown = BODY_VIEWS.flatMap((view) => {
    const picture = pictures.get(view);
    const own = lines.filter((line) => line.view === view);
    return picture === undefined || own.length === 0 ? [] : [{ view, picture, own }];
  });
  const texts = messages.result;
  return html`
    <section class="card" aria-labelledby="measured-pictures">
      <h2 id="measured-pictures">${texts.pictures}</h2>
      ${
        shown.length === 0
          ? html`<p class="note">${texts.noPictures}</p>`
          : html`<div class="measured-pictures">
                ${shown.map(({ view, picture, own }) => pictureView(view, picture, own, screen, context))}
              </div>
              <p class="note">${texts.picturesNote}</p>`
      }
    </section>
  `;
}

function pictureView(
  view: BodyView,
  { url, width, height }: KeptPicture,
  lines: readonly Line[],
  { editing }: ResultScreen,
  { messages }: BodyContext,
): TemplateResult {
  const names = lines.map(({ metric }) => messages.metrics[metric]);
  return html`
    <figure class="measured-picture" data-view=${view}>
      <svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${messages.views[view]}: ${names.join(', ')}">
        <image href=${url} width=${width} height=${height}></image>
        ${lines.map((line) => lineView(line, { width, height }, line.metric === editing, messages.metrics[line.metric]))}
      </svg>
      <figcaption class="note">${messages.views[view]}</figcaption>
    </figure>
  `;
}

function lineView(
  { metric, from, to }: Line,
  { width, height }: { readonly width: number; readonly height: number },
  isEditing: boolean,
  name: string,
): TemplateResult {
  const [[x1, y1], [x2, y2]] = [from, to];
  const isUpright = Math.abs(y2 - y1) > Math.abs(x2 - x1);
  const size = height * LABEL_SIZE;
  const x = isUpright ? (x1 + x2) / 2 : Math.max(x1, x2);
  const y = isUpright ? (y1 + y2) / 2 : y1 - size * 0.35;
  // Beyond the middle of what is left, a label would leave the picture.
  const isLate = x > width * 0.66;
  return svg`<g class="measured-line ${isEditing ? 'editing' : ''}" data-metric=${metric}>
    <line class="casing" x1=${x1} y1=${y1} x2=${x2} y2=${y2} />
    <line x1=${x1} y1=${y1} x2=${x2} y2=${y2} />
    <circle cx=${x1} cy=${y1} r=${height * END_SIZE} />
    <circle cx=${x2} cy=${y2} r=${height * END_SIZE} />
    <text
      x=${isLate ? Math.min(x1, x2) - size * 0.4 : x + size * 0.4}
      y=${y}
      font-size=${size}
      text-anchor=${isLate ? 'end' : 'start'}
    >${name}</text>
  </g>`;
}
