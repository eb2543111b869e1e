import { css } from 'lit';

/** What stands in the place of the preview (start, failure, result), and the measures beside it. */
export const panelStyles = css`
  .panel,
  .result {
    position: absolute;
    inset: 0;
    overflow: auto;
    padding: clamp(16px, 5cqmin, 40px);
    background: var(--_ground);
  }
  .panel,
  .findings {
    display: flex;
    flex-direction: column;
    align-items: center;
    justify-content: safe center;
    gap: 1em;
    text-align: center;
  }
  .panel > *,
  .findings > * {
    flex: none;
    max-inline-size: min(26em, 100%);
  }
  .panel p {
    font-size: 1.1em;
    color: var(--_muted);
  }
  h2 {
    font-size: clamp(1.25em, 1em + 2cqmin, 1.75em);
    font-weight: 650;
    line-height: 1.2;
    letter-spacing: -0.01em;
  }
  .panel .primary,
  .findings .primary,
  .panel .secondary {
    margin-block-start: 0.6em;
  }
  small,
  code {
    font-size: 13px;
    color: var(--_muted);
  }
  .emblem {
    display: grid;
    place-items: center;
    inline-size: clamp(52px, 18cqmin, 84px);
    aspect-ratio: 1;
    border-radius: 50%;
    background: var(--_surface);
    color: var(--_accent);
    font-size: clamp(17px, 5cqmin, 24px);
  }
  .failure .emblem {
    color: var(--_fail);
  }
  .emblem.good {
    color: var(--_pass);
  }
  .emblem.oval {
    inline-size: clamp(64px, 26cqmin, 150px);
    aspect-ratio: 0.77;
    border: 3px dotted var(--_accent);
    background: transparent;
    font-size: clamp(24px, 8cqmin, 44px);
  }
  .emblem.busy {
    animation: breathe 1.4s ease-in-out infinite alternate;
  }
  @keyframes breathe {
    to {
      opacity: 0.45;
    }
  }
  .result {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    align-content: safe center;
    justify-items: center;
    gap: clamp(16px, 4cqmin, 40px);
  }
  .result img {
    display: block;
    max-inline-size: 100%;
    max-block-size: 46cqb;
    border-radius: min(var(--_radius), 16px);
    box-shadow: var(--_shadow);
  }
  .findings {
    inline-size: 100%;
  }
  .findings p {
    font-size: 1.1em;
  }
  .gauge {
    position: relative;
    display: grid;
    place-items: center;
    inline-size: clamp(96px, 26cqmin, 148px);
    aspect-ratio: 1;
    color: var(--_accent);
  }
  .gauge svg {
    position: absolute;
    inset: 0;
    rotate: -90deg;
    fill: none;
    stroke: currentColor;
    stroke-width: 9;
    stroke-linecap: round;
  }
  .gauge .track,
  .bar .track {
    stroke: var(--_line);
    fill: var(--_line);
  }
  .gauge .track {
    fill: none;
  }
  .gauge span {
    font-size: clamp(34px, 9cqmin, 52px);
    font-weight: 700;
    font-variant-numeric: tabular-nums;
    line-height: 1;
    color: var(--_text);
  }
  .gauge.pass {
    color: var(--_pass);
  }
  .gauge.adjust {
    color: var(--_adjust);
  }
  .gauge.busy svg {
    animation: turn 1.1s linear infinite;
  }
  @container (min-aspect-ratio: 11/10) and (min-width: 560px) {
    .result {
      grid-template-columns: minmax(0, 1.1fr) minmax(0, 1fr);
      align-items: center;
    }
    .result:not(:has(img)) {
      grid-template-columns: minmax(0, 1fr);
    }
    .result img {
      max-block-size: calc(100cqb - 2 * clamp(16px, 5cqmin, 40px));
    }
  }
  .meters {
    inline-size: 100%;
    max-inline-size: 32em;
    max-block-size: 28cqb;
    overflow: auto;
    overscroll-behavior: contain;
    padding: 6px 16px;
    border-radius: min(var(--_radius), 16px);
    background: var(--_surface);
    box-shadow: var(--_shadow);
  }
  table {
    inline-size: 100%;
    border-collapse: collapse;
    font-size: 14px;
    line-height: 1.3;
    font-variant-numeric: tabular-nums;
  }
  th,
  td {
    padding: 7px 0;
    font-weight: 500;
    text-align: start;
    vertical-align: top;
  }
  td {
    padding-inline-start: 12px;
  }
  .value {
    inline-size: 1%;
    white-space: nowrap;
    text-align: end;
    color: var(--_muted);
  }
  .verdict {
    inline-size: 7.5em;
    font-weight: 600;
  }
  .verdict .icon {
    inline-size: 1.1em;
    block-size: 1.1em;
    vertical-align: -0.2em;
  }
  .bar {
    display: block;
    inline-size: 100%;
    block-size: 4px;
    margin-block-start: 4px;
    border-radius: 2px;
    fill: currentColor;
  }
  [dir='rtl'] .bar {
    transform: scaleX(-1);
  }
  .pass .bar,
  .pass .verdict {
    color: var(--_pass);
  }
  .adjust .bar,
  .adjust .verdict {
    color: var(--_adjust);
  }
  .fail .bar,
  .fail .verdict {
    color: var(--_fail);
  }
  @container (min-width: 1000px) {
    .meters {
      position: absolute;
      inset-inline-end: 16px;
      inset-block-end: 16px;
      inline-size: 22em;
      max-block-size: calc(100cqb - 32px);
    }
  }
  @container (max-height: 480px) and (min-aspect-ratio: 5/4) {
    .meters {
      max-block-size: 100%;
      inline-size: clamp(10em, 50cqi - 34cqb - 84px, 22em);
      padding-inline: 12px;
    }
    .meters .value {
      display: none;
    }
    .meters .verdict {
      inline-size: 40%;
    }
  }
`;
