import { html, nothing, svg, type TemplateResult } from 'lit';
import { fill } from '../../locales/locales.ts';
import { hintCue } from '../hint-cues.ts';
import { icon } from '../icons.ts';
import type { ViewContext } from './view-context.ts';

/** The oval or another outline, what is outside of it, the ring that fills while the person holds still, and the arrow at its side. */
export function guideView({ view, messages, mirrored, container, fit }: ViewContext): TemplateResult | null {
  const { screen, reconnecting } = view;
  if (fit === null || (screen.name !== 'connecting' && screen.name !== 'live' && screen.name !== 'taking')) {
    return null;
  }
  const { x, y, rx, ry } = fit.guide;
  const { width, height } = container;
  // From the top, clockwise for everybody.
  const outline =
    fit.outline ?? `M${x} ${y - ry}a${rx} ${ry} 0 0 1 0 ${2 * ry}a${rx} ${ry} 0 0 1 0 ${-2 * ry}z`;
  const isTaking = screen.name === 'taking';
  const percent = isTaking ? 100 : screen.name === 'live' ? Math.round(screen.dwell * 100) : 0;
  const tone = isTaking ? 'good' : screen.name === 'live' && reconnecting === null ? screen.tone : 'neutral';
  const cue =
    screen.name === 'live' && screen.hint !== null && reconnecting === null
      ? hintCue(screen.hint.code, mirrored)
      : null;
  return html`
    <svg class="guide ${tone}" part="guide" viewBox="0 0 ${width} ${height}" aria-hidden="true">
      <path class="dim" fill-rule="evenodd" d="M0 0H${width}V${height}H0z${outline}"></path>
      <path class="casing" d=${outline}></path>
      <path class="outline" d=${outline}></path>
      ${
        percent === 0
          ? nothing
          : svg`<path class="ring" part="ring" pathLength="100" stroke-dasharray="${percent} 100" d=${outline}></path>`
      }
    </svg>
    ${
      percent === 0
        ? nothing
        : html`<div
            class="hidden"
            role="progressbar"
            aria-label=${messages.labels.dwell}
            aria-valuenow=${percent}
            aria-valuetext=${fill(messages.labels.progress, { percent })}
          ></div>`
    }
    ${
      cue?.side == null
        ? nothing
        : html`<div class="arrow ${cue.side}" part="hint-arrow">${icon(cue.icon, `to-${cue.side}`)}</div>`
    }
  `;
}
