import { html, svg, type TemplateResult } from 'lit';

/** Drawn on a 24 × 24 grid with a line of 1.75. */
const SHAPES = {
  mark: svg`<path d="M4 8V6a2 2 0 0 1 2-2h2M16 4h2a2 2 0 0 1 2 2v2M20 16v2a2 2 0 0 1-2 2h-2M8 20H6a2 2 0 0 1-2-2v-2"/><ellipse cx="12" cy="12" rx="3.6" ry="4.8"/>`,
  globe: svg`<circle cx="12" cy="12" r="8.5"/><path d="M3.5 12h17M12 3.5c2.4 2.3 3.6 5.1 3.6 8.5s-1.2 6.2-3.6 8.5c-2.4-2.3-3.6-5.1-3.6-8.5S9.6 5.8 12 3.500z"/>`,
  chevron: svg`<path d="m7 10 5 5 5-5"/>`,
  back: svg`<path d="M15 5l-7 7 7 7"/>`,
  camera: svg`<path d="M4 8.500h3l1.5-2.500h7L17 8.500h3a1 1 0 0 1 1 1V18a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V9.500a1 1 0 0 1 1-1z"/><circle cx="12" cy="13.5" r="3.5"/>`,
  guide: svg`<path d="M12 3v2M12 19v2M3 12h2M19 12h2"/><circle cx="12" cy="12" r="5"/>`,
  measure: svg`<path d="M3.5 14.500l11-11 6 6-11 11zM7 11l2 2M10 8l2.5 2.500M13 5l2 2"/>`,
  numbers: svg`<path d="M5 19V11M10 19V5M15 19v-5M20 19V8"/>`,
  device: svg`<rect x="6.5" y="3" width="11" height="18" rx="2.5"/><path d="M11 17.500h2"/>`,
  lock: svg`<rect x="5" y="10.5" width="14" height="10" rx="2"/><path d="M8 10.500V7.500a4 4 0 0 1 8 0v3"/>`,
  again: svg`<path d="M19.5 12a7.5 7.5 0 1 1-2.3-5.400L19.5 9M19.5 4v5h-5"/>`,
  download: svg`<path d="M12 4v11M7.5 11 12 15.5 16.5 11M5 20h14"/>`,
  copy: svg`<rect x="9" y="9" width="11" height="11" rx="2"/><path d="M15 9V6a2 2 0 0 0-2-2H6a2 2 0 0 0-2 2v7a2 2 0 0 0 2 2h3"/>`,
  good: svg`<path d="m5.5 12.5 4.5 4.5 8.5-9.5"/>`,
  nearly: svg`<path d="M5 14.500c2.3-4 4.7-4 7-2s4.7 2 7-2"/>`,
  bad: svg`<path d="m7 7 10 10M17 7 7 17"/>`,
  unknown: svg`<path d="M6 12h12"/>`,
} as const;

export type IconName = keyof typeof SHAPES;

/** For the eye only: the words stand beside it. */
export function icon(name: IconName): TemplateResult {
  return html`<svg class="icon icon-${name}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${SHAPES[name]}</svg>`;
}
