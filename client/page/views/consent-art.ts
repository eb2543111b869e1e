import { html, type TemplateResult } from 'lit';

/** The guide that the person will see: an oval in a frame, and the ring that fills while they hold still. */
export function consentArt(): TemplateResult {
  return html`
    <svg class="art" viewBox="30 14 180 212" aria-hidden="true" focusable="false">
      <rect class="art-frame" x="30" y="14" width="180" height="212" rx="28" />
      <path class="art-body" d="M52 226c4-34 30-48 68-48s64 14 68 48z" />
      <path class="art-neck" d="M102 148h36v36c0 8-8 14-18 14s-18-6-18-14z" />
      <ellipse class="art-face" cx="120" cy="112" rx="41" ry="54" />
      <path class="art-line" d="M102 108h8M130 108h8M120 112v14M110 139c6 4 14 4 20 0" />
      <path class="art-track" d="M120 36a60 76 0 0 1 0 152a60 76 0 0 1 0-152" />
      <path class="art-ring" d="M120 36a60 76 0 0 1 0 152a60 76 0 0 1 0-152" pathLength="100" />
    </svg>
  `;
}
