import { html, nothing, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { type BodyView, VIEW_PROFILES } from '../../../src/protocol/body-vocabulary.ts';
import type { FramegateCameraEvents } from '../../component/camera-events.ts';
import { fill } from '../../locales/locales.ts';
import { icon } from '../../page/views/icons.ts';
import type { BodyContext } from '../body-context.ts';
import type { CaptureScreen } from '../body-state.ts';
import { refusalText, viewOutcome } from '../view-outcome.ts';
import { poseArt } from './pose-art.ts';

/** One picture after the other: what to do, the countdown, the guided camera. Readable from three metres. */
export function captureView(screen: CaptureScreen, context: BodyContext): TemplateResult {
  const { messages, page, source, actions } = context;
  const texts = messages.capture;
  const { phase, capture, at } = screen;
  const view = capture.views[at] ?? 'front';
  const numbers = { view: messages.views[view], number: at + 1, count: capture.views.length };
  return html`
    <main id="content" class="live body-live" data-view=${view} data-phase=${phase.name} tabindex="-1">
      <div class="live-head">
        <button
          type="button"
          class="button quiet"
          id="leave-capture"
          @click=${() => (phase.name === 'ready' ? actions.startOver() : actions.pause())}
        >
          ${icon('back')}${page.live.back}
        </button>
        <h1 tabindex="-1">${fill(texts.heading, numbers)}</h1>
        ${source === undefined ? nothing : html`<p class="chip">${texts.demoNote}</p>`}
      </div>
      ${phase.name === 'ready' ? readyView(view, context) : stageView(screen, view, context)}
    </main>
  `;
}

function readyView(view: BodyView, { messages, actions }: BodyContext): TemplateResult {
  return html`
    <div class="ready card">
      ${poseArt(view)}
      <p class="pose">${messages.poses[view]}</p>
      <button type="button" class="button primary" id="start-view" @click=${() => actions.count()}>
        ${icon('camera')}${messages.capture.start}
      </button>
    </div>
  `;
}

function stageView(screen: CaptureScreen, view: BodyView, context: BodyContext): TemplateResult {
  const { messages, page, source, sourceFailed } = context;
  const { phase } = screen;
  const isDrawn = source !== null;
  return html`
    <div class="stage">
      ${
        isDrawn
          ? keyed(screen.run, cameraElement(screen, view, context))
          : html`<p class="waiting" role="status">
              ${sourceFailed ? page.live.demoFailed : html`<span class="spinner"></span>${messages.capture.drawing}`}
            </p>`
      }
      ${phase.name === 'countdown' && phase.isRunning ? countdownView(phase.secondsLeft, screen, view, context) : nothing}
    </div>
  `;
}

function countdownView(
  secondsLeft: number,
  { refusal }: CaptureScreen,
  view: BodyView,
  context: BodyContext,
): TemplateResult {
  const { messages, actions } = context;
  const texts = messages.capture;
  const first = refusal === null ? texts.getReady : refusalText(refusal, context);
  return html`
    <div class="countdown" id="countdown">
      <p
        class="seconds"
        role="timer"
        aria-label=${fill(texts.secondsLeft, { seconds: secondsLeft })}
        data-seconds=${secondsLeft}
      >
        ${secondsLeft}
      </p>
      <p class="pose ${refusal === null ? '' : 'refused'}"><strong>${first}</strong>${messages.poses[view]}</p>
      <button type="button" class="button" id="start-now" @click=${() => actions.guideNow()}>
        ${texts.startNow}
      </button>
    </div>
  `;
}

function cameraElement(screen: CaptureScreen, view: BodyView, context: BodyContext): TemplateResult {
  const { state, locale, server, source, tokenProvider, actions } = context;
  const isPaused = screen.phase.name === 'countdown';
  const consent = state.user?.consent_flags;
  const captured = ({ detail }: FramegateCameraEvents['framegate-captured']) => {
    actions.captured(view, detail.picture);
    // Else its result says whether it counts.
    if (!detail.resultKinds?.includes('body-view')) actions.taken();
  };
  const judged = ({ detail }: FramegateCameraEvents['framegate-result']) => {
    const outcome = viewOutcome(detail.result);
    if (outcome === 'collected') actions.taken();
    else if (outcome === 'closed') actions.closed();
    else actions.refused(outcome);
  };
  const stateChanged = ({ detail, currentTarget }: FramegateCameraEvents['framegate-state']) => {
    // Its own button, not the end of an element that is taken away.
    if (detail.state === 'idle' && (currentTarget as Element).isConnected) actions.pause();
    else if (detail.state === 'connecting' || detail.state === 'live') actions.cameraIs(true);
    else if (detail.state === 'failed') actions.cameraIs(false);
  };
  return html`
    <framegate-camera
      server=${server}
      profile=${VIEW_PROFILES[view]}
      lang=${locale}
      autostart
      precheck="off"
      ?paused=${isPaused}
      ?speak=${state.details.speak && !isPaused}
      ?consent-store=${consent?.store_images ?? false}
      ?consent-training=${consent?.training ?? false}
      .collect=${screen.capture.collect}
      .tokenProvider=${tokenProvider}
      .source=${source ?? null}
      .sourceMirrored=${true}
      @framegate-state=${stateChanged}
      @framegate-captured=${captured}
      @framegate-result=${judged}
      @framegate-results-missing=${() => actions.taken()}
    ></framegate-camera>
  `;
}
