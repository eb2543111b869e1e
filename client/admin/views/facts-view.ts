import { html, nothing, svg, type TemplateResult } from 'lit';
import type { ReviewedMeasures } from '../api/review.ts';
import { percentText } from '../format.ts';
import { METRIC_NAMES } from '../metric-names.ts';

/** Skin, shape, doubts, and what it was measured with. */
export function factsView({ skin, shape, flags, models }: ReviewedMeasures): TemplateResult {
  return html`
    <section class="card" aria-labelledby="facts-heading">
      <h3 id="facts-heading">Skin, shape and doubts</h3>
      <dl class="facts">
        <div>
          <dt>Skin</dt>
          <dd>${skin === null ? 'not read' : skinView(skin)}</dd>
        </div>
        <div>
          <dt>Shape</dt>
          <dd>${shape === null ? 'not told' : `${shape.type.replace('-', ' ')}, ${percentText(shape.confidence)}`}</dd>
        </div>
        <div>
          <dt>Doubts</dt>
          <dd>
            ${
              flags.length === 0
                ? 'none'
                : html`<ul class="flags">
                    ${flags.map(
                      ({ code, metric, message }) =>
                        html`<li>${metric === null ? nothing : html`<b>${METRIC_NAMES[metric]}:</b>`} ${message} <code>${code}</code></li>`,
                    )}
                  </ul>`
            }
          </dd>
        </div>
        <div>
          <dt>Models</dt>
          <dd>
            ${
              models.length === 0
                ? 'not told'
                : html`<ul class="models">
                    ${models.map(({ name, version, sha256 }) => html`<li>${name} ${version} <code title=${sha256}>${sha256.slice(0, 12)}</code></li>`)}
                  </ul>`
            }
          </dd>
        </div>
      </dl>
    </section>
  `;
}

function skinView({ ita, lab, monk_bucket, undertone, palette }: NonNullable<ReviewedMeasures['skin']>) {
  return html`
    Monk ${monk_bucket}, ${undertone}, ITA ${ita.toFixed(1)}°,
    Lab ${lab.L.toFixed(1)} / ${lab.a.toFixed(1)} / ${lab.b.toFixed(1)}
    <ul class="palette">
      ${palette.map(
        ({ hex, reason }) => html`
          <li>
            <svg class="swatch" viewBox="0 0 16 16" aria-hidden="true">${svg`<rect width="16" height="16" fill=${hex}></rect>`}</svg>
            <span>${hex}, ${reason}</span>
          </li>
        `,
      )}
    </ul>
  `;
}
