import { css } from 'lit';

/** The element itself, the preview, and what lies over it. Sizes go by the element, not by the window. */
export const stageStyles = css`
  :host {
    display: block;
    position: relative;
    box-sizing: border-box;
    container-type: size;
    inline-size: 100%;
    block-size: 100%;
    aspect-ratio: 4 / 5;
    min-block-size: 15rem;
    max-block-size: 100vh;
    max-block-size: 100dvh;
    overflow: hidden;
    border-radius: var(--_radius);
  }
  :host([hidden]) {
    display: none;
  }
  *,
  ::before,
  ::after {
    box-sizing: border-box;
  }
  .stage {
    position: absolute;
    inset: 0;
    overflow: hidden;
    border-radius: inherit;
    background: var(--_ground);
    color: var(--_text);
    font: 400 max(16px, 1rem) / 1.45 var(--framegate-font, system-ui, sans-serif);
    text-align: start;
    outline: none;
    -webkit-tap-highlight-color: transparent;
  }
  :focus-visible {
    outline: 3px solid var(--_accent);
    outline-offset: 3px;
  }
  .stage:focus-visible {
    outline-offset: -3px;
  }
  [hidden] {
    display: none !important;
  }
  .hidden {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  p,
  h2 {
    margin: 0;
    text-wrap: pretty;
  }
  video {
    position: absolute;
    left: var(--video-left, 0);
    top: var(--video-top, 0);
    width: var(--video-width, 100%);
    height: var(--video-height, 100%);
    object-fit: cover;
  }
  video.mirrored {
    transform: scaleX(-1);
  }
  .icon {
    flex: none;
    inline-size: 1.5em;
    block-size: 1.5em;
    fill: none;
    stroke: currentColor;
    stroke-width: 2;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .spinner {
    flex: none;
    inline-size: 1.25em;
    block-size: 1.25em;
    border: 3px solid var(--_line);
    border-block-start-color: var(--_accent);
    border-radius: 50%;
    animation: turn 0.9s linear infinite;
  }
  .top,
  .bottom {
    position: absolute;
    inset-inline: 0;
    display: flex;
    flex-direction: column;
    align-items: center;
    gap: 12px;
    padding: 14px;
    pointer-events: none;
  }
  .top {
    inset-block-start: env(safe-area-inset-top, 0);
  }
  .bottom {
    inset-block-end: env(safe-area-inset-bottom, 0);
  }
  .bottom > * {
    pointer-events: auto;
  }
  .flash {
    position: absolute;
    inset: 0;
    background: #fff;
    opacity: 0;
    pointer-events: none;
    animation: flash 0.4s ease-out;
  }
  @keyframes flash {
    from {
      opacity: 0.85;
    }
  }
  @keyframes turn {
    to {
      rotate: 360deg;
    }
  }
  @keyframes appear {
    from {
      opacity: 0;
      translate: 0 -6px;
    }
  }
  @container (max-height: 480px) and (min-aspect-ratio: 5/4) {
    .top {
      inset-inline-end: 60px;
      align-items: flex-start;
    }
  }
  @container (max-height: 480px) and (min-width: 600px) and (min-aspect-ratio: 5/4) {
    .top {
      inset-inline-end: auto;
      inset-block: 0;
      justify-content: center;
      inline-size: calc(50cqi - 32cqb);
    }
  }
  /* Beside a whole body: above it, what can be read from three metres away would cover the head. */
  @container (min-width: 600px) and (min-aspect-ratio: 7/4) {
    :host([profile^="body-"]) .top {
      inset-inline-end: auto;
      inset-block: 0;
      justify-content: center;
      inline-size: calc(50cqi - 26cqb);
    }
    :host([profile^="body-"]) .pill {
      flex-direction: column;
      padding-inline: 0.6em;
      text-align: center;
      overflow-wrap: anywhere;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    ::before,
    ::after {
      animation: none !important;
      transition: none !important;
    }
  }
`;
