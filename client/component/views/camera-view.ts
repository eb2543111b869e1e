import { html, nothing, type TemplateResult } from 'lit';
import { controlsView } from './controls-view.ts';
import { failureView } from './failure-view.ts';
import { guideView } from './guide-view.ts';
import { hintView, noticeView } from './hint-view.ts';
import { metersView } from './meters-view.ts';
import { resultView } from './result-view.ts';
import { startView } from './start-view.ts';
import type { ViewContext } from './view-context.ts';

/**
 * The whole element. Video and live region stay the same elements in every state: pictures are made of the one, and
 * screen readers know the other.
 */
export function cameraView(context: ViewContext): TemplateResult {
  const { messages, locale, direction, mirrored, isReady, actions } = context;
  const { labels } = messages;
  const { name } = context.view.screen;
  const isLive = name === 'connecting' || name === 'live' || name === 'taking';
  return html`
    <div
      class="stage"
      part="stage"
      role="group"
      aria-label=${labels.region}
      tabindex="-1"
      lang=${locale}
      dir=${direction}
      @keydown=${(event: KeyboardEvent) => closeMeters(event, context)}
    >
      <video
        part="video"
        class=${mirrored ? 'mirrored' : ''}
        aria-label=${mirrored ? labels.preview : labels.previewUnmirrored}
        ?hidden=${!isLive}
        .muted=${true}
        autoplay
        playsinline
        disablepictureinpicture
        @resize=${actions.videoResized}
        @loadedmetadata=${actions.videoResized}
      ></video>
      ${isReady ? content(context) : nothing}
      <div id="live" class="hidden"></div>
    </div>
  `;
}

function content(context: ViewContext): TemplateResult {
  return html`
    ${guideView(context)}
    <div class="top">${hintView(context)}</div>
    <div class="bottom">${noticeView(context)} ${metersView(context)} ${controlsView(context)}</div>
    ${startView(context)} ${failureView(context)} ${resultView(context)}
    ${context.view.screen.name === 'taking' ? html`<div class="flash"></div>` : nothing}
  `;
}

function closeMeters(event: KeyboardEvent, { showsMeters, actions }: ViewContext): void {
  if (event.key !== 'Escape' || !showsMeters || event.target instanceof HTMLSelectElement) return;
  event.stopPropagation();
  actions.toggleMeters();
  (event.currentTarget as HTMLElement).querySelector<HTMLElement>('#meters-toggle')?.focus();
}
