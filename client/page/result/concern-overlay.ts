import { html, nothing, type TemplateResult } from 'lit';
import type { ShownSkin } from './read-skin.ts';

const MASK_ID = 'concern-mask';

/** A concern's mask as a tint over the picture: the brighter the mask, the denser the tint. */
export function concernOverlay(
  { image, masks }: ShownSkin,
  concern: string | null,
): TemplateResult | typeof nothing {
  const mask = masks.find(({ id }) => id === concern);
  if (mask === undefined || image === null) return nothing;
  const { url, x, y, width, height } = mask;
  return html`
    <svg
      class="overlay concern-overlay"
      viewBox="0 0 ${image.width} ${image.height}"
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <mask id=${MASK_ID} maskUnits="userSpaceOnUse" x=${x} y=${y} width=${width} height=${height}>
        <image href=${url} x=${x} y=${y} width=${width} height=${height} preserveAspectRatio="none" />
      </mask>
      <rect x=${x} y=${y} width=${width} height=${height} mask="url(#${MASK_ID})" />
    </svg>
  `;
}
