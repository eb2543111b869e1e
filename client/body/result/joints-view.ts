import { html, svg, type TemplateResult } from 'lit';
import { fill } from '../../locales/locales.ts';
import type { BodyContext } from '../body-context.ts';
import type { ResultScreen } from '../body-state.ts';
import type { Joint } from '../joints.ts';
import type { KeptPicture } from '../kept-pictures.ts';

/** Shares of the picture's height. */
const DOT_SIZE = 0.016;
const STEP = 0.003;
const LONG_STEPS = 5;

const ARROWS: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** The joints of one picture, to be moved by pointer or keyboard. */
export function jointDots(
  joints: readonly Joint[],
  picture: KeptPicture,
  context: BodyContext,
): readonly TemplateResult[] {
  const { messages, actions } = context;
  const { width, height } = picture;
  const put = ({ view, point }: Joint, x: number, y: number) => {
    const within = (value: number, max: number) => Math.round(Math.min(max, Math.max(0, value)) * 10) / 10;
    actions.moveJoint({ view, point, x: within(x, width), y: within(y, height) });
  };
  return joints.map((joint, index) => {
    const pressed = (event: PointerEvent) =>
      (event.currentTarget as Element).setPointerCapture(event.pointerId);
    const dragged = (event: PointerEvent) => {
      const dot = event.currentTarget as SVGGraphicsElement;
      if (!dot.hasPointerCapture(event.pointerId)) return;
      const toPicture = dot.ownerSVGElement?.getScreenCTM()?.inverse();
      if (toPicture == null) return;
      const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(toPicture);
      put(joint, x, y);
    };
    const typed = (event: KeyboardEvent) => {
      const arrow = ARROWS[event.key];
      if (arrow === undefined) return;
      event.preventDefault();
      const step = height * STEP * (event.shiftKey ? LONG_STEPS : 1);
      put(joint, joint.x + arrow[0] * step, joint.y + arrow[1] * step);
    };
    return svg`<circle
      class="joint ${joint.isMoved ? 'moved' : ''}"
      data-point=${joint.point}
      role="button"
      tabindex="0"
      aria-label=${fill(messages.result.joint, { number: index + 1, count: joints.length })}
      cx=${joint.x}
      cy=${joint.y}
      r=${height * DOT_SIZE}
      @pointerdown=${pressed}
      @pointermove=${dragged}
      @keydown=${typed}
    />`;
  });
}

/** The way to put the joints right, and to have the body measured again by them. */
export function correctionView(
  { joints }: ResultScreen,
  { messages, state, actions }: BodyContext,
): TemplateResult {
  const texts = messages.result;
  if (joints === null) {
    return html`<button
      type="button"
      class="button"
      id="correct-joints"
      ?disabled=${state.isBusy}
      @click=${() => actions.correct(true)}
    >
      ${texts.correct}
    </button>`;
  }
  const submitted = (event: SubmitEvent) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    actions.measureAgain(String(fields.get('note')).trim() || texts.correct);
  };
  const isMoved = joints.some((joint) => joint.isMoved);
  return html`
    <form class="edit-form" id="joints-form" @submit=${submitted}>
      <p>${texts.correctHow}</p>
      <label class="field">
        <span>${texts.note}</span>
        <input type="text" name="note" class="input" required maxlength="500" autocomplete="off" />
      </label>
      <div class="actions">
        <button type="submit" class="button primary" id="measure-again" ?disabled=${state.isBusy || !isMoved}>
          ${texts.measureAgain}
        </button>
        <button type="button" class="button" id="cancel-joints" @click=${() => actions.correct(false)}>
          ${texts.cancel}
        </button>
      </div>
    </form>
  `;
}
