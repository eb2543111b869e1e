import { css } from 'lit';

/**
 * Colours follow the page's `color-scheme`; each can be set from outside (see README.md). Where `light-dark()` is not
 * known, the light ones hold.
 */
export const themeStyles = css`
  :host {
    --_accent: var(--framegate-accent, light-dark(#2152d0, #a6bdff));
    --_on-accent: var(--framegate-on-accent, light-dark(#fff, #0d1733));
    --_surface: var(--framegate-surface, light-dark(#fff, #20252d));
    --_text: var(--framegate-text, light-dark(#14171c, #f3f5f8));
    --_muted: var(--framegate-muted, light-dark(#565d69, #aab2bf));
    --_line: var(--framegate-line, light-dark(#dde1e7, #414956));
    --_ground: var(--framegate-ground, light-dark(#eef1f5, #0c0e12));
    --_dim: var(--framegate-dim, light-dark(rgb(240 243 247 / 0.8), rgb(9 11 15 / 0.72)));
    --_guide: var(--framegate-guide, #fff);
    --_nearly: var(--framegate-guide-nearly, #ffc65c);
    --_good: var(--framegate-guide-good, #3fdf97);
    --_pass: light-dark(#0b7446, #5fdca3);
    --_adjust: light-dark(#8a5300, #ffc65c);
    --_fail: light-dark(#b3261e, #ff9c93);
    --_radius: var(--framegate-radius, 20px);
    --_shadow: 0 1px 2px rgb(0 0 0 / 0.16), 0 6px 24px rgb(0 0 0 / 0.18);
  }
  @supports not (color: light-dark(#000, #fff)) {
    :host {
      --_accent: var(--framegate-accent, #2152d0);
      --_on-accent: var(--framegate-on-accent, #fff);
      --_surface: var(--framegate-surface, #fff);
      --_text: var(--framegate-text, #14171c);
      --_muted: var(--framegate-muted, #565d69);
      --_line: var(--framegate-line, #dde1e7);
      --_ground: var(--framegate-ground, #eef1f5);
      --_dim: var(--framegate-dim, rgb(240 243 247 / 0.8));
      --_pass: #0b7446;
      --_adjust: #8a5300;
      --_fail: #b3261e;
    }
  }
  @media (prefers-contrast: more) {
    :host {
      --_muted: var(--_text);
      --_line: var(--_text);
      --_dim: light-dark(rgb(255 255 255 / 0.94), rgb(0 0 0 / 0.9));
    }
  }
`;
