import { html, nothing, svg, type TemplateResult } from 'lit';
import type { ShownContours } from './read-contours.ts';

/** Okabe and Ito's palette, told apart with every kind of colour vision, but for the yellow, which skin hides. */
const COLOURS = ['#56b4e9', '#e69f00', '#cc79a7', '#009e73', '#d55e00', '#0072b2'] as const;

export function contourColour(index: number): string {
  return COLOURS[index % COLOURS.length]!;
}

/** The outlines that are not taken away. */
export function contoursOverlay(
  { image, contours }: ShownContours,
  hidden: readonly string[],
): TemplateResult | typeof nothing {
  if (image === null || contours.length === 0) return nothing;
  const lines = contours.map(({ region, path }, index) =>
    hidden.includes(region) ? nothing : svg`<path d=${path} stroke=${contourColour(index)} />`,
  );
  return html`
    <svg
      class="overlay contours-overlay"
      viewBox="0 0 ${image.width} ${image.height}"
      preserveAspectRatio="none"
      aria-hidden="true"
    >${lines}</svg>
  `;
}
