import { html, nothing, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import type { FramegateCameraEvents } from '../../component/camera-events.ts';
import type { FramegateCamera } from '../../component/framegate-camera.ts';
import type { AppState, TakenPicture } from '../app-state.ts';
import { consentOf } from '../choices.ts';
import { icon } from './icons.ts';
import type { PageContext } from './page-context.ts';

type LiveState = Extract<AppState, { step: 'live' | 'result' }>;

export interface LiveResources {
  /** Of the rendered face; null until it is drawn, and with a camera. */
  readonly source: MediaStream | null;
  readonly sourceFailed: boolean;
  /** The result has been awaited for longer than usual. */
  readonly slow: boolean;
  /** The code of <framegate-camera> cannot be had. */
  readonly elementFailed: boolean;
  guidanceBegan(): void;
}

/** <framegate-camera> with what it needs, and the way back. Behind a result it is not to be seen. */
export function liveView(state: LiveState, resources: LiveResources, context: PageContext): TemplateResult {
  const { messages, send } = context;
  const texts = messages.live;
  const { source } = state;
  const isBehind = state.step === 'result';
  const ready = source === 'camera' || resources.source !== null;
  return html`
    <main id=${isBehind ? nothing : 'content'} class="live" tabindex="-1" ?hidden=${isBehind}>
      <div class="live-head">
        <button type="button" class="button quiet" @click=${() => send({ type: 'leave' })}>
          ${icon('back')}${texts.back}
        </button>
        <h1 class="unseen" tabindex="-1">${texts.heading}</h1>
        ${source === 'demo' ? html`<p class="chip">${texts.demoNote}</p>` : nothing}
        ${state.choices.mode === 'local' ? html`<p class="chip">${icon('lock')}${texts.localNote}</p>` : nothing}
      </div>
      <div class="stage">
        ${ready ? keyed(state.run, cameraElement(state, resources, context)) : waiting(resources, context)}
      </div>
      <div class="live-foot" role="status">
        ${
          resources.slow
            ? html`<p><strong>${texts.slowResult}</strong> ${texts.slowResultDetail}</p>
              <button type="button" class="button" @click=${() => send({ type: 'take-another' })}>
                ${icon('again')}${messages.result.takeAnother}
              </button>`
            : nothing
        }
      </div>
    </main>
  `;
}

function waiting({ sourceFailed }: LiveResources, { messages }: PageContext): TemplateResult {
  return html`<p class="waiting" role="status">
    ${sourceFailed ? messages.live.demoFailed : html`<span class="spinner"></span>${messages.live.preparingDemo}`}
  </p>`;
}

function cameraElement(
  { choices, source, taken }: LiveState,
  resources: LiveResources,
  { locale, server, token, send }: PageContext,
): TemplateResult {
  const consent = consentOf(choices);
  const captured = ({ detail }: FramegateCameraEvents['framegate-captured']) =>
    send({ type: 'taken', taken: takenOf(detail) });
  const stateChanged = ({ detail }: FramegateCameraEvents['framegate-state']) => {
    if (detail.state !== 'live') return;
    resources.guidanceBegan();
    send({ type: 'guided' });
  };
  const result = ({ detail, currentTarget }: FramegateCameraEvents['framegate-result']) => {
    // What is still to come of the picture needs no other.
    if (detail.result.captureId === taken?.captureId) (currentTarget as FramegateCamera).turnCameraOff();
    send({ type: 'result', outcome: detail });
  };
  const missing = ({ detail }: FramegateCameraEvents['framegate-results-missing']) =>
    send({ type: 'results-missing', captureId: detail.captureId });
  return html`
    <framegate-camera
      server=${server}
      token=${token ?? nothing}
      profile="${choices.profile}:${choices.level}"
      mode=${choices.mode === 'local' ? 'local' : 'remote'}
      autostart
      precheck=${choices.precheck}
      lang=${locale}
      ?consent-store=${consent.store}
      ?consent-training=${consent.training}
      ?meters=${choices.meters}
      ?speak=${choices.speak}
      .source=${source === 'demo' ? resources.source : null}
      .sourceMirrored=${true}
      @framegate-state=${stateChanged}
      @framegate-captured=${captured}
      @framegate-result=${result}
      @framegate-results-missing=${missing}
    ></framegate-camera>
  `;
}

function takenOf({
  captureId,
  receipt,
  resultKinds,
}: FramegateCameraEvents['framegate-captured']['detail']): TakenPicture {
  return { captureId, receipt, resultKinds };
}
