import { html, svg, type TemplateResult } from 'lit';
import { BODY_VIEWS, type BodyView } from '../../../src/protocol/body-vocabulary.ts';
import type { MeasuredCapture } from '../api/capture-answers.ts';
import type { BodyContext } from '../body-context.ts';
import type { ResultScreen } from '../body-state.ts';
import type { KeptPicture } from '../kept-pictures.ts';
import { correctionView, jointDots } from './joints-view.ts';

type Line = MeasuredCapture['details']['lines'][number];

/** Share of the picture's height. */
const LABEL_SIZE = 0.026;
const END_SIZE = 0.007;
/** How far down a long line its name stands: below those of the trunk. */
const UPRIGHT_LABEL = 0.72;
/** Of a wide letter, in heights of the text. */
const LETTER_WIDTH = 0.62;

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
              <p class="note">${texts.picturesNote}</p>
              ${correctionView(screen, context)}`
      }
    </section>
  `;
}

function pictureView(
  view: BodyView,
  picture: KeptPicture,
  lines: readonly Line[],
  { editing, joints }: ResultScreen,
  context: BodyContext,
): TemplateResult {
  const { messages } = context;
  const own = joints?.filter((joint) => joint.view === view) ?? [];
  const { url, width, height } = picture;
  const names = lines.map(({ metric }) => messages.metrics[metric]);
  return html`
    <figure class="measured-picture" data-view=${view}>
      <svg viewBox="0 0 ${width} ${height}" role=${joints === null ? 'img' : 'group'} aria-label="${messages.views[view]}: ${names.join(', ')}">
        <image href=${url} width=${width} height=${height}></image>
        ${lines.map((line) => lineView(line, { width, height }, line.metric === editing, messages.metrics[line.metric]))}
        ${jointDots(own, picture, context)}
      </svg>
      <figcaption class="note">${messages.views[view]}</figcaption>
    </figure>
  `;
}

function lineView(
  line: Line,
  { width, height }: { readonly width: number; readonly height: number },
  isEditing: boolean,
  name: string,
): TemplateResult {
  const { metric, from, to } = line;
  const [[x1, y1], [x2, y2]] = [from, to];
  const size = height * LABEL_SIZE;
  const label = labelPlace(line, size * LETTER_WIDTH * name.length, size, width);
  return svg`<g class="measured-line ${isEditing ? 'editing' : ''}" data-metric=${metric}>
    <line class="casing" x1=${x1} y1=${y1} x2=${x2} y2=${y2} />
    <line x1=${x1} y1=${y1} x2=${x2} y2=${y2} />
    <circle cx=${x1} cy=${y1} r=${height * END_SIZE} />
    <circle cx=${x2} cy=${y2} r=${height * END_SIZE} />
    <text
      x=${label.x}
      y=${label.y}
      font-size=${size}
      text-anchor=${label.anchor}
    >${name}</text>
  </g>`;
}

/** Beside the line where the text has room there, else over it. */
function labelPlace(
  { from: [x1, y1], to: [x2, y2] }: Line,
  textWidth: number,
  size: number,
  width: number,
): { readonly x: number; readonly y: number; readonly anchor: 'start' | 'middle' | 'end' } {
  const isUpright = Math.abs(y2 - y1) > Math.abs(x2 - x1);
  const gap = size * 0.4;
  const y = isUpright ? y1 + UPRIGHT_LABEL * (y2 - y1) : Math.min(y1, y2) - gap;
  const [left, right] = [Math.min(x1, x2) - gap, Math.max(x1, x2) + gap];
  if (right + textWidth <= width) return { x: right, y, anchor: 'start' };
  if (left - textWidth >= 0) return { x: left, y, anchor: 'end' };
  return { x: (x1 + x2) / 2, y: y - gap, anchor: 'middle' };
}
