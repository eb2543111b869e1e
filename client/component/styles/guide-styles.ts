import { css } from 'lit';

/** Oval, ring, arrow and the pill with the hint. The outline changes its form with its colour. */
export const guideStyles = css`
  .guide {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
    fill: none;
    pointer-events: none;
  }
  .dim {
    fill: var(--_dim);
  }
  .casing {
    stroke: rgb(0 0 0 / 0.42);
    stroke-width: 7;
  }
  .outline {
    stroke: var(--_guide);
    stroke-width: 3.5;
    stroke-dasharray: 2 10;
    stroke-linecap: round;
    transition: stroke 0.2s;
  }
  .nearly .outline {
    stroke: var(--_nearly);
    stroke-dasharray: 18 10;
  }
  .good .outline {
    stroke: var(--_good);
    stroke-dasharray: none;
  }
  .good .casing {
    stroke-width: 13;
  }
  .ring {
    stroke: var(--_good);
    stroke-width: 9;
    stroke-linecap: round;
    transition: stroke-dasharray 0.16s linear;
  }
  .arrow {
    position: absolute;
    left: var(--guide-x);
    top: var(--guide-y);
    inline-size: 56px;
    block-size: 56px;
    margin: -28px;
    display: grid;
    place-items: center;
    border-radius: 50%;
    background: var(--_surface);
    color: var(--_accent);
    box-shadow: var(--_shadow);
    font-size: 20px;
    pointer-events: none;
    --nudge: -7px 0;
    animation: nudge 1.1s ease-in-out infinite alternate;
  }
  .arrow.left {
    left: calc(var(--guide-x) - var(--guide-rx));
  }
  .arrow.right {
    left: calc(var(--guide-x) + var(--guide-rx));
    --nudge: 7px 0;
  }
  .arrow.up {
    top: calc(var(--guide-y) - var(--guide-ry));
    --nudge: 0 -7px;
  }
  .arrow.down {
    top: calc(var(--guide-y) + var(--guide-ry));
    --nudge: 0 7px;
  }
  .arrow.top-left,
  .arrow.top-right {
    left: calc(var(--guide-x) - 0.74 * var(--guide-rx));
    top: calc(var(--guide-y) - 0.68 * var(--guide-ry));
    --nudge: -5px 4px;
  }
  .arrow.top-right {
    left: calc(var(--guide-x) + 0.74 * var(--guide-rx));
    --nudge: 5px 4px;
  }
  @keyframes nudge {
    to {
      translate: var(--nudge);
    }
  }
  .to-right,
  .to-top-right {
    transform: scaleX(-1);
  }
  .to-up {
    transform: rotate(90deg);
  }
  .to-down {
    transform: rotate(-90deg);
  }
  .pill {
    display: flex;
    align-items: center;
    gap: 0.55em;
    max-inline-size: min(34em, 100%);
    padding-block: 0.6em;
    padding-inline: 0.9em 1.15em;
    border-radius: 1.6em;
    background: var(--_surface);
    box-shadow: var(--_shadow);
    font-size: var(--framegate-hint-size, clamp(1em, 0.75em + 1.6cqmin, 1.5em));
    font-weight: 600;
    line-height: 1.25;
    text-wrap: balance;
    animation: appear 0.2s ease-out;
  }
  .pill .icon {
    color: var(--_accent);
  }
  .notice {
    display: flex;
    gap: 0.7em;
    max-inline-size: 30em;
    padding: 0.75em 1em;
    border-radius: min(var(--_radius), 16px);
    border-inline-start: 4px solid var(--_adjust);
    background: var(--_surface);
    box-shadow: var(--_shadow);
    line-height: 1.35;
    animation: appear 0.2s ease-out;
  }
  .notice strong {
    display: block;
  }
  .notice .icon {
    color: var(--_adjust);
  }
  @media (forced-colors: active) {
    .pill,
    .notice,
    .arrow {
      border: 2px solid CanvasText;
    }
    .icon,
    .bar rect,
    .ring,
    .outline {
      forced-color-adjust: auto;
    }
    .outline {
      stroke: CanvasText;
    }
    .ring {
      stroke: Highlight;
    }
    .dim {
      fill: Canvas;
      fill-opacity: 0.8;
    }
  }
`;
