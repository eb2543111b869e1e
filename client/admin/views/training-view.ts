import { html, type TemplateResult } from 'lit';
import type { AdminContext } from '../admin-context.ts';
import type { Review } from '../api/review.ts';
import { isBusy, problemView } from './parts.ts';

/** Whether the capture goes into the training export. The owner's word decides, as it is when somebody asks. */
export function trainingView(dataSet: NonNullable<Review['dataSet']>, context: AdminContext): TemplateResult {
  const { state, actions } = context;
  const { forTraining, trainingAllowedThen } = dataSet;
  const isAdmin = state.reviewer?.role === 'admin';
  return html`
    <section class="card" aria-labelledby="training-heading">
      <h3 id="training-heading">Training</h3>
      <p>${forTraining ? 'This capture is marked for the training export.' : 'This capture is not in the training export.'}</p>
      <p id="training-why" class="note">${whyOf(isAdmin, forTraining, trainingAllowedThen)}</p>
      ${problemView(state, 'mark')}
      <button
        type="button"
        class="button"
        aria-describedby="training-why"
        ?disabled=${!isAdmin || isBusy(state, 'mark')}
        @click=${() => actions.mark(!forTraining)}
      >${forTraining ? 'Take the mark away' : 'Mark for training'}</button>
    </section>
  `;
}

function whyOf(isAdmin: boolean, forTraining: boolean, allowedThen: boolean): string {
  if (!isAdmin) return 'Only admins mark captures.';
  if (forTraining) return 'Its owner can withdraw that at any time; then it is exported no more.';
  return allowedThen
    ? 'Its owner allowed training when the capture was made. The service looks at their consent again now: a withdrawal counts.'
    : 'Its owner did not allow training when the capture was made. It can be marked only if they do now.';
}
