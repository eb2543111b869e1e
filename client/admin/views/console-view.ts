import { html, nothing, type TemplateResult } from 'lit';
import type { AdminContext } from '../admin-context.ts';
import { listView } from './list-view.ts';
import { reviewView } from './review-view.ts';
import { roleView } from './role-view.ts';

/** The list and the open capture: side by side where there is room, else one in the place of the other. */
export function consoleView(context: AdminContext): TemplateResult {
  const { state } = context;
  return html`
    <main id="content" class="console" tabindex="-1">
      <h1 class="unseen" tabindex="-1">Captures to review</h1>
      <p class="notice" role="status">${state.notice ?? nothing}</p>
      <div class="side">
        ${listView(context)}
        ${state.reviewer?.role === 'admin' ? roleView(context) : nothing}
        ${shortcutsView(context)}
      </div>
      <div class="opened">
        ${
          state.openId === null
            ? html`<p class="nothing-open note">Choose a capture. Opening one is written into the audit trail.</p>`
            : reviewView(context)
        }
      </div>
    </main>
  `;
}

function shortcutsView({ state, actions }: AdminContext): TemplateResult {
  const changed = (event: Event) => actions.allowLetters((event.target as HTMLInputElement).checked);
  return html`
    <details id="shortcuts" class="card fold">
      <summary>Keyboard</summary>
      <dl class="keys">
        <div><dt><kbd>j</kbd> <kbd>k</kbd></dt><dd>next, previous row; in the list the arrows too</dd></div>
        <div><dt><kbd>Enter</kbd></dt><dd>opens the row</dd></div>
        <div><dt><kbd>a</kbd> <kbd>r</kbd></dt><dd>approve, refuse the edit that waits; you are asked once more</dd></div>
        <div><dt><kbd>Esc</kbd></dt><dd>takes a question back, closes a picture</dd></div>
        <div><dt><kbd>?</kbd></dt><dd>shows this</dd></div>
      </dl>
      <label class="check-line">
        <input type="checkbox" name="letters" autocomplete="off" .checked=${state.letters} @change=${changed} />
        <span>Single letters are shortcuts</span>
      </label>
    </details>
  `;
}
