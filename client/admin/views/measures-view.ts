import { html, nothing, type TemplateResult } from 'lit';
import { BODY_METRICS, type BodyMetric } from '../../../src/protocol/body-vocabulary.ts';
import type { AdminContext } from '../admin-context.ts';
import type { ReviewedMeasures } from '../api/review.ts';
import { cmText, marginText, percentText } from '../format.ts';
import { METRIC_NAMES } from '../metric-names.ts';

/** Below this a number is to be looked at. */
const DOUBTFUL = 0.5;

export function measuresView(measures: ReviewedMeasures, { state }: AdminContext): TemplateResult {
  const { originalConfidence } = measures;
  const now = state.review?.row.confidence ?? null;
  return html`
    <section class="card" aria-labelledby="measures-heading">
      <h3 id="measures-heading">Measures</h3>
      <p class="note">
        Centimetres; nine of ten people are within the ±. Confidence ${percentText(originalConfidence)} as
        measured${now === null || now === originalConfidence ? '' : `, ${percentText(now)} as it stands`}. Scale from
        ${measures.scaleSource === 'card' ? 'the reference card' : 'the stated height'}.
      </p>
      <table class="measures">
        <thead>
          <tr>
            <th scope="col">Measure</th>
            <th scope="col">Measured</th>
            <th scope="col">Now</th>
            <th scope="col">Confidence</th>
          </tr>
        </thead>
        <tbody>
          ${BODY_METRICS.map((metric) => rowView(metric, measures))}
        </tbody>
      </table>
    </section>
  `;
}

function rowView(metric: BodyMetric, measures: ReviewedMeasures): TemplateResult {
  const { original, current, intervals, confidences } = measures;
  const isEdited = original[metric] !== current[metric];
  const confidence = confidences[metric];
  return html`
    <tr class=${isEdited ? 'edited' : ''}>
      <th scope="row">${METRIC_NAMES[metric]}</th>
      <td>${cmText(original[metric])} <span class="margin">${original[metric] === null ? '' : marginText(intervals[metric])}</span></td>
      <td>${cmText(current[metric])} ${isEdited ? html`<span class="tag">edited</span>` : nothing}</td>
      <td class=${confidence !== null && confidence < DOUBTFUL ? 'doubtful' : ''}>${percentText(confidence)}</td>
    </tr>
  `;
}
