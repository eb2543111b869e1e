import { html, type TemplateResult } from 'lit';

/** Drawn on 24 × 24 with a round pen of 2. */
const PATHS = {
  arrow: 'M20 12H5M11 6l-6 6 6 6',
  turn: 'M20 7c0 6-8 9-15 6M10 7.5 4.5 13l5.5 5.5',
  tilt: 'M20 17A8.5 8.5 0 0 0 4.5 11M4 5v6.5h6.5',
  closer: 'M14 10l6-6M14.5 4H20v5.5M10 14l-6 6M9.5 20H4v-5.5',
  back: 'M20 4l-6 6M14 4.5V10h5.5M4 20l6-6M10 19.5V14H4.5',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4 20c.8-3.5 4-5 8-5s7.2 1.5 8 5',
  frame: 'M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M12 7.5c-4.5 0-4.5 9 0 9s4.5-9 0-9Z',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM12 2v2M12 20v2M5 5l1.4 1.4M17.6 17.6 19 19M2 12h2M20 12h2M5 19l1.4-1.4M17.6 6.4 19 5',
  moon: 'M20 14.5A8.5 8.5 0 1 1 9.5 4a7 7 0 0 0 10.5 10.5Z',
  half: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16ZM12 4v16M12 8h6.5M12 12h8M12 16h6.5',
  window: 'M4 4h16v16H4zM12 4v16M4 12h16',
  bulb: 'M9.5 18h5M10.5 21h3M12 3a6 6 0 0 0-3.7 10.7c.8.7 1.2 1.3 1.2 2.3h5c0-1 .4-1.6 1.2-2.3A6 6 0 0 0 12 3Z',
  still: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5Z',
  focus: 'M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6Z',
  eye: 'M2 12s3.5-6.5 10-6.5S22 12 22 12s-3.5 6.5-10 6.5S2 12 2 12ZM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6Z',
  mouth: 'M3 12c3-2.5 6-4.5 9-2.5 3-2 6 0 9 2.5-3 3.5-6 5-9 5s-6-1.5-9-5ZM3 12h18',
  body: 'M12 3a2 2 0 1 0 0 4 2 2 0 0 0 0-4ZM6.5 10.5h11M12 10v5.5M12 15.5 9 21M12 15.5l3 5.5',
  upright: 'M12 3a2 2 0 1 0 0 4 2 2 0 0 0 0-4ZM12 9.5V21M8 21h8M4 3v18',
  armsOut: 'M12 9v11M10.5 9 5 16M13.5 9l5.5 7M2 19l3-3M22 19l-3-3M12 3a2 2 0 1 0 0 4 2 2 0 0 0 0-4Z',
  armsIn:
    'M12 9v11M10.5 9.5 8 17M13.5 9.5 16 17M2 11l3.5 2.5M22 11l-3.5 2.5M12 3a2 2 0 1 0 0 4 2 2 0 0 0 0-4Z',
  feetOut: 'M12 3v6M12 9 7.5 20H4M12 9l4.5 11H20M7 13H2M4 11l-2 2 2 2M17 13h5M20 11l2 2-2 2',
  feetIn: 'M12 3v6M12 9 9 20H6M12 9l3 11h3M2 13h5M5 11l2 2-2 2M22 13h-5M19 11l-2 2 2 2',
  steps: 'M8 4v9M8 17v3M16 4v3M16 11v9M4.5 10 8 13l3.5-3M12.5 14l3.5-3 3.5 3',
  wall: 'M3 4h18v16H3zM12 8a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3ZM9 20v-5a3 3 0 0 1 6 0v5',
  card: 'M3 6h18v12H3zM6 14.5h5',
  camera: 'M3 8h4l2-3h6l2 3h4v11H3zM12 10a3.2 3.2 0 1 0 0 6.4 3.2 3.2 0 0 0 0-6.4Z',
  noCamera: 'M3 8h4l2-3h6l2 3h4v11H3zM12 10a3.2 3.2 0 1 0 0 6.4 3.2 3.2 0 0 0 0-6.4ZM3 3l18 18',
  swap: 'M4 11a8 8 0 0 1 14-4l2 2M20 4v5h-5M20 13a8 8 0 0 1-14 4l-2-2M4 20v-5h5',
  torch: 'M13 2.5 5 14h6l-1 7.5L18.5 10H12z',
  bars: 'M5 20v-6M12 20V4M19 20v-10',
  sound: 'M4 9.5v5h4l5 4v-13l-5 4zM16.5 9.5a4 4 0 0 1 0 5M19 7a8 8 0 0 1 0 10',
  mute: 'M4 9.5v5h4l5 4v-13l-5 4zM17 9.5l5 5M22 9.5l-5 5',
  close: 'M6 6l12 12M18 6 6 18',
  check: 'M5 12.5l4.5 4.5L19 7',
  alert: 'M12 4 2.5 20h19zM12 10v4.5M12 17.3v.1',
  offline: 'M3 3l18 18M4 12a11 11 0 0 1 5-2.8M13 8.8a11 11 0 0 1 7 3.2M8 16a6 6 0 0 1 8 0M12 19.9v.1',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
} as const;

export type IconName = keyof typeof PATHS;

/** `turned` is a class that turns or flips it. */
export function icon(name: IconName, turned = ''): TemplateResult {
  return html`<svg class="icon ${turned}" viewBox="0 0 24 24" aria-hidden="true"><path d=${PATHS[name]}></path></svg>`;
}
