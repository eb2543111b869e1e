import { html, type TemplateResult } from 'lit';
import { BODY_OUTLINES, smoothPath } from '../../component/guides/body-outlines.ts';

/** The two pictures that are taken, with the tapes that come out of them. */
export function bodyArt(): TemplateResult {
  const front = smoothPath(BODY_OUTLINES['body-front'].places, 74, 30, 180);
  const side = smoothPath(BODY_OUTLINES['body-side'].places, 178, 30, 180);
  return html`
    <svg class="art body-art" viewBox="0 0 240 240" aria-hidden="true" focusable="false">
      <rect class="art-frame" x="0" y="8" width="240" height="224" rx="28" />
      <path class="art-figure" d="${front}${side}" />
      <path class="art-tape" d="M55 86h38M55 100h38M53 118h42M167 86h24M168 99h19M168 118h23" />
    </svg>
  `;
}
