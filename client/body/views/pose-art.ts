import { html, type TemplateResult } from 'lit';
import type { BodyView } from '../../../src/protocol/body-vocabulary.ts';
import { BODY_OUTLINES, smoothPath } from '../../component/guides/body-outlines.ts';

const FIGURES: Readonly<Record<BodyView, string>> = {
  front: smoothPath(BODY_OUTLINES['body-front'].places, 70, 12, 176),
  side: smoothPath(BODY_OUTLINES['body-side'].places, 70, 12, 176),
  portrait:
    'M70 30c22 0 32 17 32 40 0 24-12 44-24 50v16c8 10 44 10 50 34v18H12v-18c6-24 42-24 50-34v-16c-12-6-24-26-24-50 0-23 10-40 32-40z',
  ref: 'M20 68h100a6 6 0 0 1 6 6v56a6 6 0 0 1-6 6H20a6 6 0 0 1-6-6V74a6 6 0 0 1 6-6z',
};

/** How to stand, or what to hold, in the frame of a phone. */
export function poseArt(view: BodyView): TemplateResult {
  return html`
    <svg class="pose-art" viewBox="0 0 140 200" aria-hidden="true" focusable="false">
      <rect class="art-frame" x="1" y="1" width="138" height="198" rx="18" />
      <path class="art-figure" d=${FIGURES[view]} />
    </svg>
  `;
}
