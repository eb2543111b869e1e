import { html, nothing, type SVGTemplateResult, svg, type TemplateResult } from 'lit';
import type { AdminContext } from '../admin-context.ts';
import type { OpenPicture } from '../admin-state.ts';
import type { Review, ReviewedMeasures } from '../api/review.ts';
import { cmText } from '../format.ts';
import { METRIC_NAMES } from '../metric-names.ts';
import { VIEW_NAMES } from '../review/capture-words.ts';
import { type Figure, type FigureView, figureOf, type MeasuredLine } from '../review/figure.ts';
import { picturesView } from './pictures-view.ts';

/** Where the widths were read: on a plain figure, or on the picture that an admin has opened. */
export function figureView(
  review: Review,
  measures: ReviewedMeasures,
  context: AdminContext,
): TemplateResult {
  const { picture } = context.state;
  const figures = (['front', 'side'] as const).flatMap((view) => {
    const figure = figureOf(measures.lines, view);
    return figure === null ? [] : [{ view, figure }];
  });
  return html`
    <section id="figure" class="card" aria-labelledby="figure-heading" tabindex="-1">
      <h3 id="figure-heading">Where it was measured</h3>
      ${
        figures.length === 0
          ? html`<p class="note">No line was drawn: the measures were given, or no height was read in the pictures.</p>`
          : html`<div class="figures">
              ${figures.map(({ view, figure }) => drawn(view, figure, measures, picture?.view === view ? picture : null))}
            </div>`
      }
      ${picture !== null && figures.every(({ view }) => view !== picture.view) ? html`<div class="figures">${alone(picture)}</div>` : nothing}
      ${review.dataSet === null ? nothing : picturesView(review.dataSet.pictures, context)}
    </section>
  `;
}

function drawn(
  view: FigureView,
  figure: Figure,
  { lines, current }: ReviewedMeasures,
  picture: OpenPicture | null,
): TemplateResult {
  const { head, outlines, heightPx } = figure;
  const own = lines.filter((line) => line.view === view);
  const box = picture === null ? figure.box : around(picture, figure.box);
  const told = own.map(({ metric }) => `${METRIC_NAMES[metric]} ${cmText(current[metric])} cm`).join(', ');
  return html`
    <figure>
      <svg
        class="measured"
        viewBox="${box.x} ${box.y} ${box.width} ${box.height}"
        role="img"
        aria-label="${VIEW_NAMES[view]}: ${told}"
      >
        ${
          picture === null
            ? svg`
                <ellipse class="shape" cx=${head.cx} cy=${head.cy} rx=${head.rx} ry=${head.ry}></ellipse>
                ${outlines.map((places) => svg`<polygon class="shape" points=${places.map((place) => place.join(',')).join(' ')}></polygon>`)}
              `
            : svg`<image href=${picture.url} x="0" y="0" width=${picture.width} height=${picture.height}></image>`
        }
        ${own.map((line) => lineView(line, heightPx, `${METRIC_NAMES[line.metric]} ${cmText(current[line.metric])}`))}
      </svg>
      <figcaption>${VIEW_NAMES[view]}</figcaption>
    </figure>
  `;
}

/** All of the picture, and room for the names of the lines. */
function around({ width, height }: OpenPicture, box: Figure['box']): Figure['box'] {
  return { x: 0, y: 0, width: Math.max(width, box.x + box.width), height };
}

/** The name stands beside the right end; that of the height at its foot, where no width is. */
function lineView({ metric, from, to }: MeasuredLine, heightPx: number, text: string): SVGTemplateResult {
  const size = heightPx * 0.032;
  const right = from[0] > to[0] ? from : to;
  const place =
    metric === 'height_cm'
      ? { x: to[0] + heightPx * 0.13, y: to[1] - size * 0.4 }
      : { x: right[0] + heightPx * 0.12, y: right[1] + size * 0.35 };
  return svg`
    <line class="line" x1=${from[0]} y1=${from[1]} x2=${to[0]} y2=${to[1]}></line>
    ${metric === 'height_cm' ? nothing : svg`<line class="leader" x1=${right[0]} y1=${right[1]} x2=${place.x - size * 0.3} y2=${right[1]}></line>`}
    <text class="line-name" x=${place.x} y=${place.y} font-size=${size}>${text}</text>
  `;
}

function alone({ url, view, width, height }: OpenPicture): TemplateResult {
  const name = view === null ? 'Picture' : VIEW_NAMES[view];
  return html`
    <figure>
      <img class="measured" src=${url} width=${width} height=${height} alt="${name}, as it is kept" />
      <figcaption>${name}</figcaption>
    </figure>
  `;
}
