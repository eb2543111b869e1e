import { html, nothing, type TemplateResult } from 'lit';
import { fill } from '../../locales/locales.ts';
import { hintCue } from '../hint-cues.ts';
import { type IconName, icon } from '../icons.ts';
import { messageOf, noticeText } from '../message-of.ts';
import type { ViewState } from '../view-state.ts';
import type { ViewContext } from './view-context.ts';

/** The one thing that is to be done now. */
export function hintView(context: ViewContext): TemplateResult | null {
  const { view, messages, mirrored } = context;
  const { screen } = view;
  if (screen.name !== 'connecting' && screen.name !== 'live' && screen.name !== 'taking') return null;
  const message = messageOf(view, messages);
  if (message === null) return null;
  const hint = screen.name === 'live' && view.reconnecting === null ? screen.hint : null;
  const percent = screen.name === 'connecting' ? screen.loadedPercent : null;
  const text = percent === null ? message.text : fill(messages.status.loadingDetector, { percent });
  const cue = hint === null ? null : hintCue(hint.code, mirrored);
  return html`<div class="pill ${hint === null ? 'status' : ''}" part="hint">
    ${cue === null ? statusIcon(view) : icon(cue.icon, cue.side === null ? '' : `to-${cue.side}`)}
    <span>${text}</span>
  </div>`;
}

function statusIcon({ screen, reconnecting }: ViewState): TemplateResult {
  if (screen.name === 'live' && reconnecting === null) return icon('check');
  if (reconnecting?.code === 'device-offline') return icon('offline');
  return html`<span class="spinner" aria-hidden="true"></span>`;
}

/** Beside the guidance, for a short while. */
export function noticeView({ view, messages }: ViewContext): TemplateResult | typeof nothing {
  if (view.notice === null) return nothing;
  const { title, action } = noticeText(view.notice, messages);
  const name: IconName = view.notice.code.startsWith('camera') ? 'camera' : 'alert';
  return html`<div class="notice" part="notice">
    ${icon(name)}
    <p><strong>${title}</strong> ${action}</p>
  </div>`;
}
