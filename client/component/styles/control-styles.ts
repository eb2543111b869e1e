import { css } from 'lit';

/** Buttons and the row that they stand in. No target is smaller than 44 px. */
export const controlStyles = css`
  button,
  select {
    font: inherit;
    color: inherit;
    cursor: pointer;
  }
  .primary,
  .secondary {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 0.5em;
    min-block-size: 52px;
    padding: 0.5em 1.5em;
    border: 2px solid transparent;
    border-radius: 999px;
    background: var(--_accent);
    color: var(--_on-accent);
    font-weight: 600;
    line-height: 1.2;
  }
  .secondary {
    border-color: var(--_line);
    background: transparent;
    color: var(--_text);
  }
  .primary:hover {
    filter: brightness(1.08);
  }
  .primary:active,
  .round:active,
  .capture:active::before {
    scale: 0.97;
  }
  .controls {
    display: grid;
    grid-template-columns: 1fr auto 1fr;
    align-items: center;
    gap: 14px;
    inline-size: 100%;
    max-inline-size: 32em;
  }
  .side {
    display: flex;
    gap: 8px;
  }
  .end {
    justify-content: flex-end;
  }
  .round {
    position: relative;
    flex: none;
    display: grid;
    place-items: center;
    inline-size: 48px;
    block-size: 48px;
    padding: 0;
    border: 2px solid transparent;
    border-radius: 50%;
    background: var(--_surface);
    color: var(--_text);
    box-shadow: var(--_shadow);
    font-size: 15px;
  }
  .round.on {
    background: var(--_accent);
    color: var(--_on-accent);
  }
  .choice select {
    position: absolute;
    inset: 0;
    opacity: 0;
    border-radius: 50%;
    inline-size: 100%;
  }
  .choice option {
    color: CanvasText;
    background: Canvas;
  }
  .choice:focus-within {
    outline: 3px solid var(--_accent);
    outline-offset: 3px;
  }
  .capture {
    inline-size: 76px;
    block-size: 76px;
    padding: 5px;
    border: 4px solid var(--_accent);
    border-radius: 50%;
    background: var(--_surface);
    box-shadow: var(--_shadow);
  }
  .capture::before {
    content: '';
    display: block;
    block-size: 100%;
    border-radius: 50%;
    background: var(--_accent);
    transition: scale 0.15s;
  }
  .capture:hover::before {
    filter: brightness(1.12);
  }
  .capture[aria-disabled='true'] {
    border-color: var(--_line);
    cursor: default;
  }
  .capture[aria-disabled='true']::before {
    background: var(--_line);
  }
  @container (max-width: 379px) {
    .controls {
      grid-template-columns: 1fr 1fr;
      gap: 8px;
    }
    .controls .capture {
      grid-column: 1 / -1;
      grid-row: 1;
      justify-self: center;
      inline-size: 64px;
      block-size: 64px;
    }
    .side {
      flex-wrap: wrap;
      gap: 4px;
    }
    .round {
      inline-size: 44px;
      block-size: 44px;
    }
  }
  @container (max-height: 480px) and (min-aspect-ratio: 5/4) {
    .bottom {
      inset-block: 0;
      flex-direction: row;
      align-items: flex-end;
      justify-content: flex-end;
      padding: 10px;
    }
    .controls {
      display: flex;
      flex-flow: column wrap;
      align-content: flex-end;
      justify-content: center;
      gap: 6px;
      block-size: 100%;
      inline-size: auto;
    }
    .side {
      display: contents;
    }
    .controls .capture {
      flex: none;
      inline-size: 60px;
      block-size: 60px;
    }
    .round {
      inline-size: 44px;
      block-size: 44px;
    }
  }
  @media (forced-colors: active) {
    .round,
    .primary,
    .capture::before {
      border-color: ButtonText;
    }
    .capture::before {
      border: 2px solid ButtonText;
    }
    .round.on {
      background: Highlight;
      color: HighlightText;
      forced-color-adjust: none;
    }
  }
`;
