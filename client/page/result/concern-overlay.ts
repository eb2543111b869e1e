import { html, nothing, type TemplateResult } from 'lit';
import type { ShownSkin } from './read-skin.ts';

const MASK_ID = 'concern-mask';
const LIFT_ID = 'concern-lift';
/** Of the mask's brightness: what is faint is still seen on skin, and no stronger than what is strong. */
const LIFT_EXPONENT = 0.6;

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
      <filter id=${LIFT_ID} color-interpolation-filters="sRGB" x="0" y="0" width="1" height="1">
        <feComponentTransfer>
          <feFuncR type="gamma" exponent=${LIFT_EXPONENT} />
          <feFuncG type="gamma" exponent=${LIFT_EXPONENT} />
          <feFuncB type="gamma" exponent=${LIFT_EXPONENT} />
        </feComponentTransfer>
      </filter>
      <mask id=${MASK_ID} maskUnits="userSpaceOnUse" x=${x} y=${y} width=${width} height=${height}>
        <image
          href=${url}
          x=${x}
          y=${y}
          width=${width}
          height=${height}
          preserveAspectRatio="none"
          filter="url(#${LIFT_ID})"
        />
      </mask>
      <rect x=${x} y=${y} width=${width} height=${height} mask="url(#${MASK_ID})" />
    </svg>
  `;
}
